"""What a model says of each row: a table beside the metrics, so that anyone can check them."""

import csv
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import ExportError
from ..export import Subset, text_columns
from ..outputs import whole_file

OUT_OF_FOLD = "out_of_fold"
"""The column that says whether a model had not learned from a row, and the name of a table of
all rows of a cross-validation, each by the model that had not."""


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
    path: Path,
    rows: Subset,
    found: RowPredictions,
    classes: Sequence[str],
    out_of_fold: bool | None = None,
) -> None:
    """Write one line a row, in the order of the file, whole or not at all.

    Columns: ``sample_id``, ``label`` and ``predicted`` by name, then ``p_<class>`` with the
    probability of every class to eight decimals, if there are any; last ``out_of_fold``, 1 if the
    model has not learned from these rows, 0 if it has, and left out if that is not known.

    Raises:
        ExportError: the export has no ids.
    """
    ids = text_columns(rows.split, ("sample_id",))["sample_id"][rows.rows]
    values = found.probabilities
    names = [] if values is None else [f"p_{name}" for name in classes]
    said = [] if out_of_fold is None else [int(out_of_fold)]
    with (
        whole_file(path) as staged,
        staged.open("w", encoding="utf-8", errors="surrogateescape", newline="") as file,
    ):
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["sample_id", "label", "predicted", *names, *([OUT_OF_FOLD] * len(said))])
        for place, (name, label, code) in enumerate(
            zip(ids, rows.labels, found.classes, strict=True)
        ):
            told = [] if values is None else [f"{value:.8f}" for value in values[place]]
            table.writerow([name, classes[label], classes[code], *told, *said])


def join_predictions(paths: Sequence[Path], path: Path) -> None:
    """Write the rows of several tables with the same columns as one, whole or not at all.

    Raises:
        ExportError: their columns differ.
        OSError: one of them cannot be read.
    """
    with whole_file(path) as staged, staged.open("wb") as joined:
        head = b""
        for one in paths:
            with one.open("rb") as table:
                columns = table.readline()
                if head and columns != head:
                    raise ExportError(f"{one}: other columns than {paths[0]}")
                joined.write(b"" if head else columns)
                shutil.copyfileobj(table, joined)
                head = columns
