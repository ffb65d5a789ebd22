"""An overview of a result: a headline and small tables, as text or as HTML."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fercurate.report.legible import legible
from fercurate.report.page.markup import Markup, join, tag

if TYPE_CHECKING:
    import pandas as pd

Cell = str | int
"""What stands in a table: text to the left, whole numbers to the right."""


@dataclass(frozen=True, slots=True)
class OverviewTable:
    """A table: its caption, the names of its columns, and its rows, as wide as these."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """What is worth seeing of a result: one line, and the tables that have rows."""

    headline: str
    tables: tuple[OverviewTable, ...] = ()


class HasOverview:
    """A result that prints as its overview, and shows it as tables in a notebook."""

    __slots__ = ()

    def overview(self) -> Overview:
        """What is worth seeing of this result."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"<{legible(self.overview().headline)}>"

    def __str__(self) -> str:
        return overview_text(self.overview())

    def _repr_html_(self) -> str:
        return overview_html(self.overview())


def overview_text(overview: Overview) -> str:
    """Return an overview as lines of text; control characters of names stand as escapes."""
    blocks = [legible(overview.headline)]
    blocks += [_table_text(table) for table in overview.tables if table.rows]
    return "\n\n".join(blocks)


def _table_text(table: OverviewTable) -> str:
    lines = [table.columns, *(tuple(map(_shown, row)) for row in table.rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(table.columns))]
    right = [isinstance(cell, int) for cell in table.rows[0]]
    shown = [
        "  ".join(
            cell.rjust(width) if number else cell.ljust(width)
            for cell, width, number in zip(line, widths, right, strict=True)
        ).rstrip()
        for line in lines
    ]
    return "\n".join([*([table.caption] if table.caption else []), *shown])


def _shown(cell: Cell) -> str:
    return f"{cell:,}" if isinstance(cell, int) else legible(cell)


def overview_html(overview: Overview) -> str:
    """Return an overview as HTML: escaped, without scripts and without anything from outside."""
    tables = [_table_html(table) for table in overview.tables if table.rows]
    return tag("div", tag("p", overview.headline), *tables)


def _table_html(table: OverviewTable) -> Markup:
    caption = [tag("caption", table.caption)] if table.caption else []
    head = tag("thead", tag("tr", *(tag("th", name, scope="col") for name in table.columns)))
    body = tag("tbody", join([_row_html(row) for row in table.rows]))
    return tag("table", *caption, head, body)


def _row_html(row: tuple[Cell, ...]) -> Markup:
    cells = [
        tag("td", _shown(cell), style=f"text-align: {'right' if isinstance(cell, int) else 'left'}")
        for cell in row
    ]
    return tag("tr", *cells)


def columns_frame(columns: Mapping[str, Any]) -> "pd.DataFrame":
    """Return columns (N,) of one length as a pandas table."""
    import pandas as pd  # noqa: PLC0415 (its import takes longer than most commands)

    return pd.DataFrame(dict(columns))


def rows_frame(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> "pd.DataFrame":
    """Return rows as a pandas table with columns of these names, also if there is no row."""
    import pandas as pd  # noqa: PLC0415 (its import takes longer than most commands)

    return pd.DataFrame(list(rows), columns=list(names))
