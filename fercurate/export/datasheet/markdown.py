"""Tables as Markdown has them."""

from collections.abc import Iterable, Sequence


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[str | int]]) -> list[str]:
    """Return the lines of a table and the empty one behind it; numbers with thousands apart."""
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    lines += ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in rows]
    return [*lines, ""]


def _cell(value: str | int) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value).replace("|", "\\|")
