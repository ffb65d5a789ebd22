"""Tables as CSV: every text comes back as it was, also with commas, quotes and line ends in it."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TextIO

from fercurate.files.atomic import whole_file
from fercurate.files.regular import real_path

_TROUBLE = "\r"
"""What the csv module leaves unquoted, and cannot read back then."""


def write_csv(out: TextIO, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table into an open text file; lines end with a line feed."""
    plain = csv.writer(out, lineterminator="\n")
    quoted = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    plain.writerow(header)
    for row in rows:
        troubled = any(isinstance(value, str) and _TROUBLE in value for value in row)
        (quoted if troubled else plain).writerow(row)


def write_csv_columns(out: TextIO, columns: Sequence[Sequence[object]]) -> None:
    """Write rows, given as columns of one length, below a header; faster than ``write_csv``."""
    texts = [column for column in columns if len(column) and isinstance(column[0], str)]
    troubled = any(_TROUBLE in "\0".join(map(str, column)) for column in texts)
    plain = csv.writer(out, lineterminator="\n")
    quoted = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    (quoted if troubled else plain).writerows(zip(*columns, strict=True))


def write_csv_file(
    path: Path, header: Sequence[str], rows: Iterable[Sequence[object]], errors: str
) -> None:
    """Write a table as a file of UTF-8, whole or not at all; ``errors`` as ``open`` has it.

    Raises:
        OSError: the file cannot be written.
    """
    with (
        whole_file(real_path(path)) as staged,
        staged.open("w", newline="", encoding="utf-8", errors=errors) as out,
    ):
        write_csv(out, header, rows)
