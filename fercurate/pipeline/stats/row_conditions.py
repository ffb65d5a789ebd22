"""Conditions over the rows of an export: which columns they may name, and the rows they keep."""

from collections.abc import Iterable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.text import encode_text
from fercurate.domain.where import ColumnKind, ConditionFault, parse_condition
from fercurate.errors import WhereError
from fercurate.export.hdf5 import TEXT_ROWS
from fercurate.export.reader import SplitRows

_NUMBERS = ("fold", "mix", "enhanced")
ROW_COLUMNS: dict[str, ColumnKind] = {
    **dict.fromkeys((*TEXT_ROWS, "class", "split"), "text"),
    **dict.fromkeys(_NUMBERS, "number"),
}
"""What a condition over rows may name."""


def rows_where(splits: Iterable[SplitRows], text: str) -> tuple[SplitRows, ...]:
    """The rows of splits that a condition holds for; all of them for "".

    Raises:
        WhereError: it is no condition; the error points at the character.
    """
    if not text:
        return tuple(splits)
    try:
        condition = parse_condition(text, ROW_COLUMNS)
    except ConditionFault as fault:
        raise WhereError(str(fault), fault.pointer) from None
    return tuple(rows.take(condition.mask(partial(_column, rows), len(rows))) for rows in splits)


def _column(rows: SplitRows, name: str) -> NDArray[np.generic]:
    if name == "class":
        return encode_text(np.array([*rows.classes, ""], dtype=object)[rows.labels])
    if name == "split":
        return encode_text([rows.split] * len(rows))
    if name in _NUMBERS:
        numbers: NDArray[np.generic] | None = getattr(rows, name)
        return np.full(len(rows), np.nan) if numbers is None else numbers
    return encode_text(rows.text[name])
