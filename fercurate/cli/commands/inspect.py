"""``fercurate inspect``."""

from pathlib import Path

import click

from fercurate.cli.options import output_options
from fercurate.cli.output import Output
from fercurate.cli.render.inspect import show_path
from fercurate.pipeline.inspect.inspect import inspect_path
from fercurate.sources.registry import source_names

EXAMPLES = """
\b
Examples:
  fercurate inspect fer2013.csv
  fercurate inspect fer_folders/
  fercurate inspect my_faces/ --source folder
"""


@click.command(epilog=EXAMPLES)
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--source", type=click.Choice(source_names()), help="Read the path as this source.")
@output_options
def command(path: Path, source: str | None, output: Output) -> None:
    """Show what lies in a path, and as what it would be read.

    Pictures by folder, tables by their columns, archives, and files that are not what they seem
    (Git LFS pointers, web pages, empty files); then the corpus that is recognized, or what is
    missing and the one thing to try next. Nothing is stored.
    """
    show_path(output, inspect_path(path, source or ""))
