"""``fercurate recipes``."""

import click

from fercurate.cli.options import output_options, recipe_names
from fercurate.cli.output import Output
from fercurate.cli.render.recipes import show_recipe, show_recipes

EXAMPLES = """
\b
Examples:
  fercurate recipes
  fercurate recipes modified_fer
  fercurate recipes --schema > recipe.schema.json
"""


@click.command(epilog=EXAMPLES)
@click.argument("name", required=False, shell_complete=recipe_names)
@click.option("--schema", is_flag=True, help="Print the JSON Schema of recipes, for editors.")
@output_options
def command(name: str | None, schema: bool, output: Output) -> None:
    """List the recipes with one line each, or print one to start from."""
    from fercurate.recipe.loader import json_schema
    from fercurate.recipe.shipped import load_recipe, recipe_list

    if schema:
        output.document(json_schema())
    elif name is not None:
        show_recipe(output, load_recipe(name))
    else:
        show_recipes(output, recipe_list())
