"""Online augmentation as an export states it, in the terms of Keras's ``ImageDataGenerator``."""

from dataclasses import dataclass, fields
from typing import Any

from .errors import ExportError


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


def stated_terms(online: dict[str, Any]) -> KerasTerms | None:
    """Return the terms that an export's ``online_augmentation`` holds, or None.

    Raises:
        ExportError: one is outside its range.
    """
    known = {one.name: online[one.name] for one in fields(KerasTerms) if one.name in online}
    if known.get("brightness") is not None:
        known["brightness"] = tuple(known["brightness"])
    try:
        return KerasTerms(**known) if known else None
    except ValueError as error:
        raise ExportError(f"online_augmentation: {error}") from None
