"""``fercurate stats``."""

from pathlib import Path

import click

from fercurate.cli.options import output_options, target_argument
from fercurate.cli.output import Output
from fercurate.cli.render.stats import check_plot_place, draw_balance, show_balance
from fercurate.pipeline.stats.stats import measure_balance

EXAMPLES = """
\b
Examples:
  fercurate stats data/processed/store.h5
  fercurate stats data/processed/modified_fer --plot balance.png
  fercurate stats store.h5 --json
"""


@click.command(epilog=EXAMPLES)
@target_argument
@click.option(
    "--plot",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also draw the class balance into this PNG, SVG or PDF file.",
)
@output_options
def command(path: Path, plot: Path | None, output: Output) -> None:
    """Show the class balance of a store or an export.

    Counts, shares and a bar for every class in every split, the imbalance ratio (largest class
    over smallest), the sources, and how many rows of an export are derived. Without a path, the
    store is FERCURATE_STORE, or data/processed/store.h5.
    """
    if plot is not None:
        check_plot_place(plot)
    balance = measure_balance(path, output.listener())
    show_balance(output, balance, path.name)
    if plot is not None:
        draw_balance(output, balance, path.name, plot)
