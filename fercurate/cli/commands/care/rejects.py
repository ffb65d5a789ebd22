"""``fercurate rejects``."""

from pathlib import Path

import click

from fercurate.cli.options import a_named_path, output_options, store_argument
from fercurate.cli.output import Output
from fercurate.cli.render.care.contents import show_rejects
from fercurate.cli.store_first import StoreFirst

EXAMPLES = """
\b
Examples:
  fercurate rejects data/processed/store.h5
  fercurate rejects store.h5 --source affectnet --csv rejects.csv
"""


@click.command(cls=StoreFirst, epilog=EXAMPLES)
@store_argument
@click.option("--source", default="", help="Only those of one source.")
@click.option(
    "--csv",
    "table",
    type=click.Path(dir_okay=False, path_type=Path),
    callback=a_named_path,
    help="Also write all of them to this CSV file.",
)
@output_options
def command(path: Path, source: str, table: Path | None, output: Output) -> None:
    """List what could not be ingested, and why.

    Each reject with its source, raw file, line, code and reason: the first of each code, all of
    them with --csv or --json. Without a path, the store is FERCURATE_STORE, or
    data/processed/store.h5.
    """
    from fercurate.pipeline.care.contents import list_rejects

    found = list_rejects(path, source)
    if table is not None:
        found.write_csv(table)
        output.remark(f"written: {table}")
    show_rejects(output, found)
