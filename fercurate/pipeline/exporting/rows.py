"""``rows.csv``: where every row went, and everything that a layout may have no place for."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.votes import VOTE_COLUMNS
from fercurate.files.csv_text import write_csv_columns
from fercurate.layouts.base import LayoutData, LayoutPlan, LayoutSplit, LayoutWork, kept_splits

ROWS_FILE = "rows.csv"


def write_rows(folder: Path, data: LayoutData, plan: LayoutPlan, work: LayoutWork) -> None:
    """Write the table of all rows that were laid out."""
    columns: list[list[Any]] = [[] for _ in row_columns(data)]
    for split in kept_splits(data, plan):
        for column, values in zip(columns, _columns(split, data, plan, work), strict=True):
            column.extend(values)
    with (folder / ROWS_FILE).open(
        "w", newline="", encoding="utf-8", errors="surrogateescape"
    ) as out:
        write_csv_columns(out, row_columns(data), columns)


def row_columns(data: LayoutData) -> tuple[str, ...]:
    """The columns: place, class and digest of pixels, then what the export knows of a row."""
    names: list[str] = []
    for name, values in data.splits[0].columns.items():
        names += _part_names(name, data) if values.ndim == 2 else [name]
    return ("split", "row", "file", "class", "code", "pixels_sha256", *names)


def _part_names(name: str, data: LayoutData) -> list[str]:
    """Names for the parts of a column of several numbers: votes by answer, targets by class."""
    parts = VOTE_COLUMNS if name == "votes" else data.classes
    return [f"{name}.{part}" for part in parts]


def _columns(
    split: LayoutSplit, data: LayoutData, plan: LayoutPlan, work: LayoutWork
) -> Iterator[Sequence[Any]]:
    """The columns of a split, each a value a row."""
    yield [split.split] * len(split)
    yield range(len(split))
    yield plan.files[split.split]
    yield [data.classes[label] for label in split.labels.tolist()]
    yield plan.codes.of(split.labels).tolist()
    yield work.digests[split.split]
    for values in split.columns.values():
        yield from (values.reshape(len(split), -1).T.tolist() if len(split) else _none(values))


def _none(values: NDArray[Any]) -> list[list[Any]]:
    """As many columns as an array without rows has."""
    return [[]] * int(np.prod(values.shape[1:]))
