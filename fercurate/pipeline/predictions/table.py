"""Predictions as they come from a file or a pandas table, checked before anything is stored."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.lineage import InputFile
from fercurate.errors import InputError
from fercurate.pipeline.predictions.columns import prediction_columns

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS = 2_000_000
"""Rows of the longest table that is read: more than any store of pictures with people has."""

_SUM = 1e-3
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("1", "1.0", "true", "yes"), True),
    **dict.fromkeys(("0", "0.0", "false", "no"), False),
    **dict.fromkeys(("", "nan", "none"), None),
}
"""What may stand in the column ``out_of_fold``; None says nothing."""


@dataclass(frozen=True, slots=True)
class TableOrigin:
    """Where a table comes from: its place for messages, the stem of its name, its file's digest.

    ``line`` is what its rows are called: ``line`` or ``row``.
    """

    where: str
    stem: str
    line: str = "row"
    inputs: tuple[InputFile, ...] = ()

    def place(self, number: int) -> str:
        """A row as people find it: ``mine.csv: line 17``."""
        return f"{self.where}: {self.line} {number}"


@dataclass(frozen=True, eq=False)
class PredictionTable:
    """Predictions with M rows, not yet of any store.

    Attributes:
        origin: where they come from.
        classes: K canonical expressions.
        probabilities: (M, K) float64.
        ids: (M,) the samples' ids; None if rows are in the order of the store.
        out_of_fold: (M,) bool, False also where a row does not say; None if no row says.
        numbers: (M,) int64, by which rows are told.
    """

    origin: TableOrigin
    classes: tuple[str, ...]
    probabilities: NDArray[np.float64]
    ids: tuple[str, ...] | None
    out_of_fold: NDArray[np.bool_] | None
    numbers: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.probabilities)

    def place(self, row: int) -> str:
        """A row as people find it: ``mine.csv: line 17``."""
        return self.origin.place(int(self.numbers[row]))


Cells = Iterable[tuple[int, Sequence[Any]]]
"""The number of each row, and its cells: text or numbers."""


def table_of_cells(origin: TableOrigin, names: Sequence[str], rows: Cells) -> PredictionTable:
    """Make a table of rows of cells, whose columns have these names.

    Raises:
        InputError: columns that are none, a cell that is no number, or too many rows.
    """
    columns = prediction_columns(names, origin.where)
    values: list[list[float]] = []
    ids: list[str] = []
    said: list[bool | None] = []
    numbers: list[int] = []
    for number, cells in rows:
        place = origin.place(number)
        if len(numbers) == MOST_ROWS:
            raise InputError(f"over {MOST_ROWS:,} rows", where=origin.where)
        if len(cells) != len(names):
            raise InputError(f"{len(cells)} columns", where=place, expected=str(len(names)))
        numbers.append(number)
        values.append([_number(cells[i], names[i], place) for i in columns.places])
        if columns.id >= 0:
            ids.append(str(cells[columns.id]))
        if columns.out_of_fold >= 0:
            said.append(_yes_or_no(cells[columns.out_of_fold], place))
    return PredictionTable(
        origin,
        columns.classes,
        np.array(values, dtype=np.float64).reshape(-1, len(columns.classes)),
        tuple(ids) if columns.id >= 0 else None,
        np.array([bool(one) for one in said]) if any(one is not None for one in said) else None,
        np.array(numbers, dtype=np.int64),
    )


def table_of_frame(frame: "pd.DataFrame") -> PredictionTable:
    """Make a table of a pandas table, whose columns are named as those of a file.

    Raises:
        InputError: as ``table_of_cells``.
    """
    names = [str(name) for name in frame.columns]
    rows = enumerate(frame.itertuples(index=False, name=None), 1)
    return table_of_cells(TableOrigin("this table", "table"), names, rows)


def check_probabilities(table: PredictionTable) -> None:
    """Check that every row holds probabilities: finite, 0 or more, of sum 1 within 0.001.

    Raises:
        InputError: there is no row, or one does not; the first is told.
    """
    values = table.probabilities
    if not len(values):
        raise InputError("no rows", where=table.origin.where, expected="one a sample")
    lowest, sums = values.min(axis=1), values.sum(axis=1)
    right = np.isfinite(sums) & (lowest >= 0) & (np.abs(sums - 1) <= _SUM)
    if right.all():
        return
    row = int(np.flatnonzero(~right)[0])
    wrong = f" ({(~right).sum():,} such rows)" if (~right).sum() > 1 else ""
    found, expected, fix = _fault(values[row], table.classes)
    raise InputError(f"{found}{wrong}", where=table.place(row), expected=expected, fix=fix)


def _fault(values: NDArray[np.float64], classes: Sequence[str]) -> tuple[str, str, str]:
    """What is wrong with one row, what would be right, and what to do."""
    for name, value in zip(classes, values.tolist(), strict=True):
        if not np.isfinite(value):
            return f"{name} is {value}", "a probability", ""
        if value < 0:
            fix = "If these are logits, apply softmax first"
            return f"{name} is {value:g}", "a probability, 0 or more", fix
    total = values.sum()
    fix = "If these are percent, divide by 100" if abs(total - 100) <= 1 else ""
    named = f"of {', '.join(classes)}"
    return f"the probabilities {named} sum to {total:.6g}", "1 within 0.001", fix


def _number(cell: Any, name: str, where: str) -> float:
    try:
        return float(cell)
    except (TypeError, ValueError):
        raise InputError(
            f"{name} is {str(cell)[:40]!r}", where=where, expected="a probability"
        ) from None


def _yes_or_no(cell: Any, where: str) -> bool | None:
    word = str("" if cell is None else cell).strip().casefold()
    if word not in _WORDS:
        raise InputError(f"out_of_fold is {word[:40]!r}", where=where, expected="1 or 0")
    return _WORDS[word]
