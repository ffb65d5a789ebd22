"""The other vote table of a FER+ release: what was not read, and in how many rows it differs."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fercurate.errors import InputError
from fercurate.sources.ferplus.published import LABEL_FOLDERS, NEW_CSV
from fercurate.sources.ferplus.vote_files import VoteTable, is_label_csv, read_label_csvs
from fercurate.sources.reading.picture_folder import descend

_PARENTS: tuple[tuple[str, ...], ...] = ((), ("data",))
"""Where the folders with ``label.csv`` lie below ``fer2013new.csv``."""


@dataclass(frozen=True, slots=True)
class OtherTable:
    """What a table beside the one that was read says of the same rows.

    ``lacking`` rows have votes in the table that was read only, ``differing`` have other votes.
    """

    name: str
    lacking: int
    differing: int

    def describe(self) -> str:
        """What was not taken, in one clause; "" if it says the same."""
        told = {"has other votes for": self.differing, "has none for": self.lacking}
        parts = [f"{what} {count:,} of these rows" for what, count in told.items() if count]
        return f"not read: {self.name}, which {' and '.join(parts)}" if parts else ""


def label_files_beside(root: Path) -> tuple[Path, ...]:
    """The ``label.csv`` files of a release whose ``fer2013new.csv`` lies in a folder."""
    folders = (descend(root, *above, name) for above in _PARENTS for name in LABEL_FOLDERS)
    files = (folder / "label.csv" for folder in folders if folder is not None)
    return tuple(sorted(path for path in files if path.is_file() and is_label_csv(path)))


def compare_label_files(files: tuple[Path, ...], table: VoteTable) -> OtherTable | None:
    """Compare ``fer2013new.csv`` with the ``label.csv`` files beside it; None without them."""
    with suppress(InputError):
        other = read_label_csvs(files) if files else None
        if other is not None:
            return _compared("label.csv", other, table, rows_by_name(other, table))
    return None


def compare_companion(table: VoteTable, companion: VoteTable) -> OtherTable:
    """Compare ``label.csv`` files with the ``fer2013new.csv`` that tells their rows."""
    rows = rows_by_name(table, companion)
    known = (rows >= 0) & table.valid
    differing = (table.votes[known] != companion.votes[rows[known]]).any(axis=1)
    return OtherTable(f"the votes of {NEW_CSV}", 0, int(differing.sum()))


def _compared(name: str, other: VoteTable, table: VoteTable, rows: NDArray[np.int64]) -> OtherTable:
    known = (rows >= 0) & other.valid
    differing = (other.votes[known] != table.votes[rows[known]]).any(axis=1)
    lacking = np.setdiff1d(np.flatnonzero(table.valid), rows[known])
    return OtherTable(name, len(lacking), int(differing.sum()))


def rows_by_name(table: VoteTable, companion: VoteTable) -> NDArray[np.int64]:
    """Data rows of FER-2013 for each row of label files (N,), -1 where the name is unknown.

    ``companion`` is ``fer2013new.csv``, where four names occur twice. If the label files have such
    a name as often, they are the same rows in the same order; if once, it is the row in sequence,
    which lies nearest to the number in its name.
    """
    places: dict[str, list[int]] = {}
    for row, name in enumerate(companion.names):
        if _number(name) >= 0:
            places.setdefault(name, []).append(row)
    wanted: dict[str, list[int]] = {}
    for row, name in enumerate(table.names):
        wanted.setdefault(name, []).append(row)
    found = np.full(len(table), -1, dtype=np.int64)
    for name, rows in wanted.items():
        there = places.get(name, [])
        if len(there) == len(rows):
            found[rows] = there
        elif there:
            away = np.abs(np.array(there) - _number(name))
            found[rows] = there[int(away.argmin())]
    return found


def _number(name: str) -> int:
    """The number in ``fer0000012.png``, -1 if the name is another."""
    digits = name[3:10]
    exact = len(digits) == 7 and digits.isascii() and digits.isdecimal()
    return int(digits) if exact and name == f"fer{digits}.png" else -1
