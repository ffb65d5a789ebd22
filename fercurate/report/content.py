"""What a report shows: the verdicts of a screening, with the scores that led to them."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.verdict import KEEP
from fercurate.screening.judge import flagged

Rows = NDArray[np.int64]
"""Row numbers (M,) of samples."""

ReadPictures = Callable[[Rows], Sequence[NDArray[np.uint8]]]
"""Gives the pictures of rows: gray (H, W) or RGB (H, W, 3) uint8 each, of any sizes."""

Action = Literal["drop", "enhance", "report"]
"""What becomes of flagged samples; ``report``: nothing, the criterion has no threshold."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


@dataclass(frozen=True)
class CriterionView:
    """One criterion as the report shows it.

    ``scores`` are (N,) float64 in 0..1, higher is worse, NaN where unknown. A sample is flagged
    where its score is at least ``threshold``; without one the criterion is only reported.
    Flagged samples of a ``cured`` criterion are enhanced, not dropped.

    Raises:
        ValueError: the name cannot be part of a file name.
    """

    name: str
    meaning: str
    scores: NDArray[np.float64]
    threshold: float | None
    cured: bool = False

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"criterion {self.name!r} cannot name a contact sheet")

    @cached_property
    def flagged(self) -> NDArray[np.bool_]:
        """Mask (N,) of the flagged samples; none without a threshold."""
        if self.threshold is None:
            return np.zeros(len(self.scores), dtype=bool)
        return flagged(self.scores, self.threshold)

    @property
    def action(self) -> Action:
        """What becomes of flagged samples."""
        if self.threshold is None:
            return "report"
        return "enhance" if self.cured else "drop"


@dataclass(frozen=True)
class LabelDoubt:
    """One line of the label-noise ranking: the given label, another one, their chances 0..1."""

    row: int
    given: str
    other: str
    given_chance: float
    other_chance: float


@dataclass(frozen=True)
class ReportContent:
    """All that a report shows of N samples.

    ``ids``, ``sources`` and ``classes`` are (N,) text, the class empty for unlabeled samples.
    ``reasons`` (N,) are empty for kept samples, else they name the criterion that drops it.
    ``duplicates`` are groups of two or more rows that are identical or nearly so; ``doubts`` are
    ranked, the worst first. Text may come from file names of anyone: nothing of it is trusted.

    Raises:
        ValueError: columns of different lengths, or two criteria of one name.
    """

    title: str
    preset: str
    command: str
    ids: NDArray[np.object_]
    sources: NDArray[np.object_]
    classes: NDArray[np.object_]
    criteria: tuple[CriterionView, ...]
    reasons: NDArray[np.object_]
    duplicates: tuple[Rows, ...]
    doubts: tuple[LabelDoubt, ...]
    read: ReadPictures

    def __post_init__(self) -> None:
        columns = (self.sources, self.classes, self.reasons, *(c.scores for c in self.criteria))
        if any(len(column) != len(self.ids) for column in columns):
            raise ValueError(f"a report of {len(self.ids)} samples with columns of other lengths")
        if len({criterion.name for criterion in self.criteria}) != len(self.criteria):
            raise ValueError("two criteria of a report have one name")

    @property
    def dropped(self) -> NDArray[np.bool_]:
        """Mask (N,) of the samples that are dropped."""
        return np.asarray(self.reasons != KEEP)

    @property
    def enhanced(self) -> NDArray[np.bool_]:
        """Mask (N,) of the kept samples that a cured criterion flags."""
        flagged = np.zeros(len(self.ids), dtype=bool)
        for criterion in self.criteria:
            if criterion.cured:
                flagged |= criterion.flagged
        return flagged & ~self.dropped
