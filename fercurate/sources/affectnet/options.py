"""What AffectNet can be told."""

from dataclasses import dataclass, field

from fercurate.sources.options import LabelMapOptions, OptionText, option_metadata

_PER_CLASS = OptionText("Read at most so many pictures of each class and split.", low=0)
_SEED = OptionText("Seed of --per-class.", low=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class AffectNetOptions(LabelMapOptions):
    """How many pictures of each class and split are drawn (0: all are read), by which seed."""

    per_class: int = field(default=0, metadata=option_metadata(_PER_CLASS))
    seed: int = field(default=0, metadata=option_metadata(_SEED))
