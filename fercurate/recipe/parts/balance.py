"""The part of a recipe that says how train is balanced and augmented."""

from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias, get_args

from pydantic import (
    AfterValidator,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from fercurate.balance.base import BalanceStep as Step
from fercurate.balance.base import CopyOperation
from fercurate.balance.registry import BALANCE_STEPS
from fercurate.balance.targets import OverStrategy, OverWord, UnderStrategy, UnderWord
from fercurate.recipe.parts.augmentation import DRAWN_COPIES
from fercurate.recipe.steps import one_of
from fercurate.transforms.registry import COPIES

MOST_ROWS = 2_000_000
"""More rows of a class than any corpus has pictures in all; they must be planned in memory."""

Count = Annotated[int, Field(ge=1, le=MOST_ROWS)]
Ratio = Annotated[float, Field(ge=1e-6, le=1)]


def _clear(words: str, value: Any, check: ValidatorFunctionWrapHandler) -> Any:
    """Check a strategy; say in one sentence what it may be."""
    try:
        return check(value)
    except ValidationError:
        raise ValueError(
            f"{value!r}; expected one of {words}, a ratio above 0 and up to 1, or whole numbers "
            f"by class, at most {MOST_ROWS:,}"
        ) from None


def _strategy(words: Any) -> Any:
    clear = WrapValidator(partial(_clear, ", ".join(get_args(words))))
    return Annotated[words | Ratio | dict[str, Count], clear]


def _different(copies: tuple[CopyOperation, ...]) -> tuple[CopyOperation, ...]:
    labels = [copy.label for copy in copies]
    twice = sorted({label for label in labels if labels.count(label) > 1})
    if twice:
        raise ValueError(f"{', '.join(twice)} stands here more than once")
    return copies


def _copies(operation: Any) -> Any:
    return Annotated[tuple[operation, ...], AfterValidator(_different)]


_CHECKED = {
    OverStrategy: _strategy(OverWord),
    OverStrategy | None: _strategy(OverWord) | None,
    UnderStrategy: _strategy(UnderWord),
    tuple[CopyOperation, ...]: _copies(one_of([*COPIES, *DRAWN_COPIES])),
}
"""What stands in a recipe where a step has a type of its own."""

if TYPE_CHECKING:
    BalanceStep: TypeAlias = Step
else:
    BalanceStep = one_of(BALANCE_STEPS, _CHECKED)


def check_order(steps: Sequence[Step]) -> str:
    """Say what is wrong with the order of steps; empty if nothing is."""
    for earlier, step in pairwise(steps):
        if earlier.adds_rows and not step.adds_rows:
            return (
                f"{step.kind} must stand before the steps that add rows: "
                "it chooses among the originals"
            )
    labels = [label for step in steps for label in step.operations]
    twice = sorted({label for label in labels if labels.count(label) > 1})
    if twice:
        return f"{', '.join(twice)} stands here more than once; join them in one step"
    mixing = [place for place, step in enumerate(steps) if step.mixes]
    if len(mixing) > 1:
        return "more than one step mixes synthetic rows; keep one"
    for place in mixing:
        copied = [step.kind for step in steps[:place] if step.operations]
        if copied and not steps[place].takes_derived_parents:
            return (
                f"{steps[place].kind} after {copied[0]}: mixing copies of one picture gives no new "
                "faces; put it before, or set its allow_augmented_parents: true"
            )
    return ""
