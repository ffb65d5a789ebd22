"""Offline copies: of every original, or just enough to bring classes to their targets."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from fercurate.balance.base import BalanceContext, CopyOperation, RaisingStep, ResampledSplit
from fercurate.balance.targets import Counts, OverStrategy, raised
from fercurate.balance.turns import in_turns
from fercurate.domain.plan import SplitPlan
from fercurate.domain.segments.base import Rows, Segment
from fercurate.domain.segments.kinds import DrawnCopies, ExactCopies


@dataclass(frozen=True, kw_only=True)
class OfflineCopies(RaisingStep):
    """Offline augmentation: changed copies of every picture, or just enough for a target."""

    kind: Literal["offline"] = "offline"
    copies: tuple[CopyOperation, ...] = field(metadata={"min_length": 1, "max_length": 64})
    strategy: OverStrategy | None = field(
        default=None,
        metadata={
            "description": "Make just enough copies to bring classes to this; default: all copies"
        },
    )
    times: int = field(
        default=1,
        metadata={
            "ge": 1,
            "le": 1000,
            "description": "How many copies of every picture each random operation makes",
        },
    )

    def __post_init__(self) -> None:
        RaisingStep.__post_init__(self)
        if self.times > 1 and (self.strategy is not None or not self.drawing):
            raise ValueError(
                "times: for copies of every picture by random operations (albumentations, "
                "sequence, named); exact ones give the same copy each time"
            )

    @property
    def copy_operations(self) -> tuple[CopyOperation, ...]:
        """What makes the copies."""
        return self.copies

    @property
    def drawing(self) -> tuple[CopyOperation, ...]:
        """The operations that draw at random."""
        return tuple(copy for copy in self.copies if copy.draws)

    def resample(self, plan: SplitPlan, context: BalanceContext) -> ResampledSplit:
        """Copy every original, or the next ones in turn until every class has its number."""
        if self.strategy is None:
            drawn = len(self.drawing) * self.times
            exact = len(self.copies) - len(self.drawing)
            context.check_rows(len(plan) + len(plan.originals) * (drawn + exact))
            return ResampledSplit(plan.adding(*self._of_all(plan.originals.rows)))
        counts = context.counts(*plan.segments)
        rows = context.ranked(plan.originals.rows)
        labels = context.labels[rows]
        goal = raised(self.strategy, counts, context.classes)
        context.check_rows(int(goal.sum()))
        missing = goal - counts
        self._check_capacity(context.classes, labels, missing)
        return ResampledSplit(plan.adding(*fill_with_copies(rows, labels, missing, self.copies)))

    def _of_all(self, rows: Rows) -> list[Segment]:
        """Copies of every original; exact ones share the array of rows, and are read once."""
        segments: list[Segment] = []
        for copy in self.copies:
            if copy.draws:
                segments += numbered_copies(rows, copy.label, self.times)
            else:
                segments.append(ExactCopies(rows, copy.label, copy.family))
        return segments

    def _check_capacity(
        self, classes: tuple[str, ...], labels: NDArray[np.int64], missing: Counts
    ) -> None:
        if self.drawing:
            return
        most = np.bincount(labels, minlength=len(classes)) * len(self.copies)
        for name, wanted, possible in zip(classes, missing, most, strict=True):
            if wanted > possible:
                raise ValueError(
                    f"{name}: {wanted:,} copies are missing, and {len(self.copies)} exact "
                    f"operations give at most {possible:,} different ones; add a random one "
                    "(albumentations, named)"
                )


def numbered_copies(rows: Rows, operation: str, times: int) -> tuple[DrawnCopies, ...]:
    """Plan ``times`` copies of every row by an operation that draws at random."""
    return tuple(DrawnCopies(rows, operation, np.full(len(rows), n + 1)) for n in range(times))


def fill_with_copies(
    rows: Rows, labels: NDArray[np.int64], missing: Counts, copies: Sequence[CopyOperation]
) -> tuple[Segment, ...]:
    """Plan just as many copies of each class as are missing (C,).

    ``rows`` (N,) come in the order in which they are to be used, ``labels`` (N,) are theirs;
    operations take turns (``in_turns``). Operations without copies have no segment.
    """
    turns = in_turns(rows, labels, missing, [copy.draws for copy in copies])
    return tuple(
        DrawnCopies(chosen, copy.label, numbers)
        if copy.draws
        else ExactCopies(chosen, copy.label, copy.family)
        for copy, (chosen, numbers) in zip(copies, turns, strict=True)
        if len(chosen)
    )
