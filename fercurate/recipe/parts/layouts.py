"""Layouts in a recipe, and on the command line: by name, or with settings."""

import json
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

from pydantic import Field, TypeAdapter, ValidationError, field_validator

from fercurate.domain.taxonomy import protocols
from fercurate.domain.text import did_you_mean
from fercurate.errors import UsageError
from fercurate.layouts.base import Layout
from fercurate.layouts.presets import TrainerPreset, find_preset, preset_names
from fercurate.layouts.registry import LAYOUTS, find_layout, layout_names
from fercurate.recipe.sections import Section
from fercurate.recipe.steps import one_of

if TYPE_CHECKING:
    LayoutStep: TypeAlias = Layout
else:
    LayoutStep = one_of(LAYOUTS)

_STEP: TypeAdapter[Any] = TypeAdapter(LayoutStep)


class LaidOut(Section):
    """The part of a recipe that says what its export is for: a protocol, and trainers' layouts."""

    protocol: str | None = Field(
        default=None,
        description=f"A published protocol to compare with: {', '.join(protocols())}",
    )
    to: tuple[str | LayoutStep, ...] = Field(
        default=(),
        max_length=16,
        description="What the export is also laid out as, beside it: names of layouts or trainers, "
        "or {kind: imagefolder, ...} (see: fercurate export)",
    )

    @field_validator("protocol")
    @classmethod
    def _known_protocol(cls, protocol: str | None) -> str | None:
        if protocol is not None and protocol not in protocols():
            near = did_you_mean(protocol, protocols())
            known = ", ".join(protocols())
            raise ValueError(f"unknown protocol {protocol!r}{near}; known are {known}")
        return protocol

    @field_validator("to")
    @classmethod
    def _known_layouts(cls, to: tuple[str | Layout, ...]) -> tuple[str | Layout, ...]:
        known = (*layout_names(), *preset_names())
        names = [one if isinstance(one, str) else one.kind for one in to]
        for name in names:
            if name not in known:
                near = did_you_mean(name, known)
                raise ValueError(
                    f"{name!r} is no layout and no trainer{near}; expected {', '.join(known)}"
                )
            if names.count(name) > 1:
                raise ValueError(f"{name} is named more than once")
        return to

    @cached_property
    def layouts(self) -> tuple[tuple[str, Layout, TrainerPreset | None], ...]:
        """What the export is also laid out as: the name, the layout, and the trainer if named."""
        return tuple(named_layout(one) for one in self.to)


def named_layout(choice: str | Layout) -> tuple[str, Layout, TrainerPreset | None]:
    """The name of what was asked for, its layout, and the trainer if it was one."""
    if not isinstance(choice, str):
        return choice.kind, choice, None
    if choice in layout_names():
        return choice, find_layout(choice)(), None
    preset = find_preset(choice)
    return choice, preset.layout, preset


def set_layout(layout: Layout, settings: Mapping[str, Any]) -> Layout:
    """A layout with other settings, checked as in a recipe.

    Raises:
        UsageError: an unknown setting, or a value that the layout does not take.
    """
    known = json.loads(_STEP.dump_json(layout))
    names = [name for name in known if name != "kind"]
    for key in settings:
        if key not in names:
            raise UsageError(
                f"{layout.kind} has no setting {key!r}{did_you_mean(key, names)}",
                where="--set",
                expected=f"one of {', '.join(names)}",
            )
    try:
        changed: Layout = _STEP.validate_json(json.dumps({**known, **settings}))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"][1:])
        text = first["msg"].removeprefix("Value error, ")
        key = place.partition(".")[0]
        usual = known.get(key)
        shown = ",".join(usual) if isinstance(usual, list) else usual
        expected = f"such as {shown}" if shown not in ("", None) else ""
        said = f"{place}: {text}" if place else text
        raise UsageError(said, where="--set", expected=expected) from None
    return changed
