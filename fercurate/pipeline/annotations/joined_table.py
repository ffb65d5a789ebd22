"""A CSV whose rows are about stored samples: header, cells, and which sample each row is of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np

from fercurate.domain.text import plural
from fercurate.errors import InputError
from fercurate.pipeline.annotations.matching import Rows, SampleFiles, rows_by_id
from fercurate.pipeline.annotations.table_columns import TableColumns, TableRequest
from fercurate.sources.reading.csv_records import (
    Header,
    Line,
    read_lines,
    split_fields,
    split_header,
)
from fercurate.store.store import Store

_MOST_ROWS = 5_000_000
_SHARED = 4096
_NAMED = 3


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
                that name samples, not the columns that are asked for, a row of another length, or
                nothing in any cell.
        """
        lines = (line for line in read_lines(path) if line.text.strip())
        first = next(lines, None)
        if first is None:
            raise InputError("the file is empty", where=str(path), expected="a CSV with a header")
        header = split_header(first.text)
        names = _fields(path, first, header)
        told = TableColumns.of(path, names, request)
        bound = _MOST_ROWS if request.skips_missing else most
        numbers, cells, samples = [], [], []
        shared: dict[str, str] = {}  # cells that are alike, and most are, share one object
        for number, fields in _rows(path, header, islice(lines, bound + 1)):
            numbers.append(number)
            cells.append(tuple(shared.setdefault(fields[n], fields[n]) for n in told.values))
            samples.append("" if told.sample is None else fields[told.sample])
            if len(shared) > _SHARED:
                shared.clear()
        _check_read(path, request, cells)
        return cls(
            path,
            request,
            tuple(names[n] for n in told.values),
            tuple(numbers),
            tuple(cells),
            None if told.sample is None else tuple(samples),
            told.by_file,
        )

    def fault(self, row: int, found: str, expected: str = "", fix: str = "") -> InputError:
        """What is wrong with a row, by its line."""
        where = f"{self.path}, line {self.lines[row]:,}"
        return InputError(found, where=where, expected=expected, fix=fix)

    def joined(self, store: Store) -> tuple["JoinedTable", Rows]:
        """The rows that are of samples, and the rows (M,) of the store that they are of.

        Raises:
            InputError: a name is of no sample, of several, or stands there twice; without names
                there are not as many rows as samples.
        """
        if self.names is None:
            self._check_count(len(store))
            return self, np.arange(len(store))
        self._refuse_repeated(self.names)
        rows = self._by_file(self.names, store) if self.by_file else rows_by_id(self.names, store)
        strange = np.flatnonzero(rows < 0)
        if len(strange) == len(rows) or (len(strange) and not self.request.skips_missing):
            raise self._unknown(strange, store)
        found = self._only(np.flatnonzero(rows >= 0).tolist())
        if not any(map(any, found.cells)):
            where = str(self.path)
            raise InputError(f"there are no {self.request.holds} of stored samples", where=where)
        return found, rows[rows >= 0]

    def _only(self, chosen: Sequence[int]) -> "JoinedTable":
        if len(chosen) == len(self.lines):
            return self
        names = None if self.names is None else tuple(self.names[n] for n in chosen)
        lines, cells = tuple(self.lines[n] for n in chosen), tuple(self.cells[n] for n in chosen)
        return replace(self, lines=lines, cells=cells, names=names)

    def _by_file(self, names: Sequence[str], store: Store) -> Rows:
        """The rows (M,) of the store by file, -1 where it has none."""
        files = SampleFiles.of(store)
        found, taken = np.full(len(names), -1), dict[int, int]()
        for number, name in enumerate(names):
            rows = files.rows(name)
            if len(rows) > 1:
                some = " and ".join(files.origin(row)[:60] for row in rows[:2])
                raise self.fault(
                    number,
                    f"{name[:60]} is the file of {plural(len(rows), 'sample')}: {some}",
                    "one",
                    "Write more of the path, or name samples by a column id",
                )
            for row in rows:
                if row in taken:
                    line = self.lines[taken[row]]
                    found_again = f"{name[:60]} is the file of line {line:,} as well"
                    raise self.fault(number, found_again, "one row a sample")
                found[number], taken[row] = row, number
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
        ids = store.manifest.text("id")[:1].tolist()
        examples = SampleFiles.of(store).examples() if self.by_file else ids
        instead = "a column id: no sample of this store is a file" if ids else "a store of samples"
        leave = "" if self.request.skips_missing else "leave them out with --skip-missing, or "
        return self.fault(
            int(strange[0]),
            f"no sample has the {what} {named}{more}",
            f"{what}s as {examples[0]}" if examples else instead,
            f"Nothing was stored; {leave}list samples with: fercurate trace --list --store STORE",
        )


def _check_read(path: Path, request: TableRequest, cells: Sequence[Sequence[str]]) -> None:
    if len(cells) > _MOST_ROWS:
        found, expected = f"over {_MOST_ROWS:,} rows", f"at most {_MOST_ROWS:,}"
        raise InputError(found, where=str(path), expected=expected, fix="Split it")
    if not any(map(any, cells)):
        raise InputError(f"there are no {request.holds} in it", where=str(path))


def _rows(path: Path, header: Header, lines: Iterator[Line]) -> Iterator[tuple[int, list[str]]]:
    """The line number and the fields of each row."""
    width = len(header.names)
    for line in lines:
        fields = _fields(path, line, header)
        if line.overlong or len(fields) != width:
            found = "a line without end" if line.overlong else plural(len(fields), "field")
            where, expected = f"{path}, line {line.number:,}", f"{plural(width, 'field')} as above"
            raise InputError(found, where=where, expected=expected)
        yield line.number, fields


def _fields(path: Path, line: Line, header: Header) -> list[str]:
    """The fields of a line as text, without the NUL bytes that a store takes for padding."""
    if b"\0" in line.text:
        raise InputError(
            "a NUL byte: this is no text",
            where=f"{path}, line {line.number:,}",
            expected="a CSV in UTF-8, unpacked",
        )
    return [_text(field) for field in split_fields(line.text, header, -1)]


def _text(field: bytes) -> str:
    return field.decode("utf-8", "surrogateescape").strip("\ufeff \t\r\n")
