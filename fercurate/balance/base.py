"""What every balance step offers, and what it is told; steps act on one split after the other."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from fercurate.balance.targets import Counts, OverStrategy, counts_by_class, levels_all
from fercurate.domain.plan import EVALUATION_SPLITS, SplitName, SplitPlan
from fercurate.domain.seeding import draw_key
from fercurate.domain.segments.base import Parents, Pictures, Rows, Segment
from fercurate.domain.text import Encoded, decode_text

MOST_ROWS = 4_000_000
"""Rows of a split, unless more are asked for knowingly; planning them takes 150 bytes each."""


@dataclass(frozen=True)
class BalanceContext:
    """What a step may look at.

    Attributes:
        classes: names of the C classes.
        labels: (N,) int64, of all manifest rows.
        ids: (N,) encoded, of all manifest rows.
        seed: the recipe's.
        pictures: gives the pictures (M, H, W[, 3]) of parents for the time of a ``with``.
        stage: tells that something takes its time, for the time of a ``with``.
        jobs: workers; 0 means one a core. The result is the same for any number.
        sources: (N,) encoded, of all manifest rows; None where they do not matter.
        most_rows: rows of a split at most.
    """

    classes: tuple[str, ...]
    labels: NDArray[np.int64]
    ids: Encoded
    seed: int
    pictures: Callable[[Parents], AbstractContextManager[Pictures]]
    stage: Callable[[str], AbstractContextManager[None]]
    jobs: int = 0
    sources: Encoded | None = None
    most_rows: int = MOST_ROWS

    def check_rows(self, count: int) -> None:
        """Refuse more rows in a split than were asked for knowingly, before they are planned.

        Raises:
            ValueError: there are more.
        """
        if count > self.most_rows:
            raise ValueError(
                f"{count:,} rows in one split; at most {self.most_rows:,}, unless the recipe says "
                "allow_large: true"
            )

    def counts(self, *segments: Segment) -> Counts:
        """Rows (C,) by class."""
        labels = np.concatenate([self.labels[segment.rows] for segment in segments])
        return np.bincount(labels, minlength=len(self.classes)).astype(np.int64)

    def ranked(self, rows: Rows) -> Rows:
        """Rows in an order drawn by seed and sample id."""
        keys = [draw_key(self.seed, str(name)) for name in decode_text(self.ids[rows])]
        return rows[np.argsort(np.array(keys), kind="stable")]


@dataclass(frozen=True)
class ResampledSplit:
    """The plan of a split after a step, and what has to be said of it."""

    plan: SplitPlan
    remarks: tuple[str, ...] = ()


class CopyOperation(Protocol):
    """What makes a changed copy of a picture."""

    @property
    def label(self) -> str:
        """Name with parameters, as recorded in exports."""
        ...

    @property
    def family(self) -> str:
        """Which of ``FAMILIES`` its copies belong to."""
        ...

    @property
    def draws(self) -> bool:
        """Whether it draws at random, and so can give any number of different copies."""
        ...


class BalanceStep(ABC):
    """A step of ``balance``: a frozen dataclass whose fields are its keys in a recipe.

    The attribute ``kind`` is its name there.
    """

    kind: str

    adds_rows: ClassVar[bool] = True
    """Whether it adds derived rows; one that does not chooses among originals and comes before."""

    mixes: ClassVar[bool] = False
    """Whether its rows have two parents each."""

    @property
    def takes_derived_parents(self) -> bool:
        """Whether a step that mixes may take rows that earlier steps made."""
        return True

    @property
    def crosses_folds(self) -> bool:
        """Whether it may mix rows of two folds in a file that holds all of them."""
        return True

    @property
    def wanted(self) -> Mapping[str, int]:
        """The rows that it was told to reach, by class."""
        return {}

    @property
    def equalizes(self) -> bool:
        """Whether all classes are equal after it."""
        return False

    @property
    def copy_operations(self) -> tuple[CopyOperation, ...]:
        """What makes the changed copies that it adds."""
        return ()

    @property
    def operations(self) -> tuple[str, ...]:
        """The ``op`` of the rows that it adds, but for synthetic ones."""
        return tuple(copy.label for copy in self.copy_operations)

    @property
    def evaluation_splits(self) -> tuple[str, ...]:
        """The splits among val and test that it adds rows to."""
        return ()

    @abstractmethod
    def concerns(self, split: str, *, across_folds: bool) -> bool:
        """Whether it acts on a split; ``across_folds``: one file holds the rows of all folds."""

    @abstractmethod
    def resample(self, plan: SplitPlan, context: BalanceContext) -> ResampledSplit:
        """Return the plan of a split with other rows.

        Raises:
            ValueError: a target cannot be reached.
        """


@dataclass(frozen=True, kw_only=True)
class DerivingStep(BalanceStep):
    """A step that adds rows which are no pictures of a corpus."""

    splits: tuple[SplitName, ...] = field(default=("train",), metadata={"min_length": 1})
    allow_derived_in_evaluation: bool = field(
        default=False,
        metadata={
            "description": "Permit such rows in val or test. They are not new pictures; they are "
            "marked, counted in the datasheet, and accuracy on them is not comparable"
        },
    )

    def __post_init__(self) -> None:
        touched = self.evaluation_splits
        if touched and not self.allow_derived_in_evaluation:
            raise ValueError(
                f"derived rows in {' and '.join(touched)}: a changed copy of a test picture is no "
                "new test picture; to do it all the same, set allow_derived_in_evaluation: true"
            )

    @property
    def evaluation_splits(self) -> tuple[str, ...]:
        """The splits among val and test that it adds rows to."""
        return tuple(name for name in self.splits if name in EVALUATION_SPLITS)

    def concerns(self, split: str, *, across_folds: bool) -> bool:
        """Whether it acts on a split."""
        del across_folds
        return split in self.splits


class RaisingStep(DerivingStep):
    """A step that brings classes to a number of rows; ``None`` leaves the number to the step."""

    strategy: OverStrategy | None

    @property
    def equalizes(self) -> bool:
        """Whether all classes are equal after it."""
        return levels_all(self.strategy)

    @property
    def wanted(self) -> Mapping[str, int]:
        """The rows that it was told to reach, by class."""
        return counts_by_class(self.strategy)
