"""Balancing: what each split's file holds beside, or instead of, its original samples.

The steps of ``balance`` act on the rows that a split was assigned, one after the other.
"""

from dataclasses import replace

from fercurate.balance.base import BalanceContext
from fercurate.domain.plan import BuildPlan, SplitPlan
from fercurate.errors import InputError
from fercurate.recipe.model import Recipe

LEFT_OUT = "left out of train by balancing"


def resample(plan: BuildPlan, recipe: Recipe, context: BalanceContext) -> BuildPlan:
    """Return the plan with everything that ``balance`` asks for.

    Raises:
        InputError: a target cannot be reached.
    """
    plans, remarks = [], []
    for before in plan.plans:
        after, said = _resampled(before, recipe, context, folds=plan.folds is not None)
        plans.append(after)
        remarks += [f"{before.place}: {remark}" for remark in said]
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
    plan: SplitPlan, recipe: Recipe, context: BalanceContext, *, folds: bool
) -> tuple[SplitPlan, list[str]]:
    remarks: list[str] = []
    for place, step in enumerate(recipe.balance):
        if not step.concerns(plan.split, across_folds=folds and not plan.folder):
            continue
        try:
            result = step.resample(plan, context)
        except ValueError as error:
            raise InputError(
                str(error),
                where=f"{recipe.name}: balance[{place}] ({step.kind}), {plan.split}",
                fix="Change its strategy, or remove the step",
            ) from None
        plan = result.plan
        remarks += result.remarks
    return plan, remarks
