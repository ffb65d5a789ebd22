"""``fercurate demo``."""

from dataclasses import replace
from pathlib import Path

import click

from fercurate.cli.options import output_options, overwrite_option
from fercurate.cli.output import Output
from fercurate.pipeline.defaults import demo_folder

EXAMPLES = """
\b
Examples:
  fercurate demo
  fercurate demo /tmp/demo --seed 7
"""


@click.command(epilog=EXAMPLES)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=demo_folder())
@click.option(
    "--seed", type=click.IntRange(0), default=0, show_default=True, help="Seed of the drawn faces."
)
@overwrite_option("a demo")
@click.option("--verbose", is_flag=True, help="Print all that the commands would.")
@output_options
def command(folder: Path, seed: int, overwrite: bool, verbose: bool, output: Output) -> None:
    """Run the whole job on small corpora of drawn faces: ingest, stats, audit, build, stats.

    FER-2013 with FER+ votes, CK+ and AffectNet are drawn in their real layouts, with planted and
    recorded faults (planted.json).
    """
    from fercurate.cli.render.demo import show_demo
    from fercurate.pipeline.demo import DemoRequest, run_demo

    output = replace(output, notices=verbose)
    request = DemoRequest(folder, seed, overwrite)
    show_demo(output, run_demo(request, output.listener()), request, verbose)
