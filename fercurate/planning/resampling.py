"""Balancing: what each split's file holds beside, or instead of, its original samples.

The steps of ``balance`` act on the rows that a split was assigned, one after the other.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from fercurate.balance.base import BalanceContext, BalanceStep
from fercurate.domain.plan import BuildPlan, SplitPlan
from fercurate.domain.segments.base import Rows
from fercurate.errors import InputError

LEFT_OUT = "left out of train by balancing"


def resample(
    plan: BuildPlan, steps: Sequence[BalanceStep], context: BalanceContext, recipe: str
) -> BuildPlan:
    """Return the plan with everything that ``balance`` asks for; ``recipe`` names it in messages.

    Raises:
        InputError: a target cannot be reached.
    """
    plans, remarks = [], []
    for before in plan.plans:
        across = plan.folds is not None and not before.folder
        with_places = [
            (f"{recipe}: balance[{place}] ({step.kind}), {before.split}", step)
            for place, step in enumerate(steps)
            if step.concerns(before.split, across_folds=across)
        ]
        after, said = _resampled(before, with_places, context)
        plans.append(after)
        remarks += [f"{before.title}: {remark}" for remark in said]
    resampled = replace(plan, plans=tuple(plans), warnings=(*plan.warnings, *remarks))
    gone = np.zeros(len(context.labels), dtype=bool)
    gone[plan.train.originals.rows] = True
    gone[resampled.train.originals.rows] = False
    if not gone.any():
        return resampled
    dropped = {**plan.dropped, LEFT_OUT: _by_class(np.flatnonzero(gone), context)}
    return replace(resampled, dropped=dropped, verdicts=plan.verdicts.drop(gone, LEFT_OUT))


def _by_class(rows: Rows, context: BalanceContext) -> dict[str, int]:
    """How many samples each class has among some; classes without any are left out."""
    counts = np.bincount(context.labels[rows], minlength=len(context.classes)).tolist()
    return {name: count for name, count in zip(context.classes, counts, strict=True) if count}


def _resampled(
    plan: SplitPlan, steps: Sequence[tuple[str, BalanceStep]], context: BalanceContext
) -> tuple[SplitPlan, list[str]]:
    """The plan after steps, each with where it stands, and what has to be said."""
    remarks: list[str] = []
    for where, step in steps:
        try:
            result = step.resample(plan, context)
        except ValueError as error:
            fix = "Change its strategy, or remove the step"
            raise InputError(str(error), where=where, fix=fix) from None
        plan = result.plan
        remarks += result.remarks
    return plan, remarks
