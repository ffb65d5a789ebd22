"""Columns beside the pictures as one text a row: labels, subjects, splits, names of classes."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.text import is_written_text
from fercurate.sources.arrays.columns import ArrayColumn

MOST_CLASSES = 64
"""Columns of the widest one-hot label."""

_MOST_CHARACTERS = 200
_ROWS = 4096
"""Rows of which texts are made together; a block may hold millions of codes."""


def is_text_column(column: ArrayColumn, rows: int) -> bool:
    """Whether an array has one value a row: (N,), (N, 1)."""
    return column.shape in ((rows,), (rows, 1))


def is_one_hot(column: ArrayColumn, rows: int) -> bool:
    """Whether an array may have one column a class, (N, K)."""
    shape = column.shape
    wide = len(shape) == 2 and shape[0] == rows and 2 <= shape[1] <= MOST_CLASSES
    return wide and column.dtype.kind in "biuf"


def row_texts(column: ArrayColumn) -> Iterator[str]:
    """Yield the value of each row as text; "" for a number that is not whole.

    Of a one-hot row it is the number of the column that is set, "" if there is not exactly one.
    """
    one_hot = len(column.shape) == 2 and column.shape[1] > 1
    for block in column.values():
        for start in range(0, len(block), _ROWS):
            some = block[start : start + _ROWS]
            yield from _hot_columns(some) if one_hot else _values(some.ravel())


def _hot_columns(block: NDArray[Any]) -> list[str]:
    plain = ((block == 0) | (block == 1)).all(axis=1) & ((block == 1).sum(axis=1) == 1)
    hot = block.argmax(axis=1)
    return [str(code) if good else "" for code, good in zip(hot, plain, strict=True)]


def _values(values: NDArray[Any]) -> list[str]:
    if values.dtype.kind == "S":
        texts = [value.decode("utf-8", "replace") for value in values.tolist()]
    elif values.dtype.kind == "f":
        texts = [str(int(v)) if np.isfinite(v) and v == int(v) else "" for v in values.tolist()]
    elif values.dtype.kind == "b":
        texts = [str(int(value)) for value in values.tolist()]
    elif is_written_text(values):
        texts = [str(value) for value in values.tolist()]
    else:
        texts = [str(v.item()) if is_written_text(v) else "" for v in np.split(values, len(values))]
    return [text.strip()[:_MOST_CHARACTERS] for text in texts]
