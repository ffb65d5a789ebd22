"""The vote files of FER+: ``fer2013new.csv`` and the header-less ``label.csv``."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.sample import Reject, RejectCode
from fercurate.domain.votes import VOTE_COLUMNS
from fercurate.errors import InputError
from fercurate.files.regular import open_regular, open_regular_text
from fercurate.sources.fer2013.published import USAGES
from fercurate.sources.ferplus.published import LABEL_FOLDERS
from fercurate.sources.names.columns import refuse_repeated

_LABEL_LINE = re.compile(r'^[^,"]*,\s*"\([^"]*\)"(?:,[^,"]*){10}$')


@dataclass(frozen=True)
class VoteTable:
    """Votes in file order: names, usages, counts (N, 10) uint8, and a mask of valid rows (N,)."""

    names: tuple[str, ...]
    usages: tuple[str, ...]
    votes: NDArray[np.uint8]
    valid: NDArray[np.bool_]
    rejects: tuple[Reject, ...] = ()

    def __len__(self) -> int:
        return len(self.names)


def is_new_csv(path: Path) -> bool:
    """Whether the header of a file is that of ``fer2013new.csv``."""
    names = {name.strip(' "') for name in _first_line(path).casefold().split(",")}
    return {"image name", "nf"} <= names


def is_label_csv(path: Path) -> bool:
    """Whether the first line of a file has a name, a face rectangle and ten votes."""
    return _LABEL_LINE.match(_first_line(path)) is not None


def _first_line(path: Path) -> str:
    try:
        with open_regular(path) as file:
            head = file.read(4096).decode("utf-8-sig", "replace")
            return re.split(r"[\r\n]", head, maxsplit=1)[0].strip()
    except OSError:
        return ""


def read_new_csv(path: Path) -> VoteTable:
    """Read ``fer2013new.csv``; a row with unreadable votes keeps its position without votes.

    Raises:
        InputError: it cannot be read, or a column is missing.
    """
    rows = _rows(path)
    _, first = next(rows, (0, []))
    header = [name.strip().casefold() for name in first]
    refuse_repeated(header, str(path))
    wanted = ("Image name", "Usage", *VOTE_COLUMNS)
    missing = [name for name in wanted if name.casefold() not in header]
    if missing:
        raise InputError(f"no column {', '.join(missing)}", where=str(path))
    name, usage, *columns = (header.index(name.casefold()) for name in wanted)
    return _table(_numbered(rows, path, (name, usage, columns)))


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The records of a CSV that hold anything, each with the 1-based line it ends on."""
    try:
        with open_regular_text(path, newline="") as file:
            rows = csv.reader(file)
            for row in rows:
                if any(cell.strip() for cell in row):
                    yield rows.line_num, row
    except (OSError, csv.Error) as error:
        raise InputError(f"cannot be read: {error}", where=str(path)) from None


def read_label_csvs(paths: tuple[Path, ...]) -> VoteTable:
    """Read header-less ``label.csv`` files; the usage is told by the folder's name.

    Raises:
        InputError: a file cannot be read, or its folder tells no usage.
    """

    def entries() -> Iterator[tuple[str, str, list[str], str, int]]:
        for path in paths:
            usage = LABEL_FOLDERS.get(path.parent.name.casefold())
            if usage is None:
                raise InputError(
                    f"a label.csv in the folder {path.parent.name!r} tells no usage",
                    where=str(path),
                    expected="a folder FER2013Train, FER2013Valid or FER2013Test",
                )
            origin = f"{path.parent.name}/{path.name}"
            for number, row in _rows(path):
                yield row[0].strip(), usage, row[2:12], origin, number

    return _table(entries())


def _numbered(
    rows: Iterator[tuple[int, list[str]]], path: Path, positions: tuple[int, int, list[int]]
) -> Iterator[tuple[str, str, list[str], str, int]]:
    name, usage, columns = positions
    width = max(name, usage, *columns) + 1
    for number, row in rows:
        cells = row + [""] * (width - len(row))
        votes = [cells[c] for c in columns]
        yield cells[name].strip(), cells[usage].strip(), votes, path.name, number


def _table(entries: Iterator[tuple[str, str, list[str], str, int]]) -> VoteTable:
    names, usages, votes, rejects = [], [], [], []
    for name, usage, cells, origin, line in entries:
        counts = _counts(cells)
        if counts is None:
            message = f"votes {','.join(cells)[:60]!r}; expected ten whole numbers 0..10, not all 0"
            rejects.append(Reject(RejectCode.RANGE, message, origin, line))
        names.append(name)
        usages.append(USAGES.get(usage.casefold(), usage))
        votes.append(counts if counts is not None else (0,) * len(VOTE_COLUMNS))
    table = np.array(votes, dtype=np.uint8).reshape(-1, len(VOTE_COLUMNS))
    valid: NDArray[np.bool_] = np.any(table, axis=1)
    return VoteTable(tuple(names), tuple(usages), table, valid, tuple(rejects))


def _counts(cells: list[str]) -> tuple[int, ...] | None:
    try:
        counts = [float(cell) for cell in cells]
    except ValueError:
        return None
    whole = all(0 <= count <= 10 and count.is_integer() for count in counts)
    valid = whole and len(counts) == len(VOTE_COLUMNS) and any(counts)
    return tuple(int(count) for count in counts) if valid else None
