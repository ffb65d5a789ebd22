"""Tables of text as they come, each row by column, whatever is wrong with it.

Cells stand between commas, semicolons, tabs or blanks, with or without a header; or each line is a
JSON object.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fercurate.domain.text import whole_text
from fercurate.errors import InputError
from fercurate.sources.names.columns import ColumnRoles, column_roles, refuse_repeated
from fercurate.sources.names.file_kinds import IMAGE_SUFFIXES, suffix_of
from fercurate.sources.reading.csv_records import (
    Header,
    peek_records,
    read_header,
    read_lines,
    split_fields,
    split_header,
)
from fercurate.sources.tables.blank_lines import read_list
from fercurate.sources.tables.pyarrow_files import (
    has_pyarrow,
    is_parquet,
    table_facts,
    table_rows,
)

SUFFIXES: tuple[str, ...] = (
    ".csv",
    ".tsv",
    ".tab",
    ".txt",
    ".lst",
    ".jsonl",
    ".ndjson",
    ".parquet",
)
"""Suffixes (case-folded) of files that may be tables."""

_JSON = (".jsonl", ".ndjson")
_PARQUET = ".parquet"
_PEEKED = 32
_MOST_COLUMNS = 4096
_LONGEST = 1 << 16


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: its 1-based line, its cells in the order of the columns, and what is wrong.

    A row with a ``fault`` has as many cells as it came with; ``ended`` says that its line was.
    """

    line: int
    cells: tuple[str, ...]
    fault: str = ""
    ended: bool = True

    def but(self, column: int) -> tuple[str, ...]:
        """The cells of all other columns."""
        return self.cells[:column] + self.cells[column + 1 :]


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its file, its columns by name (or by number) and by role.

    ``root`` is a folder that the file may not lead out of (a link). ``codes`` are the names of the
    codes of a column, where the file has them; ``said`` tells that a person named the columns.
    """

    path: Path
    names: tuple[str, ...]
    roles: ColumnRoles
    delimiter: bytes = b","
    has_header: bool = True
    root: Path | None = None
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    said: bool = False

    def cell(self, row: TableRow, column: str) -> str:
        """The cell of a whole row in the column of a name."""
        return row.cells[self.names.index(column)]

    def rows(self) -> Iterator[TableRow]:
        """Yield every row that is not blank, in the order of the file.

        Raises:
            InputError: it cannot be opened.
        """
        if self.has_header and not self.said:
            refuse_repeated(self.names, self.path.name)
        suffix = suffix_of(self.path.name)
        if suffix == _PARQUET:
            return self._parquet_rows()
        if self.delimiter == b" ":
            return self._blank_rows()
        return self._json_rows() if suffix in _JSON else self._text_rows()

    def _parquet_rows(self) -> Iterator[TableRow]:
        for row, values in enumerate(table_rows(self.path, self.names)):
            cells = zip(self.names, values, strict=True)
            yield TableRow(row + 1, tuple(self._named(name, _text(value)) for name, value in cells))

    def _named(self, column: str, text: str) -> str:
        """The name of a code, where the file names the codes of its column."""
        names = self.codes.get(column, ())
        return names[int(text)] if text.isdecimal() and int(text) < len(names) else text

    def _text_rows(self) -> Iterator[TableRow]:
        header = Header(self.names, self.delimiter)
        first = self.has_header
        for line in read_lines(self.path):
            if not (line.overlong or line.text.strip()):
                continue
            if first or (self.has_header and split_header(line.text).names == self.names):
                first = False
                continue
            if line.overlong or len(line.text) > _LONGEST:
                yield TableRow(line.number, (), "an overlong line", line.ended)
                continue
            yield self._row(line.number, _cells(line.text, header), line.ended)

    def _blank_rows(self) -> Iterator[TableRow]:
        first = self.has_header
        for line in read_list(self.path, self.root or self.path.parent):
            if not first:
                yield self._row(line.number, line.fields, line.ended)
            first = False

    def _row(self, number: int, cells: tuple[str, ...], ended: bool) -> TableRow:
        expected = len(self.names)
        fault = "" if len(cells) == expected else f"{len(cells)} columns; expected {expected}"
        return TableRow(number, cells, fault, ended)

    def _json_rows(self) -> Iterator[TableRow]:
        for line in read_lines(self.path):
            if not (line.overlong or line.text.strip()):
                continue
            values = _json_object(line.text)
            if values is None:
                fault = "no JSON object, or one with a key twice"
                yield TableRow(line.number, (), fault, line.ended)
            else:
                cells = tuple(_text(values.get(name, "")) for name in self.names)
                yield TableRow(line.number, cells)


def blank_table(path: Path, root: Path, columns: tuple[str, ...]) -> Table:
    """A list without a header whose columns are known, between blanks; it stays in ``root``."""
    return Table(path, columns, column_roles(columns), b" ", has_header=False, root=root)


def header_table(path: Path, columns: Sequence[str]) -> Table | None:
    """A table whose header has these columns (case-folded); None if it has not.

    Raises:
        InputError: it is empty, UTF-16, or cannot be opened.
    """
    header = read_header(path)
    if not set(columns) <= set(header.names):
        return None
    return Table(path, header.names, column_roles(header.names), header.delimiter)


def open_table(path: Path, columns: tuple[str, ...] = (), subject: str = "") -> Table | None:
    """Recognize a table: its delimiter, its header, and what its columns are; reads little.

    ``columns`` are roles said by the user, in the order of the columns. None is what is no table
    of text: pixels of pictures, a web page, an empty file.
    """
    if suffix_of(path.name) == _PARQUET:
        return _parquet_table(path, columns, subject)
    texts = peek_records(path, _PEEKED)
    if not texts:
        return None
    if suffix_of(path.name) in _JSON:
        return _json_table(path, texts, columns, subject)
    return _text_table(path, texts, columns, subject)


def _parquet_table(path: Path, said: tuple[str, ...], subject: str) -> Table | None:
    """A Parquet file whose columns of text and numbers are those of a list."""
    if not (has_pyarrow() and is_parquet(path)):
        return None
    try:
        columns = [c for c in table_facts(path).columns if c.kind in ("text", "number")]
    except InputError:
        return None
    names = tuple(column.name for column in columns)
    codes = {column.name: column.names for column in columns if column.names}
    roles = _given_roles(said, len(names)) if said else column_roles(names, subject)
    return Table(path, names, roles, codes=codes)


def _json_table(
    path: Path, texts: list[bytes], said: tuple[str, ...], subject: str
) -> Table | None:
    if _json_object(texts[0]) is None:
        return None
    objects = (_json_object(text) or {} for text in texts)
    names = tuple(dict.fromkeys(name for values in objects for name in values))
    roles = _given_roles(said, len(names)) if said else column_roles(names, subject)
    return Table(path, names, roles)


def _text_table(
    path: Path, texts: list[bytes], columns: tuple[str, ...], subject: str
) -> Table | None:
    delimiter = _delimiter(texts)
    header = Header((), delimiter)
    first = _cells(texts[0], header)
    if len(first) > _MOST_COLUMNS:
        return None
    names = tuple(name.strip("\ufeff \t\"'#").casefold() for name in first)
    if columns:
        roles = _given_roles(columns, len(first))
        known = column_roles(names)
        has_header = known.path >= 0 or bool(known.labels)
        return Table(path, names, roles, delimiter, has_header, said=True)
    roles = column_roles(names, subject)
    if roles.is_list or roles.is_pixel_table:
        return Table(path, names, roles, delimiter)
    rows = [cells for text in texts if len(cells := _cells(text, header)) == len(first)]
    return Table(path, names, _roles_by_content(rows), delimiter, has_header=False)


def _given_roles(columns: tuple[str, ...], count: int) -> ColumnRoles:
    if len(columns) != count:
        raise InputError(
            f"{len(columns)} columns are named, but there are {count}", where="--columns"
        )
    place = {role: position for position, role in enumerate(columns) if role != "-"}
    return ColumnRoles(
        path=place.get("path", -1),
        labels=(place["label"],) if "label" in place else (),
        split=place.get("split", -1),
        subject=place.get("subject", -1),
    )


def _roles_by_content(rows: list[tuple[str, ...]]) -> ColumnRoles:
    """Roles in a table without a header: a column of picture names, and the others as labels."""
    columns = list(zip(*rows, strict=True))
    named = [i for i, column in enumerate(columns) if all(map(_is_picture_name, column))]
    if len(named) != 1:
        return ColumnRoles()
    labels = tuple(i for i in range(len(columns)) if i != named[0])
    return ColumnRoles(path=named[0], labels=labels)


def _is_picture_name(text: str) -> bool:
    return suffix_of(text.strip().replace("\\", "/")) in IMAGE_SUFFIXES


def _delimiter(texts: list[bytes]) -> bytes:
    """The delimiter that the first lines agree on; blanks if no other parts them."""
    for delimiter in (b"\t", b",", b";", b"|"):
        counts = {text.count(delimiter) for text in texts[:8]}
        if 0 not in counts and len(counts) <= 2:
            return delimiter
    for delimiter in (b";", b"|"):
        each = [text.count(delimiter) for text in texts[:8]]
        if each[0] and 3 * each.count(each[0]) >= 2 * len(each):
            return delimiter
    return max((b",", b";", b"\t"), key=texts[0].count) if b"," in texts[0] else b" "


def _cells(text: bytes, header: Header) -> tuple[str, ...]:
    if header.delimiter == b" ":
        fields = text.split()
    else:
        fields = split_fields(text, Header((), header.delimiter), -1)
    return tuple(field.decode("utf-8", "surrogateescape").strip().strip('"') for field in fields)


def _json_object(text: bytes) -> dict[str, object] | None:
    try:
        values = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        return None
    return values if isinstance(values, dict) else None


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    values = {whole_text(name): value for name, value in pairs}
    if len(values) != len(pairs):
        raise ValueError("a key stands there twice")
    return values


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(int(value))
    return whole_text(str(value)) if isinstance(value, str | int | float) else ""
