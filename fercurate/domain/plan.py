"""What a build is going to do, decided before a single pixel moves.

``SplitAssignment`` says which original samples form each split; only then can a ``ResamplePlan``
say which rows, original and derived, are written. Row numbers are positions in the manifest.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]

ORIGINAL = "original"
"""The ``op`` of a row that no operation made."""

REPEAT = "repeat"
"""The ``op`` of a row that repeats a sample unchanged."""

FAMILIES: tuple[str, ...] = (
    "real",
    "repeated",
    "rotated",
    "scaled",
    "flipped",
    "augmented",
    "synthetic",
)
"""What rows can be, as a datasheet tells them apart."""

_FAMILY_OF = {
    ORIGINAL: "real",
    REPEAT: "repeated",
    "rotate": "rotated",
    "zoom": "scaled",
    "flip": "flipped",
}

SPLIT_NAMES: tuple[str, ...] = ("train", "val", "test")
SUBSETS: dict[str, str] = {"test_screened": "test"}
"""Files that repeat some rows of another split, and that split."""

FILE_SPLITS: tuple[str, ...] = (*SPLIT_NAMES, *SUBSETS)
"""All names that a file of an export may have, in order."""

NATIVE_ORDER: tuple[str, ...] = (
    "Training",
    "Automatic",
    "Validation",
    "PublicTest",
    "PrivateTest",
    "Test",
)
"""Native splits in the order in which they are shown."""

EVALUATION_SPLITS: tuple[str, ...] = ("val", "test")


@dataclass(frozen=True)
class SplitAssignment:
    """Original samples by split, in manifest order; a split's rows are (N,) int64.

    For cross-validation all samples are in ``train``.
    """

    rows: dict[str, Rows]

    def names(self) -> tuple[str, ...]:
        """The splits that exist, in the order train, val, test."""
        return tuple(name for name in SPLIT_NAMES if name in self.rows)


@dataclass(frozen=True)
class Parents:
    """Pictures that synthetic rows are mixed from: samples, or what was made of them.

    ``rows`` (N,) are manifest rows, ``ops`` (N,) what is done to each, ``copies`` (N,) int64 the
    number of the copy, 0 where an operation makes only one.
    """

    rows: Rows
    ops: NDArray[np.object_]
    copies: NDArray[np.int64]

    @classmethod
    def join(cls, parts: Sequence["Parents"]) -> "Parents":
        """One after the other."""
        return cls(
            np.concatenate([part.rows for part in parts]),
            np.concatenate([part.ops for part in parts]),
            np.concatenate([part.copies for part in parts]),
        )

    def take(self, positions: NDArray[np.int64]) -> "Parents":
        """Some of them, in the order asked for."""
        return Parents(self.rows[positions], self.ops[positions], self.copies[positions])


@dataclass(frozen=True)
class Blend:
    """Where synthetic rows lie between two parents each: ``mix`` (N,) float64, 0..1 from a to b."""

    first: Parents
    second: Parents
    mix: NDArray[np.float64]

    def at(self, positions: NDArray[np.int64]) -> "Blend":
        """Some of them, in the order asked for."""
        first, second = self.first.take(positions), self.second.take(positions)
        return Blend(first, second, self.mix[positions])


@dataclass(frozen=True)
class Segment:
    """Consecutive rows of an export made by one operation.

    ``rows`` (N,) are the manifest rows of the parents (for originals: the samples themselves).
    ``copies`` (N,) int64 number the copies of a picture, from 1, where an operation can make
    several; ``blend`` is there for synthetic rows.
    """

    op: str
    rows: Rows
    copies: NDArray[np.int64] | None = None
    blend: Blend | None = None

    @property
    def derived(self) -> bool:
        """Whether these rows were made by an operation."""
        return self.op != ORIGINAL

    def take(self, part: slice) -> "Segment":
        """A stretch of these rows."""
        copies = None if self.copies is None else self.copies[part]
        blend = None if self.blend is None else self.blend.at(np.arange(len(self.rows))[part])
        return Segment(self.op, self.rows[part], copies, blend)

    def parents(self) -> Parents:
        """These rows as parents of others."""
        none = np.zeros(len(self.rows), dtype=np.int64)
        ops = np.full(len(self.rows), self.op, dtype=object)
        return Parents(self.rows, ops, none if self.copies is None else self.copies)


def family(segment: Segment) -> str:
    """Which of ``FAMILIES`` the rows of a segment belong to."""
    if segment.blend is not None:
        return "synthetic"
    return _FAMILY_OF.get(segment.op.partition("(")[0], "augmented")


@dataclass(frozen=True)
class ResamplePlan:
    """The rows of one split's export, segment after segment, originals first.

    ``folder`` is where in the export its file goes: the export itself, or ``fold-00``.
    """

    split: str
    segments: tuple[Segment, ...]
    folder: str = ""

    def __len__(self) -> int:
        return sum(len(segment.rows) for segment in self.segments)

    @property
    def rows(self) -> Rows:
        """Manifest rows of all parents, in the order in which rows are written."""
        return np.concatenate([segment.rows for segment in self.segments])

    @property
    def derived_rows(self) -> int:
        """How many rows were made by an operation."""
        return sum(len(segment.rows) for segment in self.segments if segment.derived)


def originals(split: str, rows: Rows, folder: str = "") -> ResamplePlan:
    """Return the plan of a split's samples alone; ``rows`` (N,) are manifest rows."""
    return ResamplePlan(split, (Segment(ORIGINAL, rows),), folder)


@dataclass(frozen=True)
class Labeling:
    """Integer labels (N,) of all manifest rows, -1 outside the scheme.

    ``targets`` (N, C) float32 are distributions over the classes where labels come from votes.
    """

    labels: NDArray[np.int64]
    targets: NDArray[np.float32] | None = None


@dataclass(frozen=True)
class BuildPlan:
    """Everything a build will write: one plan a file, what is dropped and why, and remarks.

    ``dropped`` counts samples by reason and class. For cross-validation ``folds`` (N,) int64 gives
    every manifest row the fold that tests it, -1 where it takes no part. ``enhanced`` (N,) bool
    marks the samples whose light is to be cured.
    """

    labeling: Labeling
    plans: tuple[ResamplePlan, ...]
    dropped: dict[str, dict[str, int]]
    warnings: tuple[str, ...] = field(default=())
    notes: tuple[str, ...] = field(default=())
    folds: NDArray[np.int64] | None = None
    enhanced: NDArray[np.bool_] | None = None

    @property
    def labels(self) -> NDArray[np.int64]:
        """Integer labels (N,) of all manifest rows."""
        return self.labeling.labels

    @property
    def main_plans(self) -> tuple[ResamplePlan, ...]:
        """The plans of the export itself, without those of single folds."""
        return tuple(plan for plan in self.plans if not plan.folder)

    @property
    def train(self) -> ResamplePlan:
        """The plan of train."""
        return next(plan for plan in self.main_plans if plan.split == "train")
