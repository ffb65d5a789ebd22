"""Balancing: what each split's file holds beside, or instead of, its original samples.

The steps of ``balance`` act on the rows that a split was assigned, one after the other.
"""

from collections.abc import Sequence
from dataclasses import replace

from fercurate.balance.base import BalanceContext, BalanceStep
from fercurate.domain.plan import BuildPlan, SplitPlan
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
    gone = _left_out(plan.train, resampled.train, context)
    if not gone:
        return resampled
    return replace(resampled, dropped={**plan.dropped, LEFT_OUT: gone})


def _left_out(before: SplitPlan, after: SplitPlan, context: BalanceContext) -> dict[str, int]:
    """How many originals of each class train has lost."""
    lost = context.counts(before.originals) - context.counts(after.originals)
    by_class = zip(context.classes, lost.tolist(), strict=True)
    return {name: count for name, count in by_class if count}


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
