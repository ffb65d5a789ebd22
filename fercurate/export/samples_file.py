"""``samples.csv``: what a build decided on each sample of its sources, one line a sample."""

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import TextIO

import numpy as np

from fercurate.domain.sample_table import SAMPLE_COLUMNS, TRUE_CLASS, SampleTable
from fercurate.errors import ExportError
from fercurate.files.csv_text import write_csv
from fercurate.files.regular import read_regular

SAMPLES = "samples.csv"
_MOST_BYTES = 4 << 30


def write_samples(tables: Iterable[SampleTable], path: Path) -> None:
    """Write tables of one form as one CSV, in UTF-8.

    Undecodable bytes of file names are kept as they are.
    """
    with path.open("w", newline="", encoding="utf-8", errors="surrogateescape") as out:
        parts = iter(tables)
        first = next(parts)
        write_csv(out, first.names, chain.from_iterable(map(_lines, chain([first], parts))))


def write_samples_to(table: SampleTable, out: TextIO) -> None:
    """Write a table as CSV into an open file."""
    write_csv(out, table.names, _lines(table))


def _lines(table: SampleTable) -> Iterator[tuple[str, ...]]:
    return zip(*(table[name] for name in table.names), strict=True)


def read_samples(path: Path) -> SampleTable:
    """Read what ``write_samples`` wrote.

    Raises:
        ExportError: it is something else, or cannot be read.
    """
    return parse_samples(_content(path), str(path))


class SampleFinder:
    """Finds single samples in ``samples.csv`` without reading all of it as a table."""

    def __init__(self, path: Path) -> None:
        self._content = _content(path)
        self._where = str(path)
        head = self._content.partition(b"\n")[0] + b"\n"
        self._names = parse_samples(head, self._where).names
        self._table = None if b'"' not in self._content else parse_samples(self._content, str(path))

    def __contains__(self, sample_id: object) -> bool:
        return isinstance(sample_id, str) and self.row(sample_id) is not None

    def row(self, sample_id: str) -> dict[str, str] | None:
        """All that is said of a sample; None if it is not there.

        Raises:
            ExportError: the line is not as it should be.
        """
        if self._table is not None:
            return self._table.row(sample_id)
        start = self._content.find(b"\n" + encoded_text(sample_id) + b",")
        return None if start < 0 else self._line_at(start + 1)

    def group(self, name: str) -> list[str]:
        """The ids of the samples of a group, the one that names it among them."""
        if self._table is not None or not name:
            return self._table.group(name) if self._table else []
        found, wanted = [name] if name in self else [], b"," + encoded_text(name) + b","
        place = self._content.find(wanted)
        while place >= 0:
            row = self._line_at(self._content.rfind(b"\n", 0, place) + 1)
            if row["group"] == name and row["sample_id"] not in found:
                found.append(row["sample_id"])
            place = self._content.find(wanted, place + 1)
        return found

    def _line_at(self, start: int) -> dict[str, str]:
        end = self._content.find(b"\n", start)
        line = self._content[start : len(self._content) if end < 0 else end]
        values = line.decode("utf-8", "surrogateescape").split(",")
        if len(values) != len(self._names):
            raise ExportError("a line that is not as it was written", where=self._where)
        return dict(zip(self._names, values, strict=True))


def _content(path: Path) -> bytes:
    try:
        return read_regular(path, _MOST_BYTES)
    except OSError as error:
        raise ExportError(str(error.strerror or error), where=str(path)) from None


def encoded_text(text: str) -> bytes:
    """A text as the file holds it."""
    return text.encode("utf-8", "surrogateescape")


def parse_samples(content: bytes, where: str) -> SampleTable:
    """Read a table from its bytes.

    Raises:
        ExportError: they are something else.
    """
    text = io.StringIO(content.decode("utf-8", "surrogateescape"), newline="")
    try:
        header, *rows = csv.reader(text, strict=True)
    except (csv.Error, ValueError) as error:
        raise ExportError(f"no table of samples ({error})", where=where) from None
    known = tuple(header) in (SAMPLE_COLUMNS, (*SAMPLE_COLUMNS, TRUE_CLASS))
    if not known or any(len(row) != len(header) for row in rows):
        listed = ", ".join(SAMPLE_COLUMNS)
        raise ExportError("no table of samples", where=where, expected=f"the columns {listed}")
    columns = zip(*rows, strict=True) if rows else [()] * len(header)
    return SampleTable(
        {name: np.array(values, dtype=object) for name, values in zip(header, columns, strict=True)}
    )
