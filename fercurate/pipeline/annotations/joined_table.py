"""A CSV whose rows are about stored samples: header, cells, and which sample each row is of."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.expression import fold_word
from fercurate.domain.text import did_you_mean, plural, text_rows
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

FILE_COLUMNS: tuple[str, ...] = ("file", "filename", "file_name", "image", "image_name", "path")
"""What it is called if it names the picture's file instead."""

MOST_COLUMNS = 256
"""Columns of a table at most."""

_MOST_ROWS = 5_000_000
_SHARED = 4096
_NAMED = 3

Rows = NDArray[np.int64]

_Row = tuple[int, tuple[str, ...], str]


@dataclass(frozen=True, slots=True)
class TableRequest:
    """How a table is to be read: what it holds, in a word for messages, and which ``columns``.

    Without ``columns`` all are read. ``skips_missing`` leaves out rows that are of no sample.
    """

    holds: str
    columns: tuple[str, ...] = ()
    skips_missing: bool = False


@dataclass(frozen=True)
class JoinedTable:
    """A table as text.

    ``columns`` are the names of what names no sample; ``cells`` has a row for each line of
    ``lines`` (1-based), as wide as ``columns``. ``names`` says which samples rows are of: by id,
    or ``by_file`` by the path of the picture's file or the end of it; None if nothing does.
    """

    path: Path
    request: TableRequest
    columns: tuple[str, ...]
    lines: tuple[int, ...]
    cells: tuple[tuple[str, ...], ...]
    names: tuple[str, ...] | None
    by_file: bool = False

    @classmethod
    def read(cls, path: Path, most: int, request: TableRequest) -> "JoinedTable":
        """Read a table; of more than ``most`` rows, only one more than that.

        Raises:
            InputError: it cannot be read; it has no header, a column without a name, two columns
                that name samples, not the columns that are asked for, a row of another length,
                nothing in any cell, or too many columns or rows.
        """
        lines = (line for line in read_lines(path) if line.text.strip())
        first = next(lines, None)
        if first is None:
            raise InputError("the file is empty", where=str(path), expected="a CSV with a header")
        header = split_header(first.text)
        names = [_text(cell) for cell in split_fields(first.text, header, -1)]
        told = _Columns.of(path, names, request)
        bound = _MOST_ROWS if request.skips_missing else most
        rows = list(_rows(path, header, told, islice(lines, bound + 1)))
        numbers, cells, named = zip(*rows, strict=True) if rows else ((), (), ())
        if not any(map(any, cells)):
            raise InputError(f"there are no {request.holds} in it", where=str(path))
        if request.skips_missing and len(rows) > _MOST_ROWS:
            raise InputError(f"more than {_MOST_ROWS:,} rows", where=str(path))
        return cls(
            path,
            request,
            tuple(names[n] for n in told.values),
            numbers,
            cells,
            None if told.sample is None else named,
            told.by_file,
        )

    def fault(self, row: int, found: str, expected: str = "", fix: str = "") -> InputError:
        """What is wrong with a row, by its line."""
        where = f"{self.path}, line {self.lines[row]:,}"
        return InputError(found, where=where, expected=expected, fix=fix)

    def joined(self, store: Store) -> tuple["JoinedTable", Rows]:
        """The rows that are of samples, and the rows (M,) of the store that they are of.

        Raises:
            InputError: a name is of no sample, of several, or stands there twice; no row of a
                sample holds anything; without names there are not as many rows as samples.
        """
        if self.names is None:
            self._check_count(len(store))
            return self, np.arange(len(store))
        self._refuse_repeated(self.names)
        ids = store.manifest.encoded("id")
        rows = self._by_file(store) if self.by_file else text_rows(ids, self.names)
        strange = np.flatnonzero(rows < 0)
        if len(strange) and not self.request.skips_missing:
            raise self._unknown(strange, store)
        if len(strange) == len(rows):
            raise self._unknown(strange, store)
        some = self._only(np.flatnonzero(rows >= 0).tolist())
        if not any(map(any, some.cells)):
            found = f"there are no {self.request.holds} of stored samples in it"
            raise InputError(found, where=str(self.path))
        return some, rows[rows >= 0]

    def _only(self, chosen: Sequence[int]) -> "JoinedTable":
        if len(chosen) == len(self.lines):
            return self
        names = None if self.names is None else tuple(self.names[n] for n in chosen)
        lines, cells = tuple(self.lines[n] for n in chosen), tuple(self.cells[n] for n in chosen)
        return replace(self, lines=lines, cells=cells, names=names)

    def _by_file(self, store: Store) -> Rows:
        """The rows (M,) of the store by file, -1 where it has none."""
        manifest = store.manifest
        origins, files = manifest.text("origin"), np.flatnonzero(manifest.numbers("row") < 0)
        by_name: dict[str, list[int]] = defaultdict(list)
        for row in files.tolist():
            by_name[str(origins[row]).rpartition("/")[2]].append(row)
        found = np.full(len(self.lines), -1)
        taken: dict[int, int] = {}
        for number, name in enumerate(self.names or ()):
            plain = name.replace("\\", "/").removeprefix("./").lstrip("/")
            rows = by_name.get(plain.rpartition("/")[2], [])
            if len(rows) > 1 or "/" in plain:
                rows = [row for row in rows if f"/{origins[row]}".endswith(f"/{plain}")]
            if len(rows) > 1:
                some = " and ".join(str(origins[row])[:60] for row in rows[:2])
                raise self.fault(
                    number,
                    f"{name[:60]} is the file of {plural(len(rows), 'sample')}: {some}",
                    "one",
                    "Write more of the path, or name samples by a column id",
                )
            if rows and rows[0] in taken:
                line = self.lines[taken[rows[0]]]
                raise self.fault(
                    number, f"{name[:60]} is the file of line {line:,} as well", "one row a sample"
                )
            if rows:
                found[number] = rows[0]
                taken[rows[0]] = number
        return found

    def _check_count(self, count: int) -> None:
        rows = len(self.lines)
        if rows != count:
            found = f"more than {count:,} rows" if rows > count else plural(rows, "row")
            raise InputError(
                f"{found} without ids",
                where=str(self.path),
                expected=f"a column id or file, or exactly {plural(count, 'row')}: "
                "one a stored sample",
            )

    def _refuse_repeated(self, names: tuple[str, ...]) -> None:
        seen: dict[str, int] = {}
        for row, name in enumerate(names):
            if not name:
                raise self.fault(row, "no id", "the id of a stored sample, or its file")
            if name in seen:
                line = self.lines[seen[name]]
                raise self.fault(
                    row, f"{name[:60]} stands in line {line:,} already", "one row a sample"
                )
            seen[name] = row

    def _unknown(self, strange: Rows, store: Store) -> InputError:
        names, what = self.names or (), "file" if self.by_file else "id"
        named = ", ".join(repr(names[row][:60]) for row in strange[:_NAMED])
        more = f" and {len(strange) - _NAMED:,} more" if len(strange) > _NAMED else ""
        column = "origin" if self.by_file else "id"
        example = store.manifest.text(column)[:1].tolist()
        leave = "" if self.request.skips_missing else "leave them out with --skip-missing, or "
        return self.fault(
            int(strange[0]),
            f"no sample has the {what} {named}{more}",
            f"{what}s as {example[0]}" if example else "a store that holds samples",
            f"Nothing was stored; {leave}list what is there with: fercurate trace --list "
            "--store STORE",
        )


