"""``fercurate stats``."""

from pathlib import Path

import click

from fercurate.cli import render
from fercurate.cli.options import common_options, target_argument
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
@common_options
def command(path: Path, plot: Path | None) -> None:
    """Show the class balance of a store or an export.

    Counts, shares and a bar for every class in every split, the imbalance ratio (largest class
    over smallest), the sources, and how many rows of an export are derived. Without a path, the
    store is FERCURATE_STORE, or data/processed/store.h5.
    """
    balance = measure_balance(path)
    render.balance(balance, path.name)
    if plot is not None:
        from fercurate.report.plot import plot_balance

        plot_balance(balance, plot, path.name)
        render.note(f"drawn: {plot}")
