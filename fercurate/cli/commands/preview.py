"""``fercurate preview``."""

from pathlib import Path

import click

from fercurate.cli.options import (
    a_named_path,
    face_model_option,
    jobs_option,
    output_folder_option,
    output_options,
    overwrite_option,
    recipe_names,
    store_option,
)
from fercurate.cli.output import Output
from fercurate.cli.render.preview import show_preview
from fercurate.cli.settings import exports_root
from fercurate.pipeline.defaults import PREVIEW_BOUNDS, PREVIEW_PER_CLASS, preview_folder

EXAMPLES = """
\b
Examples:
  fercurate preview --recipe modified_fer
  fercurate preview --recipe my.yaml --per-class 5 --output looks --overwrite
  fercurate preview --recipe my.yaml --ids fer2013:0000017,fer2013:0000018
"""


@click.command(epilog=EXAMPLES)
@click.option(
    "--recipe",
    required=True,
    shell_complete=recipe_names,
    help="A recipe's path or name (see: fercurate recipes).",
)
@store_option
@click.option(
    "--ids",
    "--id",
    "ids",
    multiple=True,
    metavar="ID[,ID...]",
    help="Show these samples; may be given several times.",
)
@click.option(
    "--per-class",
    type=click.IntRange(*PREVIEW_BOUNDS),
    default=PREVIEW_PER_CLASS,
    show_default=True,
    help="Samples of each class to show, drawn from train by the recipe's seed.",
)
@output_folder_option(preview_folder("<recipe name>").as_posix(), callback=a_named_path)
@overwrite_option("a preview")
@face_model_option
@jobs_option
@output_options
def command(
    recipe: str,
    store: Path,
    ids: tuple[str, ...],
    per_class: int,
    folder: Path | None,
    overwrite: bool,
    face_model: Path | None,
    jobs: int,
    output: Output,
) -> None:
    """Show what every step of a recipe does to a few pictures.

    Writes contact sheets, of what the recipe has: normalize.png (as stored, and after each step),
    copies.png (offline copies), synthetic.png (mixtures between their parents) and online.png
    (what training would draw). Everything is planned as for a build, and nothing is exported.
    """
    from fercurate.pipeline.preview.preview import PreviewRequest, preview
    from fercurate.recipe.shipped import load_recipe

    loaded = load_recipe(recipe)
    target = folder or exports_root() / preview_folder(loaded.recipe.name).name
    request = PreviewRequest(loaded, store, target, ids, per_class, overwrite, jobs, face_model)
    show_preview(output, preview(request, output.listener()), target)
