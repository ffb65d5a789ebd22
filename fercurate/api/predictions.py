"""Verbs on what models predict: add, list, compare with the labels."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from fercurate.api.arguments import PathLike, a_path
from fercurate.api.progress import Progress, listener
from fercurate.errors import UsageError
from fercurate.pipeline.defaults import DEFAULT_STORE
from fercurate.pipeline.predictions import add, report, stored
from fercurate.pipeline.predictions.add import AddedPredictions, AddRequest
from fercurate.pipeline.predictions.report import PredictionReport
from fercurate.pipeline.predictions.stored import PredictionList

if TYPE_CHECKING:
    import pandas as pd


def add_predictions(
    store: PathLike,
    table: "PathLike | pd.DataFrame",
    *,
    name: str = "",
    out_of_fold: bool | None = None,
    progress: Progress | bool | None = None,
) -> AddedPredictions:
    """Keep what a model predicts of the samples, as ``fercurate predictions add`` does.

    Args:
        store: the store.
        table: a CSV, .npz or Parquet file, or a pandas table: a column ``sample_id`` (or a row a
            sample, in the order of the store), and one of probabilities a class.
        name: what they are called; without it, the file's name.
        out_of_fold: whether the model had not learned from the samples; None asks the file.
        progress: True for bars, or a callable that takes events; warnings come in any case.

    Raises:
        UsageError: the name has other characters, or an argument is none of those named here.
        InputError: the table is not as expected, or names samples that the store does not hold;
            nothing is stored then.
        StoreError: the store is missing, busy or damaged.
    """
    if out_of_fold not in (None, True, False):
        raise UsageError(f"{out_of_fold!r}", where="out_of_fold", expected="True, False or None")
    if not isinstance(name, str):
        raise UsageError(f"{name!r}", where="name", expected="text")
    request = AddRequest(a_path(store, "store"), _a_source(table), name, out_of_fold)
    return add.add_predictions(request, listener(progress))


def _a_source(table: Any) -> "Path | pd.DataFrame":
    """A path, or a pandas table as it is.

    Raises:
        UsageError: it is neither.
    """
    return table if hasattr(table, "itertuples") else a_path(table, "table")


def list_predictions(store: PathLike = DEFAULT_STORE) -> PredictionList:
    """List the predictions that a store holds, as ``fercurate predictions list`` does.

    Args:
        store: the store.

    Raises:
        StoreError: it is missing or damaged.
    """
    return stored.list_predictions(a_path(store, "store"))


def show_predictions(
    store: PathLike = DEFAULT_STORE,
    *,
    name: str = "",
    progress: Progress | bool | None = None,
) -> PredictionReport:
    """Compare predictions with the labels, as ``fercurate predictions show`` does.

    Args:
        store: the store.
        name: which predictions; without it, those that were added last.
        progress: True for bars, or a callable that takes events; warnings come in any case.

    Returns:
        The report; ``report.to_frame()`` has a row a sample, with its score as a label error.

    Raises:
        InputError: there are none, or none of that name.
        StoreError: the store is missing or damaged.
    """
    return report.prediction_report(a_path(store, "store"), name, listener(progress))
