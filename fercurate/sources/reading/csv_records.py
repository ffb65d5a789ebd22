"""Lines and fields of the CSV files found in the wild, without trusting any of them.

The standard ``csv`` module copies every character of a 300 MB pixel file through a state
machine; here a line is split by its delimiter, and only odd lines get more care.
"""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from typing import IO, Protocol

from fercurate.errors import FormatError, InputError
from fercurate.files.archives.contents import open_unpacked
from fercurate.files.regular import open_regular

MAX_LINE = 4_000_000
"""Bytes of the longest record that is read; longer ones are reported and passed over."""

MAX_QUOTED = 100_000
"""Bytes within which a quoted field that spans lines must close."""

_HEAD = 4096
_MOST_PIECES = 128
_MOST_BLANK = 2_000_000
"""Blank lines in a row: a packed file of a few bytes may hold thousands of millions."""

_BOM = b"\xef\xbb\xbf"
_CLOSING = re.compile(rb'^[^"]*"\s*(?:[,;\t]|$)')
"""A line whose first quote ends a field; a quote before a value begins another field."""

_WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Line:
    """One record: its bytes without the line break, its 1-based line, whether it was ended."""

    text: bytes
    number: int
    ended: bool = True
    overlong: bool = False


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a CSV: case-folded names in order, and the delimiter between them."""

    names: tuple[str, ...]
    delimiter: bytes

    def index(self, name: str) -> int:
        """Position of a column, or -1."""
        return self.names.index(name) if name in self.names else -1


def read_header(path: Path) -> Header:
    """Return the header of a CSV; names are stripped of spaces, quotes and case.

    Raises:
        InputError: the file is empty, UTF-16, or cannot be opened.
    """
    for line in read_lines(path):
        return split_header(line.text)
    raise InputError("the file is empty", where=str(path), expected="a CSV with a header line")


def split_header(text: bytes) -> Header:
    """Read the columns out of a header line; the delimiter is the commonest of , ; and tab."""
    delimiter = max((b",", b";", b"\t"), key=text.count)
    names = text.decode("utf-8", "replace").split(delimiter.decode())
    return Header(tuple(name.strip("\ufeff \t\r\"'#").casefold() for name in names), delimiter)


def peek_records(path: Path, count: int) -> list[bytes]:
    """The first records of a table that are neither blank nor overlong; none if it is no text."""
    try:
        if path.is_file() and _begins_binary(path):
            return []
        lines = [line for line in islice(read_lines(path), count) if line.text.strip()]
    except (InputError, OSError):
        return []
    texts = [line.text for line in lines if not line.overlong]
    return [] if texts and b"\0" in texts[0] else texts


def _begins_binary(path: Path) -> bool:
    """Whether the first line is no text: not read on, for it may be as long as the file."""
    with open_regular(path) as file:
        head = file.read(_HEAD)
    return b"\0" in head.split(b"\n")[0] and head[:2] not in _WIDE_BOMS


def read_lines(path: Path) -> Iterator[Line]:
    """Yield the records of a file: any line ending, no BOM, quoted line breaks joined."""
    if path.exists() and not path.is_file():
        raise InputError("no regular file", where=str(path))
    try:
        with open_unpacked(path) as file:
            yield from _joined(_physical_lines(_prepared(file, path)))
    except FormatError as error:
        raise InputError(error.found, where=str(path)) from None
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=str(path)) from None


class _Lines(Protocol):
    def readline(self, size: int, /) -> bytes: ...


def _prepared(file: IO[bytes], path: Path) -> _Lines:
    head = file.read(1 << 16)
    if head[:2] in _WIDE_BOMS:
        raise InputError("UTF-16 text", where=str(path), fix="Save the file as UTF-8")
    file.seek(len(_BOM) if head.startswith(_BOM) else 0)
    if b"\r" in head and b"\n" not in head:
        return _CarriageReturns(file)
    return file


class _CarriageReturns:
    """Lines of a file that ends them with a bare carriage return, as old spreadsheets do."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._rest = b""

    def readline(self, size: int, /) -> bytes:
        """Return the next line, its end turned into a line feed, or ``size`` bytes of it."""
        while (end := self._rest.find(b"\r", 0, size)) < 0 and len(self._rest) < size:
            block = self._file.read(1 << 16)
            if not block:
                break
            self._rest += block
        stop = end + 1 if end >= 0 else size
        text, self._rest = self._rest[:stop], self._rest[stop:]
        return text.replace(b"\r", b"\n")


