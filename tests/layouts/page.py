"""The table of trainers in docs/trainers.md, from the presets: ``python -m tests.layouts.page``."""

import re
from collections.abc import Iterator
from pathlib import Path

from fercurate.layouts.presets import TrainerPreset, trainer_presets

PAGE = Path(__file__).resolve().parents[2] / "docs" / "trainers.md"
HEAD = "| `--for` | trainer | layout | set there | it feeds | best epoch by | mind |"
_TABLE = re.compile(rf"{re.escape(HEAD)}\n(\|.*\n)*")


def table() -> str:
    """The table as the page has it."""
    return "\n".join([HEAD, "| " + " | ".join(["---"] * 7) + " |", *_rows()]) + "\n"


def _rows() -> Iterator[str]:
    for preset in trainer_presets():
        cells = [f"`{preset.name}`", preset.trainer, f"`{preset.layout.kind}`", *_facts(preset)]
        yield "| " + " | ".join(cells) + " |"


def _facts(preset: TrainerPreset) -> list[str]:
    use = preset.use.format(folder="DIR")
    return [f"`{use}`", preset.feeds, preset.chosen_on, preset.caution]


def written() -> str:
    """The table that the page has."""
    found = _TABLE.search(PAGE.read_text())
    return found[0] if found else ""


if __name__ == "__main__":
    PAGE.write_text(_TABLE.sub(lambda _: table(), PAGE.read_text()))
