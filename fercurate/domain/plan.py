"""What a build is going to do, decided before a single pixel moves.

``SplitAssignment`` says which original samples form each split; only then can a ``SplitPlan``
say which rows, original and derived, are written. Row numbers are positions in the manifest.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.groups import Groups
from fercurate.domain.segments.base import Rows, Segment
from fercurate.domain.segments.kinds import Mixtures, Originals
from fercurate.domain.verdict import Verdicts

SplitName = Literal["train", "val", "test"]
SPLIT_NAMES: tuple[str, ...] = get_args(SplitName)
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
class SplitPlan:
    """The rows of one split's file: originals, then derived rows, segment after segment.

    ``folder`` is where in the export the file goes: the export itself, or ``fold-00``.
    """

    split: str
    originals: Originals
    derived: tuple[Segment, ...] = ()
    folder: str = ""

    @classmethod
    def of(cls, split: str, rows: Rows, folder: str = "") -> "SplitPlan":
        """The plan of a split's samples alone; ``rows`` (N,) are manifest rows."""
        return cls(split, Originals(rows), folder=folder)

    def __len__(self) -> int:
        return sum(len(segment) for segment in self.segments)

    @property
    def title(self) -> str:
        """How messages name it: ``train``, or the folder of a fold."""
        return self.folder or self.split

    @property
    def segments(self) -> tuple[Segment, ...]:
        """All segments in the order in which rows are written."""
        return (self.originals, *self.derived)

    @property
    def mixtures(self) -> tuple[Mixtures, ...]:
        """The segments of synthetic rows."""
        return tuple(segment for segment in self.derived if isinstance(segment, Mixtures))

    @property
    def rows(self) -> Rows:
        """Manifest rows of all (first) parents, in the order in which rows are written."""
        return np.concatenate([segment.rows for segment in self.segments])

    @property
    def derived_rows(self) -> int:
        """How many rows were made by an operation."""
        return sum(len(segment) for segment in self.derived)

    def adding(self, *segments: Segment) -> "SplitPlan":
        """This plan with more derived rows at its end."""
        return replace(self, derived=(*self.derived, *segments))


def class_counts(segments: Iterable[Segment], labels: NDArray[np.int64], classes: int) -> list[int]:
    """How many rows of segments have each of so many classes; ``labels`` (N,) are of all samples.

    Rows count where their (first) parent's label is one of the classes.
    """
    counts = np.zeros(classes, dtype=np.int64)
    for segment in segments:
        counts += np.bincount(labels[segment.rows], minlength=classes)
    return [int(count) for count in counts]


@dataclass(frozen=True)
class Labeling:
    """Integer labels (N,) of all manifest rows, -1 outside the scheme.

    ``targets`` (N, C) float32 are distributions over the classes where labels come from votes.
    ``truth`` (N,) int64 are the labels before some were changed on purpose, if any were.
    """

    labels: NDArray[np.int64]
    targets: NDArray[np.float32] | None = None
    truth: NDArray[np.int64] | None = None


@dataclass(frozen=True)
class BuildPlan:
    """Everything a build will write: one plan a file, what is dropped and why, and remarks.

    ``dropped`` counts samples by reason and class. For cross-validation ``folds`` (N,) int64 gives
    every manifest row the fold that tests it, -1 where it takes no part. ``enhanced`` (N,) bool
    marks the samples whose light is to be cured. ``verdicts`` say of all N samples why each is in
    no split, ``kin`` (N,) who had to stay on one side, where that was asked for, and
    ``moved_from`` (N,) the split in which a sample stood before leaks were repaired, or "".
    ``decisions`` says who decided what, and what became of it, ``label_noise`` which labels were
    changed on purpose, ``protocol`` in what it differs from a published one, if the recipe asks.
    """

    labeling: Labeling
    plans: tuple[SplitPlan, ...]
    dropped: dict[str, dict[str, int]]
    verdicts: Verdicts
    warnings: tuple[str, ...] = field(default=())
    notes: tuple[str, ...] = field(default=())
    folds: NDArray[np.int64] | None = None
    enhanced: NDArray[np.bool_] | None = None
    kin: Groups | None = None
    moved_from: NDArray[np.object_] | None = None
    decisions: Mapping[str, Any] = field(default_factory=dict)
    label_noise: Mapping[str, Any] = field(default_factory=dict)
    protocol: Mapping[str, Any] = field(default_factory=dict)

    @property
    def labels(self) -> NDArray[np.int64]:
        """Integer labels (N,) of all manifest rows."""
        return self.labeling.labels

    @property
    def main_plans(self) -> tuple[SplitPlan, ...]:
        """The plans of the export itself, without those of single folds."""
        return tuple(plan for plan in self.plans if not plan.folder)

    @property
    def splits(self) -> tuple[SplitPlan, ...]:
        """The plans of train, val and test: a sample stands in one of them at most."""
        return tuple(plan for plan in self.main_plans if plan.split in SPLIT_NAMES)

    @property
    def train(self) -> SplitPlan:
        """The plan of train."""
        return next(plan for plan in self.main_plans if plan.split == "train")
