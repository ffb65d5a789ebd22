"""``fercurate sources``."""

from pathlib import Path

import click

from fercurate.cli.options import output_options, store_argument
from fercurate.cli.output import Output
from fercurate.cli.render.care.contents import show_sources
from fercurate.cli.store_first import StoreFirst

EXAMPLES = """
\b
Examples:
  fercurate sources data/processed/store.h5
  fercurate sources store.h5 --json
"""


@click.command(cls=StoreFirst, epilog=EXAMPLES)
@store_argument
@output_options
def command(path: Path, output: Output) -> None:
    """List what a store holds, source by source.

    For each source its name, the kind of reader, what was recognized, samples, rejects, bytes of
    its pictures, and when it was last ingested; then every change of the store. Without a path,
    the store is FERCURATE_STORE, or data/processed/store.h5.
    """
    from fercurate.pipeline.care.contents import list_sources

    show_sources(output, list_sources(path))
