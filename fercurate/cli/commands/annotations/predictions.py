"""``fercurate predictions``."""

from pathlib import Path

import click

from fercurate.cli.options import (
    needed_store_argument,
    output_options,
    store_argument,
    wait_option,
)
from fercurate.cli.output import Output
from fercurate.cli.render.annotations.predictions import show_added, show_predictions, show_report
from fercurate.cli.store_first import StoreFirst

EXAMPLES = """
\b
Examples:
  fercurate predictions add store.h5 predictions_out_of_fold.csv
  fercurate predictions list store.h5
  fercurate predictions show store.h5
"""

ADD_EXAMPLES = """
\b
Examples:
  fercurate predictions add store.h5 runs/five_folds/compact/predictions_out_of_fold.csv
  fercurate predictions add store.h5 mine.npz --name resnet50 --out-of-fold
"""

LIST_EXAMPLES = """
\b
Examples:
  fercurate predictions list store.h5
"""

SHOW_EXAMPLES = """
\b
Examples:
  fercurate predictions show store.h5
  fercurate predictions show store.h5 --name resnet50 --json
"""


@click.group(epilog=EXAMPLES)
def command() -> None:
    """Keep what models predict of the samples, and find labels that are likely wrong.

    Any model's predictions: a table with the probability of every expression. They are kept in
    the store beside other measurements, and never change a label.
    """


@command.command("add", cls=StoreFirst, epilog=ADD_EXAMPLES)
@needed_store_argument
@click.argument("table", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--name", default="", help="What they are called; default: the file's name.")
@click.option(
    "--out-of-fold/--in-sample",
    "out_of_fold",
    default=None,
    help="Whether the model had not learned from the samples. Default: as the file says.",
)
@wait_option
@output_options
def add(store: Path, table: Path, name: str, out_of_fold: bool | None, output: Output) -> None:
    """Add predictions from a CSV, .npz or Parquet file.

    A table has a column `sample_id` (or as many rows as the store has samples, in its order) and
    for each class a column of probabilities with the expression's name: `angry`, `p_happy`. An
    .npz has the arrays `probabilities` (M, K), `classes` (K,) and `ids` (M,). Each row sums to 1.
    """
    from fercurate.pipeline.predictions.add import AddRequest, add_predictions

    request = AddRequest(store, table, name, out_of_fold)
    show_added(output, add_predictions(request, output.listener()))


@command.command("list", cls=StoreFirst, epilog=LIST_EXAMPLES)
@store_argument
@output_options
def list_models(path: Path, output: Output) -> None:
    """List the predictions that a store holds."""
    from fercurate.pipeline.predictions.stored import list_predictions

    show_predictions(output, list_predictions(path))


@command.command("show", cls=StoreFirst, epilog=SHOW_EXAMPLES)
@store_argument
@click.option("--name", default="", help="Which ones; default: those that were added last.")
@output_options
def show(path: Path, name: str, output: Output) -> None:
    """Compare predictions with the labels.

    Samples by label and predicted class, agreement with the labels and with FER+'s majority, and
    how many labels are likely wrong by confident learning.
    """
    from fercurate.pipeline.predictions.report import prediction_report

    show_report(output, prediction_report(path, name, output.listener()))
