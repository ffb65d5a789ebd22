"""RAF-DB's distributions: of each picture the shares of about 40 people's votes for seven classes.

``distribution_basic.txt`` has a line a picture: its name, then seven shares in the order of the
codes 1..7, apart by blanks.
"""

import re
from collections.abc import Iterator, Set
from pathlib import Path

from fercurate.domain.annotations.vote_set import SHARES_OFF
from fercurate.domain.expression import EXPRESSIONS
from fercurate.domain.sample import Reject, RejectCode
from fercurate.domain.taxonomy import label_maps
from fercurate.sources.rafdb.published import CODES
from fercurate.sources.reading.picture_folder import descend
from fercurate.sources.tables.text_table import TableRow, blank_table

SHARES_FILE = "distribution_basic.txt"

Shares = tuple[float, ...]
"""Shares (8,) of votes by ``EXPRESSIONS``; of sum 1."""

_COLUMNS = ("path", *CODES)
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_NAMED = 3
_ORDER = [EXPRESSIONS.index(label_maps()["rafdb"].codes[code]) for code in CODES]


def shares_file(root: Path) -> Path | None:
    """The file of the distributions below the root of the corpus, or None."""
    paths = (descend(root, *way, SHARES_FILE) for way in (("EmoLabel",), ("Annotation",), ()))
    return next((path for path in paths if path is not None and path.is_file()), None)


def read_shares(path: Path, root: Path, found: dict[str, Shares]) -> Iterator[Reject]:
    """Fill ``found`` with the shares of pictures by name; yield the lines that are none.

    Raises:
        InputError: the file cannot be read as a table.
    """
    origin = path.relative_to(root).as_posix()
    for row in blank_table(path, root, _COLUMNS).rows():
        shares = _shares(row)
        if shares is None:
            expected = f"a file name and {len(CODES)} shares of sum 1"
            message = f"{' '.join(row.cells[1:])[:60]!r}; expected {expected}"
            code = RejectCode.RANGE if row.ended else RejectCode.TRUNCATED
            yield Reject(code, message, origin, row.line)
        elif found.setdefault(row.cells[0], shares) != shares:
            message = f"{row.cells[0][:80]!r} stands there before with other shares"
            yield Reject(RejectCode.CONFLICT, message, origin, row.line)


def unlisted(path: Path, root: Path, found: dict[str, Shares], listed: Set[str]) -> list[Reject]:
    """A reject that tells of shares of pictures that the list does not name; none without any."""
    names = [name for name in found if name not in listed]
    if not names:
        return []
    some = ", ".join(repr(name[:60]) for name in names[:_NAMED])
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    message = f"shares of {some}{more}, which the list of pictures does not name"
    return [Reject(RejectCode.MISSING, message, path.relative_to(root).as_posix())]


def _shares(row: TableRow) -> Shares | None:
    told = row.cells[1:]
    if len(told) != len(CODES) or not all(map(_NUMBER.fullmatch, told)):
        return None
    values = [float(text) for text in told]
    if not all(0 <= value <= 1 for value in values) or abs(sum(values) - 1) > SHARES_OFF:
        return None
    shares = [0.0] * len(EXPRESSIONS)
    for place, value in zip(_ORDER, values, strict=True):
        shares[place] = value
    return tuple(shares)
