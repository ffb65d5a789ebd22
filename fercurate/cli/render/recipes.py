"""What ``fercurate recipes`` prints."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from fercurate.cli.output import Output

if TYPE_CHECKING:  # only names of types: a command imports no more than it runs
    from fercurate.errors import FercurateError
    from fercurate.recipe.loader import LoadedRecipe

    RecipeList = Mapping[str, LoadedRecipe | FercurateError]


def show_recipes(output: Output, recipes: "RecipeList") -> None:
    """Print one line a recipe, also of one that cannot be read."""
    rows = [_row(name, listed) for name, listed in sorted(recipes.items())]
    document = {"schema_version": 1, "kind": "recipes", "recipes": rows}
    output.show(document, _lines(rows))


def _row(name: str, listed: "LoadedRecipe | FercurateError") -> dict[str, str]:
    if isinstance(listed, Exception):
        fault = listed.message.replace("\n  ", "; ").partition(": ")[2]
        return {"name": name, "description": "", "file": listed.where, "fault": fault}
    return {"name": name, "description": listed.recipe.description, "file": listed.origin}


def _lines(rows: list[dict[str, str]]) -> Iterator[str]:
    width = max((len(row["name"]) for row in rows), default=0)
    for row in rows:
        said = row["description"] or f"({row['fault'][:160]})"
        yield f"{row['name']:<{width}}  {said}"


def show_recipe(output: Output, loaded: "LoadedRecipe") -> None:
    """Print one recipe's text."""
    facts = {"name": loaded.recipe.name, "file": loaded.origin, "text": loaded.text}
    document = {"schema_version": 1, "kind": "recipe", **facts}
    output.show(document, [loaded.text.rstrip("\n")])
