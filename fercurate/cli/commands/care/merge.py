"""``fercurate merge``."""

from pathlib import Path

import click

from fercurate.cli.options import (
    a_file,
    output_options,
    wait_option,
)
from fercurate.cli.output import Output
from fercurate.cli.render.care.changes import show_merge

EXAMPLES = """
\b
Examples:
  fercurate merge fer.h5 affectnet.h5 --into all.h5
"""

_STORE = click.Path(dir_okay=False, path_type=Path)


@click.command(epilog=EXAMPLES)
@click.argument("first", type=_STORE, metavar="A", callback=a_file)
@click.argument("second", type=_STORE, metavar="B", callback=a_file)
@click.option("--into", type=_STORE, required=True, callback=a_file, help="The new store.")
@wait_option
@output_options
def command(first: Path, second: Path, into: Path, output: Output) -> None:
    """Make one store of two.

    Samples, votes, measurements, rejects and lineage of both, those of A first. What both hold is
    kept once; an id that stands for two different things is refused. Pictures that either store
    removed for good stay removed. A and B stay as they are.
    """
    from fercurate.pipeline.care.merge import merge

    show_merge(output, merge(first, second, into, output.listener()))
