"""Tables as Markdown has them, and text from elsewhere in them."""

import re
from collections.abc import Iterable, Sequence

_MARKS = re.compile(r"[\\`*\[\]<>|$~&]")
_ESCAPED = re.compile(r"\\?\|")
_STEERING = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")


def plain_text(text: str) -> str:
    """Text that anybody may have chosen, to be shown as it is: no tag, link, heading or new row."""
    return _MARKS.sub(r"\\\g<0>", _STEERING.sub(" ", text).strip())


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[str | int]]) -> list[str]:
    """Return the lines of a table and the empty one behind it; numbers with thousands apart."""
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    lines += ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in rows]
    return [*lines, ""]


def _cell(value: str | int) -> str:
    return f"{value:,}" if isinstance(value, int) else _ESCAPED.sub(r"\\|", str(value))
