"""What ``fercurate recipes`` prints."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from fercurate.cli.output import Output

if TYPE_CHECKING:  # only names of types: a command imports no more than it runs
    from fercurate.recipe.loader import LoadedRecipe


def show_recipes(output: Output, recipes: "Mapping[str, LoadedRecipe]") -> None:
    """Print one line a recipe."""
    rows = [
        {"name": name, "description": loaded.recipe.description, "file": loaded.origin}
        for name, loaded in sorted(recipes.items())
    ]
    document = {"schema_version": 1, "kind": "recipes", "recipes": rows}
    output.show(document, _lines(recipes))


def _lines(recipes: "Mapping[str, LoadedRecipe]") -> Iterator[str]:
    width = max((len(name) for name in recipes), default=0)
    for name, loaded in sorted(recipes.items()):
        yield f"{name:<{width}}  {loaded.recipe.description}"


def show_recipe(output: Output, loaded: "LoadedRecipe") -> None:
    """Print one recipe's text."""
    facts = {"name": loaded.recipe.name, "file": loaded.origin, "text": loaded.text}
    document = {"schema_version": 1, "kind": "recipe", **facts}
    output.show(document, [loaded.text.rstrip("\n")])
