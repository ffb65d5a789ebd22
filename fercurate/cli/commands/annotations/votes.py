"""``fercurate votes``."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from fercurate.cli.options import (
    a_file,
    dry_run_option,
    needed_store_argument,
    output_options,
    overwrite_option,
    store_argument,
    table_columns_option,
    table_missing_option,
    wait_option,
)
from fercurate.cli.output import Output
from fercurate.cli.render.annotations.votes import show_added_votes, show_agreement, show_vote_sets
from fercurate.cli.store_first import StoreFirst

if TYPE_CHECKING:  # only names of types: a command imports no more than it runs
    from fercurate.domain.taxonomy import LabelMap

EXAMPLES = """
\b
Examples:
  fercurate votes add store.h5 crowd.csv --name crowd
  fercurate votes list store.h5
  fercurate votes agreement store.h5 --name ferplus
"""

ADD_EXAMPLES = """
\b
Examples:
  fercurate votes add store.h5 crowd.csv --name crowd
  fercurate votes add store.h5 readers.csv --name lab --kind readers --dry-run
  fercurate votes add store.h5 c25.csv --name c25 --label-map 0=happy,1=sad --skip-missing
"""


def a_label_map(ctx: click.Context, param: click.Parameter, value: str) -> "LabelMap | None":
    """Read what codes mean."""
    from fercurate.domain.taxonomy import parse_label_map

    return parse_label_map(value) if value else None


@click.group(epilog=EXAMPLES)
def command() -> None:
    """Add votes of several people by name, list them, or tell how far they agree.

    A recipe takes labels from them with `labels: {votes: {set: NAME, mode: majority}}`. FER+'s
    votes, which are ingested, are the set `ferplus`.
    """


@command.command("add", cls=StoreFirst, epilog=ADD_EXAMPLES)
@needed_store_argument
@click.argument(
    "file", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", callback=a_file
)
@click.option("--name", required=True, help="Name of the set, which recipes ask for.")
@click.option(
    "--kind",
    type=click.Choice(["counts", "readers", "shares"]),
    help="What the columns are: votes or shares by expression, or readers; without it cells tell.",
)
@table_columns_option
@click.option(
    "--label-map",
    default="",
    metavar="NAME|CODE=NAME,...",
    callback=a_label_map,
    help="What codes in cells of readers mean, as for `fercurate ingest`.",
)
@table_missing_option
@overwrite_option("a set of this name")
@dry_run_option
@wait_option
@output_options
def add(
    store: Path,
    file: Path,
    name: str,
    kind: str | None,
    columns: tuple[str, ...],
    label_map: "LabelMap | None",
    skip_missing: bool,
    overwrite: bool,
    dry_run: bool,
    output: Output,
) -> None:
    """Store a CSV of votes: a column an expression with votes or shares, or a column a reader.

    A column `id` says which sample a row is of, or a column `file` (`image name`) names its picture
    file; without either there must be a row for each sample of the store, in its order. Cells of
    readers are expressions in any spelling, or empty. `unknown` (`unsure`) and `not_face` (`NF`)
    are understood, too.
    """
    from fercurate.pipeline.votes.add import AddVotesRequest, add_votes, vote_kind

    request = AddVotesRequest(
        store,
        file,
        name,
        vote_kind(kind),
        overwrite=overwrite,
        dry_run=dry_run,
        columns=columns,
        label_map=label_map,
        skips_missing=skip_missing,
    )
    show_added_votes(output, add_votes(request, output.listener()), dry_run)


@command.command("list", cls=StoreFirst, epilog=EXAMPLES)
@store_argument
@output_options
def list_sets(path: Path, output: Output) -> None:
    """List the sets of votes in a store: samples, votes, and readers where they are known."""
    from fercurate.pipeline.votes.listing import list_votes

    show_vote_sets(output, list_votes(path))


@command.command("agreement", cls=StoreFirst, epilog=EXAMPLES)
@store_argument
@click.option("--name", default="", help="Only this set.")
@output_options
def agreement(path: Path, name: str, output: Output) -> None:
    """Tell how far those who voted agree, beyond chance, in all and by class.

    Fleiss' kappa, Krippendorff's alpha, and Cohen's kappa of exactly two readers; and how often
    the expression with most votes is the stored label.
    """
    from fercurate.pipeline.votes.agreement import vote_agreement

    show_agreement(output, vote_agreement(path, name))
