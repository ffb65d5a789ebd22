"""What a build is going to do, decided before a single pixel moves.

``SplitAssignment`` says which original samples form each split; only then can a ``ResamplePlan``
say which rows, original and derived, are written. Row numbers are positions in the manifest.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]

ORIGINAL = "original"
"""The ``op`` of a row that no operation made."""

SPLIT_NAMES: tuple[str, ...] = ("train", "val", "test")
EVALUATION_SPLITS: tuple[str, ...] = ("val", "test")


@dataclass(frozen=True)
class SplitAssignment:
    """Original samples by split, in manifest order; a split's rows are (N,) int64."""

    rows: dict[str, Rows]

    def names(self) -> tuple[str, ...]:
        """The splits that exist, in the order train, val, test."""
        return tuple(name for name in SPLIT_NAMES if name in self.rows)


@dataclass(frozen=True)
class Segment:
    """Consecutive rows of an export made by one operation.

    ``rows`` (N,) are the manifest rows of the parents (for originals: the samples themselves).
    """

    op: str
    rows: Rows

    @property
    def derived(self) -> bool:
        """Whether these rows were made by an operation."""
        return self.op != ORIGINAL


@dataclass(frozen=True)
class ResamplePlan:
    """The rows of one split's export, segment after segment, originals first."""

    split: str
    segments: tuple[Segment, ...]

    def __len__(self) -> int:
        return sum(len(segment.rows) for segment in self.segments)

    @property
    def derived_rows(self) -> int:
        """How many rows were made by an operation."""
        return sum(len(segment.rows) for segment in self.segments if segment.derived)


@dataclass(frozen=True)
class BuildPlan:
    """Everything a build will write: one plan a split, what is dropped and why, and warnings.

    ``dropped`` counts samples by reason and class; ``labels`` (N,) int64 gives every manifest
    row its integer label in the scheme, -1 outside it.
    """

    labels: NDArray[np.int64]
    plans: tuple[ResamplePlan, ...]
    dropped: dict[str, dict[str, int]]
    warnings: tuple[str, ...] = field(default=())

    def plan(self, split: str) -> ResamplePlan:
        """The plan of one split."""
        return next(plan for plan in self.plans if plan.split == split)
