"""Tables as CSV: every text comes back as it was, also with commas, quotes and line ends in it."""

import csv
from collections.abc import Iterable, Sequence
from typing import TextIO

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
