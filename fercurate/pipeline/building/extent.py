"""How large an export will be, and how long its pictures take: told before anything is written."""

import math
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from fercurate.domain.segments.base import Segment
from fercurate.errors import ExportError, InputError
from fercurate.pipeline.building.picture_maker import StoredPictureMaker
from fercurate.pipeline.building.prepare import PlannedBuild
from fercurate.recipe.model import MOST_BYTES, Recipe

_TIMED = 3
_PATIENCE = 3.0
_GIGABYTE = 10**9


@dataclass(frozen=True, slots=True)
class ExportExtent:
    """The ``rows`` of all files of an export, and the shape (H, W[, 3]) of each ``picture``."""

    rows: int
    picture: tuple[int, ...]

    @classmethod
    def of(cls, ready: PlannedBuild) -> "ExportExtent":
        """The extent of a planned build.

        Raises:
            InputError: pictures of different shapes remain.
        """
        plans = ready.plan.plans
        shown = np.zeros(len(ready.store.manifest), dtype=bool)
        for segment in (one for plan in plans for one in plan.segments):
            shown[segment.rows] = True
        picture = ready.maker.shape(np.flatnonzero(shown))
        return cls(sum(len(plan) for plan in plans), picture)

    @property
    def bytes(self) -> int:
        """Bytes of all pictures."""
        return self.rows * math.prod(self.picture)

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values."""
        return {"rows": self.rows, "picture": list(self.picture), "picture_bytes": self.bytes}

    def check(self, recipe: Recipe, output: Path) -> None:
        """Refuse an export of more bytes than were asked for knowingly, or than are free.

        Raises:
            InputError: the recipe does not say that it may be so large.
            ExportError: the disk cannot hold it.
        """
        size = "x".join(map(str, self.picture))
        text = f"{self.rows:,} pictures of {size} are {_megabytes(self.bytes)}"
        if self.bytes > MOST_BYTES and not recipe.allow_large:
            raise InputError(
                text,
                where=recipe.name,
                expected=f"at most {MOST_BYTES // _GIGABYTE} GB",
                fix="If it is meant, say allow_large: true in the recipe",
            )
        free = shutil.disk_usage(_existing(output)).free
        if self.bytes > free:
            raise ExportError(
                f"the disk is full: {text}, but {_megabytes(free)} are free",
                where=str(output),
                fix="Choose another --output, or make room. Nothing was written",
            )


def _megabytes(count: int) -> str:
    return f"{count / 1e6:,.1f} MB"


def _existing(folder: Path) -> Path:
    """The nearest folder above a path that is there."""
    return next(place for place in (folder, *folder.absolute().parents) if place.is_dir())


def estimated_seconds(ready: PlannedBuild) -> float:
    """How long one core takes to make all pictures, by making a few of every kind.

    After some seconds it goes on from the kinds that it has seen.
    """
    seconds, rows, end = 0.0, 0, time.perf_counter() + _PATIENCE
    for segment in (one for plan in ready.plan.plans for one in plan.segments if len(one)):
        few = slice(0, min(_TIMED, len(segment)))
        started = time.perf_counter()
        _make(segment, few, ready.maker)
        ended = time.perf_counter()
        seconds += (ended - started) / few.stop * len(segment)
        rows += len(segment)
        if ended > end:
            break
    return seconds * sum(map(len, ready.plan.plans)) / max(rows, 1)


def _make(segment: Segment, part: slice, maker: StoredPictureMaker) -> None:
    if segment.exact:
        segment.from_originals(maker.normalized(segment.rows[part]), maker)
    else:
        segment.take(part).make(maker)
