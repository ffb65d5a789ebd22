"""``fercurate remove``."""

from pathlib import Path

import click

from fercurate.cli.options import (
    dry_run_option,
    needed_store_argument,
    output_options,
    wait_option,
)
from fercurate.cli.output import Output
from fercurate.cli.render.care.changes import show_removal
from fercurate.cli.store_first import StoreFirst

EXAMPLES = """
\b
Examples:
  fercurate remove store.h5 --source affectnet --dry-run
  fercurate remove store.h5 --ids withdrawn.txt
  fercurate remove store.h5 --source rafdb --may-return
"""


@click.command(cls=StoreFirst, epilog=EXAMPLES)
@needed_store_argument
@click.option("--source", default="", help="All samples of this source, and its rejects.")
@click.option(
    "--ids",
    "ids_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Samples by id: one a line, or the first column of a CSV.",
)
@click.option(
    "--may-return",
    is_flag=True,
    help="Leave no tombstones: the same pictures may be ingested again.",
)
@dry_run_option
@wait_option
@output_options
def command(
    store: Path, source: str, ids_file: Path | None, may_return: bool, dry_run: bool, output: Output
) -> None:
    """Take a source or single samples out of a store for good.

    They are hidden at once, in one change. A tombstone by the digest of each picture keeps it
    from being ingested again, whatever its name. `fercurate compact` then drops their bytes.
    Exports that were built before still hold them: build those again.
    """
    from fercurate.pipeline.care.removal import RemoveRequest, read_ids, remove

    ids = () if ids_file is None else read_ids(ids_file)
    request = RemoveRequest(store, source, ids, may_return, dry_run)
    show_removal(output, remove(request, output.listener()), may_return)
