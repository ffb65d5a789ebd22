"""``samples.csv``: what a build decided on each sample of its sources, one line a sample."""

import csv
import io
from pathlib import Path

import numpy as np

from fercurate.domain.sample_table import SAMPLE_COLUMNS, SampleTable
from fercurate.errors import ExportError
from fercurate.files.regular import read_regular

SAMPLES = "samples.csv"
_MOST_BYTES = 4 << 30


def write_samples(table: SampleTable, path: Path) -> None:
    """Write a table as CSV, in UTF-8; undecodable bytes of file names are kept as they are."""
    with path.open("w", newline="", encoding="utf-8", errors="surrogateescape") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(SAMPLE_COLUMNS)
        writer.writerows(zip(*(table[name] for name in SAMPLE_COLUMNS), strict=True))


def read_samples(path: Path) -> SampleTable:
    """Read what ``write_samples`` wrote.

    Raises:
        ExportError: it is something else, or cannot be read.
    """
    try:
        content = read_regular(path, _MOST_BYTES)
    except OSError as error:
        raise ExportError(str(error.strerror or error), where=str(path)) from None
    return parse_samples(content, str(path))


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
    if tuple(header) != SAMPLE_COLUMNS or any(len(row) != len(header) for row in rows):
        listed = ", ".join(SAMPLE_COLUMNS)
        raise ExportError("no table of samples", where=where, expected=f"the columns {listed}")
    columns = zip(*rows, strict=True) if rows else [()] * len(header)
    return SampleTable(
        {name: np.array(values, dtype=object) for name, values in zip(header, columns, strict=True)}
    )
