"""What ``fercurate init`` prints."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from fercurate.cli.output import Output
from fercurate.pipeline.defaults import DEFAULT_STORE

if TYPE_CHECKING:  # only names of types: a command imports no more than it runs
    from fercurate.recipe.loader import LoadedRecipe


def show_draft(output: Output, recipe: "LoadedRecipe", place: Path, store: Path) -> None:
    """Say where the recipe lies, and what to do with it and the store it was written for."""
    rest = "" if str(store) == DEFAULT_STORE else f" --store {shlex.quote(str(store))}"
    name = recipe.recipe.name
    document = {"schema_version": 1, "kind": "recipe", "name": name, "file": str(place)}
    lines = [
        f"{place}: {recipe.recipe.description}",
        f"look at what it does: fercurate preview --recipe {place}{rest}",
        f"then build it: fercurate build --recipe {place}{rest}",
    ]
    output.show({**document, "text": recipe.text}, lines)
