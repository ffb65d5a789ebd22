"""What each trainer reads: its layout, and what is to be set there (``trainers.toml``)."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from fercurate.domain.text import did_you_mean
from fercurate.errors import UsageError
from fercurate.layouts.base import Layout
from fercurate.layouts.registry import find_layout


@dataclass(frozen=True)
class TrainerPreset:
    """A trainer, and how an export is laid out for it.

    Attributes:
        name: what ``--for`` takes.
        trainer: the trainer, as people know it.
        layout: with the folders, names and class order that it reads.
        use: what to set or where to put it; ``{folder}`` is what was written.
        feeds: what it makes of the pictures.
        chosen_on: the split whose epoch it keeps, as it is called here.
        side: the side in pixels that pictures must have, if it resizes none; else 0.
        classes: how many classes its code has; 0 if that is free.
        caution: what has gone wrong for others.
    """

    name: str
    trainer: str
    layout: Layout
    use: str
    feeds: str
    chosen_on: str
    side: int = 0
    classes: int = 0
    caution: str = ""


@cache
def trainer_presets() -> tuple[TrainerPreset, ...]:
    """Every trainer that has a name for ``--for``."""
    text = files("fercurate.layouts").joinpath("trainers.toml").read_text(encoding="utf-8")
    return tuple(_preset(name, dict(entry)) for name, entry in tomllib.loads(text).items())


def _preset(name: str, entry: dict[str, Any]) -> TrainerPreset:
    settings = {key: _fixed(value) for key, value in entry.pop("set", {}).items()}
    layout = find_layout(entry.pop("layout"))(**settings)
    return TrainerPreset(name=name, layout=layout, **entry)


def _fixed(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def preset_names() -> tuple[str, ...]:
    """The names of all presets."""
    return tuple(preset.name for preset in trainer_presets())


def find_preset(name: str) -> TrainerPreset:
    """The preset of a name.

    Raises:
        UsageError: there is none.
    """
    for preset in trainer_presets():
        if preset.name == name:
            return preset
    names = preset_names()
    near = did_you_mean(name, names)
    raise UsageError(f"unknown trainer {name!r}{near}", expected=f"one of {', '.join(names)}")
