"""What a model says of each row: a table beside the metrics, so that anyone can check them."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..export import Subset, text_columns
from ..outputs import whole_file


@dataclass(frozen=True)
class RowPredictions:
    """For rows (M,): the predicted class, and the probability (M, C) of every class if known.

    Classes are positions in the names of an export.
    """

    classes: NDArray[np.int64]
    probabilities: NDArray[np.float64] | None = None

    @classmethod
    def likeliest(cls, probabilities: NDArray[np.float64]) -> "RowPredictions":
        """The most probable class of each row; the first of equal ones."""
        return cls(np.asarray(probabilities.argmax(axis=1)), probabilities)


def predictions_file(split: str) -> str:
    """Name of the table of a split: ``predictions_test.csv``."""
    return f"predictions_{split}.csv"


def write_predictions(
    path: Path, rows: Subset, found: RowPredictions, classes: Sequence[str]
) -> None:
    """Write one line a row, in the order of the file, whole or not at all.

    Columns: ``sample_id``, ``label`` and ``predicted`` by name, then ``p_<class>`` with the
    probability of every class to eight decimals, if there are any.

    Raises:
        ExportError: the export has no ids.
    """
    ids = text_columns(rows.split, ("sample_id",))["sample_id"][rows.rows]
    values = found.probabilities
    names = [] if values is None else [f"p_{name}" for name in classes]
    with (
        whole_file(path) as staged,
        staged.open("w", encoding="utf-8", errors="surrogateescape", newline="") as file,
    ):
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["sample_id", "label", "predicted", *names])
        for place, (name, label, code) in enumerate(
            zip(ids, rows.labels, found.classes, strict=True)
        ):
            told = [] if values is None else [f"{value:.8f}" for value in values[place]]
            table.writerow([name, classes[label], classes[code], *told])
