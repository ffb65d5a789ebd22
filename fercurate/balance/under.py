"""Random under-sampling: some samples of large classes are left out of train."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from fercurate.balance.base import BalanceContext, BalanceStep, ResampledSplit
from fercurate.balance.targets import Counts, UnderStrategy, counts_by_class, lowered
from fercurate.domain.plan import SplitPlan
from fercurate.domain.segments.kinds import Originals


@dataclass(frozen=True, kw_only=True)
class RandomUnder(BalanceStep):
    """Random under-sampling of train: some samples of large classes are left out."""

    kind: Literal["random_under"] = "random_under"
    strategy: UnderStrategy = field(
        default="auto", metadata={"description": "Which classes are cut, and to what"}
    )

    adds_rows: ClassVar[bool] = False

    @property
    def wanted(self) -> Mapping[str, int]:
        """The rows that it was told to leave, by class."""
        return counts_by_class(self.strategy)

    def concerns(self, split: str, *, across_folds: bool) -> bool:
        """Only train is cut."""
        del across_folds
        return split == "train"

    def resample(self, plan: SplitPlan, context: BalanceContext) -> ResampledSplit:
        """Keep of every class the first samples in an order drawn by seed and id."""
        goal = lowered(self.strategy, context.counts(*plan.segments), context.classes)
        ranked = context.ranked(plan.originals.rows)
        kept = ranked[keep_some(context.labels[ranked], goal)]
        return ResampledSplit(replace(plan, originals=Originals(np.sort(kept)), derived=()))


def keep_some(labels: NDArray[np.int64], goal: Counts) -> NDArray[np.bool_]:
    """Mask (N,) of the first ``goal`` (C,) members of each class; ``labels`` (N,) in order."""
    kept = np.zeros(len(labels), dtype=bool)
    for label, count in enumerate(goal):
        kept[np.flatnonzero(labels == label)[: int(count)]] = True
    return kept
