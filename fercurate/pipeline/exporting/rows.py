"""``rows.csv``: where every row went, and everything that a layout may have no place for."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from fercurate.domain.votes import VOTE_COLUMNS
from fercurate.files.csv_text import write_csv, write_csv_columns
from fercurate.layouts.base import LayoutData, LayoutPlan, LayoutSplit, LayoutWork, kept_splits

ROWS_FILE = "rows.csv"

_ROWS = 4096
"""So many are written at a time."""


def write_rows(folder: Path, data: LayoutData, plan: LayoutPlan, work: LayoutWork) -> None:
    """Write the table of all rows that were laid out, some thousands at a time."""
    with (folder / ROWS_FILE).open(
        "w", newline="", encoding="utf-8", errors="surrogateescape"
    ) as out:
        write_csv(out, row_columns(data), ())
        for split in kept_splits(data, plan):
            for start in range(0, len(split), _ROWS):
                part = slice(start, min(start + _ROWS, len(split)))
                write_csv_columns(out, list(_columns(split, part, data, plan, work)))


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
    split: LayoutSplit, part: slice, data: LayoutData, plan: LayoutPlan, work: LayoutWork
) -> Iterator[Sequence[Any]]:
    """The columns of some rows of a split, each a value a row."""
    labels = split.labels[part]
    yield [split.split] * len(labels)
    yield range(part.start, part.stop)
    yield plan.files[split.split][part]
    yield [data.classes[label] for label in labels.tolist()]
    yield plan.codes.of(labels).tolist()
    yield work.digests(split, part)
    for values in split.columns.values():
        yield from values[part].reshape(len(labels), -1).T.tolist()