def _physical_lines(file: _Lines) -> Iterator[Line]:
    number = blank = 0
    while text := file.readline(MAX_LINE):
        number += 1
        blank = blank + 1 if text.isspace() else 0
        if blank > _MOST_BLANK:
            raise FormatError(f"over {_MOST_BLANK:,} blank lines in a row before line {number:,}")
        ended = text.endswith(b"\n")
        overlong = not ended and len(text) == MAX_LINE
        pieces = 0
        while overlong and not ended:
            pieces += 1
            if pieces > _MOST_PIECES:
                raise FormatError(f"line {number:,} is over {_MOST_PIECES * MAX_LINE:,} bytes long")
            rest = file.readline(MAX_LINE)
            ended = rest.endswith(b"\n") or not rest
        yield Line(text.rstrip(b"\r\n"), number, ended, overlong)


def _joined(lines: Iterator[Line]) -> Iterator[Line]:
    """Join the lines of a quoted field; a quote that never closes spoils its own line only."""
    waiting: deque[Line] = deque()
    while True:
        line = waiting.popleft() if waiting else next(lines, None)
        if line is None:
            return
        if line.overlong or b'"' not in line.text or line.text.count(b'"') % 2 == 0:
            yield line
            continue
        parts = _until_closed(waiting, lines)
        if parts:
            text = b" ".join(part.text for part in (line, *parts))
            yield Line(text, line.number, parts[-1].ended)
        else:
            yield line


def _until_closed(waiting: deque[Line], lines: Iterator[Line]) -> list[Line]:
    """Take the lines up to the closing quote; take none if it is not near.

    The lines of one field hold no quote but the closing one. A line with other quotes is a
    record of its own, and what came before it was never closed.
    """
    size = 0
    for position in count():
        if position == len(waiting):
            arrived = next(lines, None)
            if arrived is None:
                return []
            waiting.append(arrived)
        following = waiting[position]
        size += len(following.text) + 1
        quotes = following.text.count(b'"')
        if quotes % 2 == 1 and _CLOSING.match(following.text):
            return [waiting.popleft() for _ in range(position + 1)]
        if quotes or following.overlong or size > MAX_QUOTED:
            return []
    return []


def split_fields(text: bytes, header: Header, wide: int) -> list[bytes]:
    """Split a record into its fields, unquoted; ``wide`` is the one column that may hold commas.

    Surplus delimiters are taken to belong to the wide column, so unquoted pixel lists written
    with commas survive; but if words stand there, a column is too many. The result may still
    have too few or too many fields.
    """
    quoted = b'"' in text
    fields = _split_quoted(text, header.delimiter) if quoted else text.split(header.delimiter)
    surplus = len(fields) - len(header.names)
    if surplus > 0 and wide >= 0 and not fields[wide + surplus].strip()[:1].isalpha():
        merged = b" ".join(fields[wide : wide + surplus + 1])
        fields = [*fields[:wide], merged, *fields[wide + surplus + 1 :]]
    return fields


def _split_quoted(text: bytes, delimiter: bytes) -> list[bytes]:
    fields: list[bytes] = [b""]
    for position, piece in enumerate(text.split(b'"')):
        if position % 2 == 1:
            fields[-1] += piece
            continue
        first, *others = piece.split(delimiter)
        fields[-1] += first
        fields.extend(others)
    return fields
