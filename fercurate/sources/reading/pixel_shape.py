"""Tables of pixels as text: which columns hold the label, the pixels and the split."""

import math
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from fercurate.errors import InputError
from fercurate.sources.names.columns import column_roles
from fercurate.sources.reading.csv_records import (
    Header,
    peek_records,
    read_lines,
    split_fields,
    split_header,
)

PUBLISHED_USAGES: tuple[str, ...] = ("Training", "PublicTest", "PrivateTest")
"""Usages of FER-2013, by which its tables are known."""

_LEAST_SIDE = 8
_PEEKED = 8
_USAGES_PEEKED = 64
_MOST_CLASSES = 12


@dataclass(frozen=True, slots=True)
class PixelShape:
    """The columns of a pixel table; ``wide`` are the first and last of one pixel each.

    ``has_header`` tells whether the first line names the columns; -1 is a column that is not there.
    """

    header: Header
    label: int
    pixels: int
    usage: int
    subject: int = -1
    wide: tuple[int, int] | None = None
    has_header: bool = True

    def pixel_text(self, fields: list[bytes]) -> bytes:
        """The pixels of a row as one text."""
        if self.wide is None:
            return fields[self.pixels]
        first, last = self.wide
        return b" ".join(fields[first : last + 1])

    @property
    def alone(self) -> bool:
        """Whether there is nothing but pixels, as in the challenge's ``test.csv``."""
        return self.label < 0 and len([n for n in self.header.names if n]) == 1

    @property
    def is_challenge(self) -> bool:
        """Whether the columns are named as FER-2013's are."""
        names = self.header.names
        return self.has_header and "pixels" in names and ("emotion" in names or self.alone)


def pixel_shape(path: Path) -> PixelShape | None:
    """Recognize a pixel table by its first lines, with or without a header; None if it is none."""
    texts = peek_records(path, _PEEKED)
    return (_named_shape(texts[0]) or _bare_shape(texts)) if texts else None


def peek_usages(path: Path, shape: PixelShape) -> frozenset[str]:
    """The usages of the first rows of a table, as they are written; none if all are empty."""
    if shape.usage < 0:
        return frozenset()
    try:
        lines = [line.text for line in islice(read_lines(path), shape.has_header, _USAGES_PEEKED)]
    except InputError:
        return frozenset()
    rows = (split_fields(text, shape.header, shape.pixels) for text in lines)
    width = len(shape.header.names)
    cells = (r[shape.usage].strip().decode("utf-8", "replace") for r in rows if len(r) == width)
    return frozenset(cell for cell in cells if cell)


def _named_shape(first: bytes) -> PixelShape | None:
    if len(first) > 200_000 or first[:1].isdigit():
        return None
    header = split_header(first)
    roles = column_roles(header.names)
    if not roles.is_pixel_table or len(roles.labels) > 1:
        return None
    wide = (roles.wide[0], roles.wide[-1]) if roles.pixels < 0 else None
    shape = PixelShape(header, roles.label, roles.pixels, roles.split, roles.subject, wide)
    return shape if roles.label >= 0 or shape.alone else None


def _bare_shape(texts: list[bytes]) -> PixelShape | None:
    """A table without a header: a label and pixels, and maybe a usage; or a pixel a column."""
    delimiter = max((b",", b";", b"\t"), key=texts[0].count)
    rows = [split_fields(text, Header((), delimiter), -1) for text in texts]
    count = len(rows[0])
    if any(len(row) != count for row in rows):
        return None
    if count in (2, 3):
        pixels = [i for i in range(count) if all(_is_square(len(row[i].split())) for row in rows)]
        if pixels != [1] or not all(_is_label(row[0]) for row in rows):
            return None
        names = ("emotion", "pixels", "usage")[:count]
        return PixelShape(Header(names, delimiter), 0, 1, 2 if count == 3 else -1, has_header=False)
    return _bare_wide(rows, delimiter)


def _bare_wide(rows: list[list[bytes]], delimiter: bytes) -> PixelShape | None:
    count = len(rows[0])
    if not _is_square(count - 1) or not all(cell.strip().isdigit() for r in rows for cell in r):
        return None
    ends = [i for i in (0, count - 1) if all(int(row[i]) < _MOST_CLASSES for row in rows)]
    if len(ends) != 1:
        return None
    label = ends[0]
    wide = (1, count - 1) if label == 0 else (0, count - 2)
    names = tuple("emotion" if i == label else f"pixel{i}" for i in range(count))
    return PixelShape(Header(names, delimiter), label, -1, -1, wide=wide, has_header=False)


def _is_square(count: int) -> bool:
    side = math.isqrt(count)
    return side >= _LEAST_SIDE and side * side == count


def _is_label(text: bytes) -> bool:
    stripped = text.strip()
    return 0 < len(stripped) <= 20 and (stripped.isdigit() or stripped.isalpha())
