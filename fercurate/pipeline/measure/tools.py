"""The measures of single pictures by what they measure and how, wherever a process runs."""

from collections.abc import Callable, Sequence
from pathlib import Path

from fercurate.errors import StoreError
from fercurate.screening.base import Measure
from fercurate.screening.duplicates.thumbnails import ThumbnailPixels
from fercurate.screening.exposure import Exposure
from fercurate.screening.face import detector
from fercurate.screening.learned.features import ScreenerFeatures, ScreenerViews
from fercurate.screening.screener import Screener
from fercurate.screening.sharpness import Sharpness

Methods = Sequence[tuple[str, str]]
"""Kinds of measurements, each with its method."""

_MAKERS: tuple[tuple[str, Callable[[Path | None], Measure]], ...] = (
    (Exposure.kind, lambda _: Exposure()),
    (Sharpness.kind, lambda _: Sharpness()),
    ("face", detector),
    (Screener.kind, lambda _: Screener()),
    (ThumbnailPixels.kind, lambda _: ThumbnailPixels()),
    (ScreenerViews.kind, lambda _: ScreenerViews(Screener())),
    (ScreenerFeatures.kind, lambda _: ScreenerFeatures(Screener())),
)


def measures_by_method(methods: Methods, face_model: Path | None) -> tuple[Measure, ...]:
    """The measures of some kinds; ``face_model`` is YuNet's file.

    Raises:
        StoreError: one of them measures by another method here.
        InputError: the file is no such model.
    """
    makers, found = dict(_MAKERS), []
    for kind, method in methods:
        made = makers[kind](face_model) if kind in makers else None
        if made is None or made.method != method:
            here = "nothing" if made is None else made.method
            raise StoreError(f"{kind} is measured by {here} here, and {method} is asked for")
        found.append(made)
    return tuple(found)
