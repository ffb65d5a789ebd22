"""What CK+ can be told."""

from dataclasses import dataclass, field

from fercurate.sources.options import IMAGE_SIZE, LabelMapOptions, OptionText, option_metadata

FIRST, NONE = "first", "none"
"""What ``neutral`` may be: the first frame of each labeled sequence, or no frame."""

_NEUTRAL = OptionText(
    "Take the first frame of a sequence as neutral, or no neutral frame.", choices=(FIRST, NONE)
)
_PEAK = OptionText("How many frames at the end of a sequence carry its label.", low=1, high=20)


@dataclass(frozen=True, slots=True, kw_only=True)
class CkPlusOptions(LabelMapOptions):
    """Which frames of a sequence are read, and the side of the pictures in ``ckextended.csv``."""

    neutral: str = field(default=FIRST, metadata=option_metadata(_NEUTRAL))
    image_size: int = field(default=48, metadata=IMAGE_SIZE)
    peak: int = field(default=3, metadata=option_metadata(_PEAK))
