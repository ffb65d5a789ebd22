"""``fercurate recipes``."""

import click

from fercurate.cli import render
from fercurate.cli.options import common_options

EXAMPLES = """
\b
Examples:
  fercurate recipes
  fercurate recipes modified_fer
  fercurate recipes --schema > recipe.schema.json
"""


@click.command(epilog=EXAMPLES)
@click.argument("name", required=False)
@click.option("--schema", is_flag=True, help="Print the JSON Schema of recipes, for editors.")
@common_options
def command(name: str | None, schema: bool) -> None:
    """List the recipes with one line each, or print one to start from."""
    from fercurate.recipe.loader import json_schema
    from fercurate.recipe.shipped import load_recipe, recipe_files

    if schema:
        render.json_text(json_schema())
    elif name is not None:
        render.recipe(load_recipe(name))
    else:
        render.recipes({key: load_recipe(str(path)) for key, path in recipe_files().items()})
