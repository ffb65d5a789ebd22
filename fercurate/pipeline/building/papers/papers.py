"""What people read of an export, written: recipe, datasheet, summary."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fercurate.export.croissant import CROISSANT_FILE, export_croissant
from fercurate.export.datasheet.sheet import render_datasheet
from fercurate.export.folder import DATASHEET_FILE, RECIPE_FILE, SUMMARY_FILE
from fercurate.export.lock import write_json
from fercurate.recipe.loader import LoadedRecipe


def write_papers(
    folder: Path, recipe: LoadedRecipe, summary: dict[str, Any], files: Sequence[str]
) -> tuple[str, ...]:
    """Write what people and machines read; returns the names of all files of the export so far."""
    outputs = (*files, DATASHEET_FILE, SUMMARY_FILE, CROISSANT_FILE, RECIPE_FILE)
    (folder / RECIPE_FILE).write_text(recipe.text, encoding="utf-8")
    datasheet = render_datasheet(summary, outputs)
    (folder / DATASHEET_FILE).write_text(datasheet, encoding="utf-8", errors="backslashreplace")
    write_json(folder / SUMMARY_FILE, summary)
    write_json(folder / CROISSANT_FILE, export_croissant(folder, summary, files))
    return outputs
