"""Random over-sampling: samples of small classes stand there more than once."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from fercurate.balance.base import BalanceContext, RaisingStep, ResampledSplit
from fercurate.balance.targets import Counts, OverStrategy, raised
from fercurate.balance.turns import in_turns
from fercurate.domain.plan import SplitPlan
from fercurate.domain.segments.base import REPEAT, Rows
from fercurate.domain.segments.kinds import Repeats


@dataclass(frozen=True, kw_only=True)
class RandomOver(RaisingStep):
    """Random over-sampling: samples of small classes stand there more than once."""

    kind: Literal["random_over"] = "random_over"
    strategy: OverStrategy = field(
        default="auto", metadata={"description": "Which classes are raised, and to what"}
    )

    @property
    def operations(self) -> tuple[str, ...]:
        """``repeat``."""
        return (REPEAT,)

    def resample(self, plan: SplitPlan, context: BalanceContext) -> ResampledSplit:
        """Repeat as many samples of every class as are missing, no one before all others."""
        counts = context.counts(*plan.segments)
        rows = context.ranked(plan.originals.rows)
        goal = raised(self.strategy, counts, context.classes)
        context.check_rows(int(goal.sum()))
        missing = goal - counts
        return ResampledSplit(plan.adding(*repeats(rows, context.labels[rows], missing)))


def repeats(rows: Rows, labels: NDArray[np.int64], missing: Counts) -> tuple[Repeats, ...]:
    """Plan as many unchanged repetitions of each class as are missing (C,).

    ``rows`` (N,) come in the order in which they are to be used: none is repeated again before
    all others of its class are. There is no segment if nothing is missing.
    """
    turns = in_turns(rows, labels, missing, [True])
    return tuple(Repeats(chosen, numbers) for chosen, numbers in turns if len(chosen))