@dataclass(frozen=True)
class _Columns:
    """Places of columns: the one that names samples, if any, and those of values."""

    sample: int | None
    by_file: bool
    values: tuple[int, ...]

    @classmethod
    def of(cls, path: Path, names: list[str], request: TableRequest) -> "_Columns":
        where = f"{path}, header"
        if len(names) > MOST_COLUMNS:
            expected = f"at most {MOST_COLUMNS}"
            raise InputError(plural(len(names), "column"), where=where, expected=expected)
        plain = [re.sub(r"[\W_]+", "_", fold_word(name)).strip("_") for name in names]
        ids = [n for n, name in enumerate(plain) if name in ID_COLUMNS]
        files = [n for n, name in enumerate(plain) if name in FILE_COLUMNS]
        naming = ids or files
        if len(naming) > 1:
            told = " and ".join(names[place] for place in naming)
            what = "ids" if ids else "files"
            raise InputError(f"two columns of {what}: {told}", where=where, expected="one")
        values = [n for n in range(len(names)) if n not in (*naming, *files)]
        if request.columns:
            values = _asked(where, names, request.columns)
        if not values:
            raise InputError(f"no column of {request.holds}", where=where)
        for place in values:
            if not names[place]:
                raise InputError(
                    f"column {place + 1} has no name",
                    where=where,
                    expected="a header with a name for each column",
                    fix="Name it id if it holds ids, or take it out",
                )
        return cls(naming[0] if naming else None, bool(files and not ids), tuple(values))


def _asked(where: str, names: list[str], wanted: tuple[str, ...]) -> list[int]:
    """The places of columns that are asked for by name."""
    folded = [fold_word(name) for name in names]
    places = []
    for name in wanted:
        if fold_word(name) not in folded:
            raise InputError(
                f"no column {name!r}{did_you_mean(name, names)}",
                where=where,
                expected=f"some of {', '.join(names)[:400]}",
            )
        places.append(folded.index(fold_word(name)))
    return places


def _rows(path: Path, header: Header, columns: _Columns, lines: Iterator[Line]) -> Iterator[_Row]:
    """Of each row its line, its cells, and the name of its sample ("" without such a column)."""
    width = len(header.names)
    known: dict[bytes, str] = {}
    for line in lines:
        fields = split_fields(line.text, header, -1)
        if line.overlong or len(fields) != width:
            found = "a line without end" if line.overlong else plural(len(fields), "field")
            where, expected = f"{path}, line {line.number:,}", f"{plural(width, 'field')} as above"
            raise InputError(found, where=where, expected=expected)
        cells = tuple(_text_of(fields[place], known) for place in columns.values)
        yield line.number, cells, "" if columns.sample is None else _text(fields[columns.sample])


def _text_of(field: bytes, known: dict[bytes, str]) -> str:
    """The text of a field; cells that are alike, and most are, share one object."""
    text = known.get(field)
    if text is None:
        text = _text(field)
        if len(known) < _SHARED:
            known[field] = text
    return text


def _text(field: bytes) -> str:
    return field.decode("utf-8", "surrogateescape").strip("\ufeff \t\r\n")
