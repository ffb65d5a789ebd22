"""What ``fercurate init`` prints."""

from pathlib import Path
from typing import TYPE_CHECKING

from fercurate.cli.output import Output

if TYPE_CHECKING:  # only names of types: a command imports no more than it runs
    from fercurate.recipe.loader import LoadedRecipe


def show_draft(output: Output, recipe: "LoadedRecipe", place: Path) -> None:
    """Say where the recipe lies, and what to do with it."""
    name = recipe.recipe.name
    document = {"schema_version": 1, "kind": "recipe", "name": name, "file": str(place)}
    lines = [
        f"{place}: {recipe.recipe.description}",
        f"look at what it does: fercurate preview --recipe {place}",
        f"then build it: fercurate build --recipe {place}",
    ]
    output.show({**document, "text": recipe.text}, lines)
