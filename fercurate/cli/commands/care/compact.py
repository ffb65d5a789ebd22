"""``fercurate compact``."""

from pathlib import Path

import click

from fercurate.cli.options import (
    output_options,
    store_argument,
    wait_option,
)
from fercurate.cli.output import Output
from fercurate.cli.render.care.changes import show_compaction
from fercurate.cli.store_first import StoreFirst

EXAMPLES = """
\b
Examples:
  fercurate compact data/processed/store.h5
"""


@click.command(cls=StoreFirst, epilog=EXAMPLES)
@store_argument
@wait_option
@output_options
def command(path: Path, output: Output) -> None:
    """Drop the bytes of what was removed or superseded.

    Removed samples, replaced votes, and measurements that nothing asks for any more. Only parts
    that hold some of it are written anew; ids, positions and the digest of the store stay. Run it
    while nobody else reads the store. Without a path, the store is FERCURATE_STORE, or
    data/processed/store.h5.
    """
    from fercurate.pipeline.care.compact import compact

    show_compaction(output, compact(path, output.listener()))
