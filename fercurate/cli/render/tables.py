"""Tables and bars, as lines of text."""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence

from fercurate.domain.text import plural

Row = Sequence[str | int]

_BAR = 28


def table(head: Sequence[str], rows: Sequence[Row]) -> Iterator[str]:
    """The lines of a table: numbers to the right, text to the left."""
    cells = [[f"{v:,}" if isinstance(v, int) else v for v in row] for row in rows]
    widths = [max(len(row[i]) for row in [list(head), *cells]) for i in range(len(head))]
    texts = [bool(rows) and isinstance(rows[0][i], str) for i in range(len(head))]
    for row in [list(head), *cells]:
        line = (c.ljust(w) if t else c.rjust(w) for c, w, t in zip(row, widths, texts, strict=True))
        yield "  " + "  ".join(line).rstrip()


def files_in_words(files: Sequence[str]) -> str:
    """Names of files, those in folders by their number: ``train.h5, training/ (41 files)``."""
    folders = Counter(name.partition("/")[0] for name in files if "/" in name)
    named = dict.fromkeys(
        f"{top}/ ({plural(folders[top], 'file')})" if below else top
        for top, _, below in (name.partition("/") for name in files)
    )
    return ", ".join(named)


def bar(count: int, most: int) -> str:
    """A bar as long as a count is large, of at most 28 characters; a count above 0 shows one."""
    length = round(_BAR * count / most) if most else 0
    return _block() * max(length, 1 if count else 0)


def _block() -> str:
    try:
        "█".encode(getattr(sys.stdout, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return "#"
    return "█"
