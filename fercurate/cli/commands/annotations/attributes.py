"""``fercurate attributes``."""

from pathlib import Path

import click

from fercurate.cli.options import (
    a_file,
    dry_run_option,
    needed_store_argument,
    output_options,
    store_argument,
    table_columns_option,
    table_missing_option,
    wait_option,
)
from fercurate.cli.output import Output
from fercurate.cli.render.annotations.attributes import show_added_attributes, show_attributes
from fercurate.cli.store_first import StoreFirst

EXAMPLES = """
\b
Examples:
  fercurate attributes add store.h5 people.csv
  fercurate attributes list store.h5
"""

ADD_EXAMPLES = """
\b
Examples:
  fercurate attributes add store.h5 people.csv
  fercurate attributes add store.h5 all.csv --columns gender,age --skip-missing --dry-run
"""


@click.group(epilog=EXAMPLES)
def command() -> None:
    """Keep gender, age and the like of people in pictures, as they are given; nothing is guessed.

    RAF-DB's and KDEF's are read when they are ingested. An export counts its samples by them,
    `evaluate.py` tells how well each group is recognized, and `--where` asks for them:
    attribute.gender = 'female'.
    """


@command.command("add", cls=StoreFirst, epilog=ADD_EXAMPLES)
@needed_store_argument
@click.argument(
    "file", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", callback=a_file
)
@table_columns_option
@table_missing_option
@dry_run_option
@wait_option
@output_options
def add(
    store: Path,
    file: Path,
    columns: tuple[str, ...],
    skip_missing: bool,
    dry_run: bool,
    output: Output,
) -> None:
    """Store a CSV of attributes: a column an attribute, in each cell a value of a few words.

    A column `id` says which sample a row is of, or a column `file` names its picture file; without
    either there must be a row for each sample of the store, in its order. An empty cell leaves
    what is there.
    """
    from fercurate.pipeline.attributes.add import AddAttributesRequest, add_attributes

    request = AddAttributesRequest(store, file, columns, skip_missing, dry_run)
    show_added_attributes(output, add_attributes(request, output.listener()))


@command.command("list", cls=StoreFirst, epilog=EXAMPLES)
@store_argument
@output_options
def list_all(path: Path, output: Output) -> None:
    """List the attributes of a store: how many samples of each class have which value."""
    from fercurate.pipeline.attributes.listing import list_attributes

    show_attributes(output, list_attributes(path))
