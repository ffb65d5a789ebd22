"""``fercurate stats``."""

from pathlib import Path

import click

from fercurate.cli.options import output_options, target_argument, where_option
from fercurate.cli.output import Output
from fercurate.cli.render.stats import check_plot_place, draw_balance, show_balance, show_funnel
from fercurate.cli.store_first import StoreFirst
from fercurate.pipeline.objects.fetch import local_path
from fercurate.pipeline.stats.funnel import read_funnel
from fercurate.pipeline.stats.stats import measure_balance

EXAMPLES = """
\b
Examples:
  fercurate stats data/processed/store.h5
  fercurate stats data/processed/modified_fer --plot balance.png
  fercurate stats data/processed/clean_seven --funnel --plot funnel.svg
  fercurate stats store.h5 --where "source = 'ckplus' and subject != 'S010'"
"""


@click.command(cls=StoreFirst, epilog=EXAMPLES)
@target_argument
@click.option(
    "--plot",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also draw the class balance into this PNG, SVG or PDF file.",
)
@click.option("--funnel", is_flag=True, help="Of an export: how many samples each stage left.")
@where_option
@output_options
def command(path: Path | str, plot: Path | None, funnel: bool, where: str, output: Output) -> None:
    """Show the class balance of a store or an export.

    Counts, shares and a bar for every class in every split, the imbalance ratio (largest class
    over smallest), the sources, and how many rows of an export are derived. --funnel tells how
    many samples of each class stood after each stage of the build. Without a path, the store is
    FERCURATE_STORE, or data/processed/store.h5.
    """
    target = local_path(path, output.listener())
    if funnel:
        show_funnel(output, read_funnel(target), target.name, plot)
        return
    if plot is not None:
        check_plot_place(plot)
    balance = measure_balance(target, output.listener(), where)
    show_balance(output, balance, target.name)
    if plot is not None:
        draw_balance(output, balance, target.name, plot)
