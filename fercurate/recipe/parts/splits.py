"""The part of a recipe that says where validation comes from."""

from typing import Annotated, Any

from pydantic import Field, ValidationError, ValidatorFunctionWrapHandler, WrapValidator

from fercurate.recipe.steps import checked
from fercurate.splits.native import NativeShare

_Share = Annotated[float, Field(gt=0, lt=1)]

_FORMS = (
    "a list of native splits, [PublicTest]; a share of train, such as 0.1; or a share of some of "
    "its native splits, {from: Training, share: 0.1}"
)


def _clear(value: Any, check: ValidatorFunctionWrapHandler) -> Any:
    """Check what val is; say in one sentence what it may be."""
    try:
        return check(_with_tuples(value))
    except ValidationError:
        raise ValueError(f"{value!r}; expected {_FORMS}") from None


def _with_tuples(value: Any) -> Any:
    """The value with tuples for lists, which a strict check does not take for them."""
    if isinstance(value, dict):
        return {key: _with_tuples(one) for key, one in value.items()}
    return tuple(value) if isinstance(value, list) else value


def _validation_rows(native_share: Any) -> Any:
    return Annotated[tuple[str, ...] | native_share | _Share, WrapValidator(_clear)]


VALIDATION_ROWS = _validation_rows(checked(NativeShare))
"""What stands in a recipe for ``splits.native.ValidationRows``."""
