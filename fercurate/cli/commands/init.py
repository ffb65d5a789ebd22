"""``fercurate init``."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from fercurate.cli.options import output_options, overwrite_option, some_names, store_option
from fercurate.cli.output import Output
from fercurate.cli.render.init import show_draft
from fercurate.errors import ConflictError
from fercurate.files.atomic import whole_file
from fercurate.pipeline.init.choices import sensible_draft
from fercurate.pipeline.init.draft import BALANCING, CLASSES, SCREENING, SPLITTING, RecipeDraft

EXAMPLES = """
\b
Examples:
  fercurate init
  fercurate init --name clean --screen balanced --balance weights --yes
"""

_QUESTIONS: dict[str, str] = {
    "name": "Name of the set",
    "classes": "Classes",
    "size": "Side of the pictures in pixels",
    "splits": "Splits",
    "screen": "Leave out faces that no model should learn from",
    "balance": "Even out the classes of train",
}


@click.command(epilog=EXAMPLES)
@store_option
@click.option("--name", default="", help="Name of the set, and of the file  [default: my_set]")
@click.option(
    "--sources", default="", metavar="NAME,NAME", callback=some_names, help="Stored sources to use."
)
@click.option("--classes", type=click.Choice(CLASSES), help="Classes  [default: seven]")
@click.option("--size", type=click.IntRange(8, 1024), help="Side of the pictures  [default: 48]")
@click.option("--splits", type=click.Choice(SPLITTING), help="As the corpus has them, or anew.")
@click.option("--screen", type=click.Choice(SCREENING), help="Preset of the screening.")
@click.option("--balance", type=click.Choice(BALANCING), help="How classes are evened out.")
@click.option(
    "-o",
    "--output",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write  [default: NAME.yaml]",
)
@overwrite_option("a recipe")
@click.option("-y", "--yes", is_flag=True, help="Ask nothing: take what is not said as it is best.")
@output_options
def command(
    store: Path,
    sources: tuple[str, ...],
    file: Path | None,
    overwrite: bool,
    yes: bool,
    output: Output,
    **given: Any,
) -> None:
    """Write a first recipe, with a comment on what one may change.

    What is not said is asked for on a terminal. Sources and splits are those of the store, if
    there is one.
    """
    told = {name: value for name, value in given.items() if value}
    draft = replace(sensible_draft(store, sources), **told)
    if not yes and sys.stdin.isatty():
        draft = _asked(draft, told)
    recipe = draft.loaded()
    place = file or Path(f"{draft.name}.yaml")
    if place.exists() and not overwrite:
        fix = "Pass --overwrite to replace it, or name another with -o"
        raise ConflictError("there is one already", where=str(place), fix=fix)
    with whole_file(place) as staged:
        staged.write_text(recipe.text, encoding="utf-8")
    show_draft(output, recipe, place, store)


def _asked(draft: RecipeDraft, told: dict[str, Any]) -> RecipeDraft:
    """The draft with answers to what was not told."""
    kinds: dict[str, Any] = {
        "classes": click.Choice(CLASSES),
        "size": click.IntRange(8, 1024),
        "splits": click.Choice(SPLITTING),
        "screen": click.Choice(SCREENING),
        "balance": click.Choice(BALANCING),
    }
    answers = {
        name: click.prompt(question, default=getattr(draft, name), type=kinds.get(name), err=True)
        for name, question in _QUESTIONS.items()
        if name not in told
    }
    return replace(draft, **answers)
