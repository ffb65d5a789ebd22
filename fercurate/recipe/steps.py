"""Steps in a recipe: the siblings' frozen dataclasses, checked strictly and told apart by kind.

A step states its bounds and descriptions in the metadata of its fields (``ge``, ``description``,
...), where pydantic finds them. What a sibling cannot say without the recipe, a type of its own
stands for, and ``checked`` puts the recipe's in its place.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import reduce
from operator import or_
from typing import Annotated, Any, cast, get_type_hints

from pydantic import BaseModel, Field, with_config

from fercurate.recipe.sections import STRICT


def checked(step: type[Any], types: Mapping[Any, Any] | None = None) -> type[Any]:
    """Return a step as pydantic is to check it: strictly, without unknown keys.

    ``types`` maps types of fields to those that take their place.
    """
    if issubclass(step, BaseModel):
        return step
    hints = get_type_hints(step, include_extras=True)
    replaced = {
        name: kind for name, hint in hints.items() if (kind := (types or {}).get(hint)) is not None
    }
    if replaced:
        own = {f.name: f for f in fields(step) if f.name in replaced}
        body: dict[str, Any] = {
            name: field(default=one.default, metadata=one.metadata) for name, one in own.items()
        }
        body |= {"__annotations__": replaced, "__doc__": step.__doc__, "__module__": __name__}
        step = dataclass(frozen=True, kw_only=True)(type(step.__name__, (step,), body))
    return with_config(STRICT)(step)


def one_of(steps: Sequence[type[Any]], types: Mapping[Any, Any] | None = None) -> Any:
    """A field type that takes any of these steps, told apart by ``kind``."""
    kinds = [checked(step, types) for step in steps]
    return Annotated[reduce(or_, cast("list[Any]", kinds)), Field(discriminator="kind")]
