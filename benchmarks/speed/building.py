"""What benchmarks of whole builds share: the recipe, sources under other names, rows of a CSV."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks.speed.child import ROOT

RECIPE = ROOT / "recipes" / "modified_fer.yaml"
COPIES = 4
"""Rows that the recipe writes for each of its originals."""


def recipe_text(sources: Sequence[str]) -> str:
    """Return ``modified_fer`` with other sources.

    Raises:
        ValueError: the shipped recipe does not name its source on a line of its own.
    """
    line, text = "sources: [fer2013]", RECIPE.read_text(encoding="utf-8")
    if line not in text:
        raise ValueError(f"{RECIPE.name} has no line {line!r}")
    return text.replace(line, f"sources: [{', '.join(sources)}]")


def csv_rows(path: Path) -> int:
    """How many rows a CSV has, without its heading."""
    with path.open("rb") as lines:
        return sum(1 for _ in lines) - 1


def write_part(source: Path, target: Path, count: int) -> None:
    """Write the heading and ``count`` rows of a CSV, evenly taken from all of it."""
    total = csv_rows(source)
    with source.open("rb") as lines, target.open("wb") as out:
        out.write(next(lines))
        for number, line in enumerate(lines):
            if number * count // total != (number + 1) * count // total:
                out.write(line)
