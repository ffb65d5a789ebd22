"""A CSV of votes: its header, its cells, and which sample each row is of."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.expression import fold_word
from fercurate.domain.text import encode_text, plural
from fercurate.errors import InputError
from fercurate.sources.reading.csv_records import (
    Header,
    Line,
    read_lines,
    split_fields,
    split_header,
)
from fercurate.store.store import Store

ID_COLUMNS: tuple[str, ...] = ("id", "sample_id")
"""What the column is called that says which sample a row is of."""

MOST_COLUMNS = 256
"""Columns of a table at most."""

_NAMED = 3


@dataclass(frozen=True)
class VoteTable:
    """A table of votes as text.

    ``columns`` are the names of what is no id; ``cells`` has a row for each line of ``lines``
    (1-based), as wide as ``columns``. ``ids`` is None where nothing says which sample a row is of.
    """

    path: Path
    columns: tuple[str, ...]
    lines: tuple[int, ...]
    cells: tuple[tuple[str, ...], ...]
    ids: tuple[str, ...] | None

    @classmethod
    def read(cls, path: Path, most: int) -> "VoteTable":
        """Read a table; of more than ``most`` rows, only one more than that.

        Raises:
            InputError: it cannot be read; it has no header, a column without a name, two columns
                of ids, a row of another length, or no votes at all.
        """
        lines = (line for line in read_lines(path) if line.text.strip())
        first = next(lines, None)
        if first is None:
            raise InputError("the file is empty", where=str(path), expected="a CSV with a header")
        header = split_header(first.text)
        names = [_text(cell) for cell in split_fields(first.text, header, -1)]
        place = _id_column(path, names)
        rows = list(_rows(path, header, islice(lines, most + 1)))
        cells = tuple(_without(fields, place) for _, fields in rows)
        if not any(cell for row in cells for cell in row):
            raise InputError("there is no vote in it", where=str(path))
        ids = None if place is None else tuple(fields[place] for _, fields in rows)
        return cls(path, _without(names, place), tuple(n for n, _ in rows), cells, ids)

    def fault(self, row: int, found: str, expected: str = "", fix: str = "") -> InputError:
        """What is wrong with a row, by its line."""
        where = f"{self.path}, line {self.lines[row]:,}"
        return InputError(found, where=where, expected=expected, fix=fix)

    def samples(self, store: Store) -> NDArray[np.int64]:
        """The rows (M,) of the store that the rows of this table are of.

        Raises:
            InputError: an id is of no sample or stands there twice; without ids there are not as
                many rows as samples.
        """
        if self.ids is None:
            self._check_count(len(store))
            return np.arange(len(store))
        self._refuse_repeated(self.ids)
        stored = store.manifest.encoded("id")
        order = np.argsort(stored)
        wanted = encode_text(self.ids)
        if not len(stored):
            raise self._unknown(np.arange(len(wanted)), "")
        places = np.searchsorted(stored, wanted, sorter=order)
        rows = order[np.minimum(places, len(stored) - 1)]
        strange = np.flatnonzero(stored[rows] != wanted)
        if len(strange):
            raise self._unknown(strange, stored[0].decode("utf-8", "replace"))
        return rows.astype(np.int64)

    def _check_count(self, count: int) -> None:
        rows = len(self.lines)
        if rows != count:
            found = f"more than {count:,} rows" if rows > count else plural(rows, "row")
            raise InputError(
                f"{found} without ids",
                where=str(self.path),
                expected=f"a column id, or exactly {plural(count, 'row')}: one a stored sample",
            )

    def _refuse_repeated(self, ids: tuple[str, ...]) -> None:
        seen: dict[str, int] = {}
        for row, name in enumerate(ids):
            if not name:
                raise self.fault(row, "no id", "the id of a stored sample")
            if name in seen:
                line = self.lines[seen[name]]
                raise self.fault(
                    row, f"{name[:60]} stands in line {line:,} already", "one row a sample"
                )
            seen[name] = row

    def _unknown(self, strange: NDArray[np.int64], example: str) -> InputError:
        ids = () if self.ids is None else self.ids
        named = ", ".join(repr(ids[row][:60]) for row in strange[:_NAMED])
        more = f" and {len(strange) - _NAMED:,} more" if len(strange) > _NAMED else ""
        return self.fault(
            int(strange[0]),
            f"no sample has the id {named}{more}",
            f"ids as {example}" if example else "a store that holds samples",
            "Nothing was stored; list ids with: fercurate trace --list --store STORE",
        )


def _rows(path: Path, header: Header, lines: Iterator[Line]) -> Iterator[tuple[int, list[str]]]:
    """The line number and the fields of each row."""
    width = len(header.names)
    for line in lines:
        fields = split_fields(line.text, header, -1)
        if line.overlong or len(fields) != width:
            found = "a line without end" if line.overlong else plural(len(fields), "field")
            where, expected = f"{path}, line {line.number:,}", f"{plural(width, 'field')} as above"
            raise InputError(found, where=where, expected=expected)
        yield line.number, [_text(field) for field in fields]


def _text(field: bytes) -> str:
    return field.decode("utf-8", "surrogateescape").strip("\ufeff \t\r\n")


def _without(fields: list[str], place: int | None) -> tuple[str, ...]:
    return tuple(field for number, field in enumerate(fields) if number != place)


def _id_column(path: Path, names: list[str]) -> int | None:
    """The place of the ids among the columns; None without them."""
    where = f"{path}, header"
    places = [place for place, name in enumerate(names) if fold_word(name) in ID_COLUMNS]
    if len(places) > 1:
        told = " and ".join(names[place] for place in places)
        raise InputError(f"two columns of ids: {told}", where=where, expected="one")
    if len(names) == len(places):
        raise InputError("no column of votes", where=where)
    if len(names) > MOST_COLUMNS:
        expected = f"at most {MOST_COLUMNS}"
        raise InputError(plural(len(names), "column"), where=where, expected=expected)
    for place, name in enumerate(names):
        if not name:
            raise InputError(
                f"column {place + 1} has no name",
                where=where,
                expected="a header with a name for each column",
                fix="Name it id if it holds ids, or take it out",
            )
    return places[0] if places else None
