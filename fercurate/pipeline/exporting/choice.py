"""Which layout was asked for: by its name or a trainer's, with settings as they are typed."""

from collections.abc import Mapping
from typing import Any

from fercurate.layouts.base import Layout
from fercurate.layouts.presets import TrainerPreset, find_preset
from fercurate.layouts.registry import find_layout
from fercurate.recipe.parts.layouts import set_layout

_WORDS = {"true": True, "false": False}


def chosen_layout(
    kind: str, trainer: str, settings: Mapping[str, Any]
) -> tuple[Layout, TrainerPreset | None]:
    """The layout of a name, or of a trainer, with other settings than usual.

    Texts stand for what the layout has there: ``a,b`` for a tuple, ``true`` for a truth, digits
    for a number.

    Raises:
        UsageError: an unknown name or setting, or a value that the layout does not take.
    """
    preset = find_preset(trainer) if trainer else None
    layout = preset.layout if preset is not None else find_layout(kind)()
    if not settings:
        return layout, preset
    told = {key: _value(text, getattr(layout, key, "")) for key, text in settings.items()}
    return set_layout(layout, told), preset


def _value(value: Any, usual: Any) -> Any:
    """A text as a value of the kind that is usual; anything else as it is."""
    if not isinstance(value, str):
        return list(value) if isinstance(value, tuple) else value
    if isinstance(usual, tuple):
        return [part.strip() for part in value.split(",") if part.strip()]
    if isinstance(usual, bool):
        return _WORDS.get(value.casefold(), value)
    if isinstance(usual, int):
        return int(value) if value.isdecimal() and len(value) < 10 else value
    return value
