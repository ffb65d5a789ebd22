"""Online augmentation in the terms of Keras's ``ImageDataGenerator``, and known sets of it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class KerasTerms:
    """Arguments of ``ImageDataGenerator`` under short names; each draw is uniform.

    ``rotation``: largest angle both ways, degrees 0..180. ``shear``: largest shear angle both ways,
    degrees 0..90 (0.2 is a fifth of a degree, as in Keras). ``zoom``: z draws 1 - z .. 1 + z for
    each axis, 0..1 exclusive. ``shift``: largest shift both ways, share of each side, 0..1
    exclusive. ``brightness``: range of the factor by which pixels are multiplied, from 0 on.

    Raises:
        ValueError: a value is outside its range.
    """

    rotation: float = 0
    shear: float = 0
    zoom: float = 0
    shift: float = 0
    horizontal_flip: bool = False
    brightness: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        for name, most in (("rotation", 180), ("shear", 90)):
            if not 0 <= getattr(self, name) <= most:
                raise ValueError(f"{name} is {getattr(self, name)}; expected 0..{most} degrees")
        for name in ("zoom", "shift"):
            if not 0 <= getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; expected 0..1, without 1")
        low, high = self.brightness or (0, 0)
        if not 0 <= low <= high < float("inf"):
            raise ValueError(f"brightness is {low}..{high}; expected 0 <= low <= high")


NAMED: dict[str, KerasTerms] = {
    "ewu_online": KerasTerms(
        rotation=40, shear=0.2, zoom=0.2, horizontal_flip=True, brightness=(0.2, 1.5)
    ),
    "fer_paper_online": KerasTerms(rotation=10, zoom=0.2, shift=0.2),
    "ten_percent_online": KerasTerms(rotation=10, zoom=0.1, shift=0.1, horizontal_flip=True),
}
"""What published systems draw during training; ``docs/augmentation.md`` names them."""
