"""A page of tables: one HTML file that needs nothing else, neither files nor a network."""

import base64
import hashlib
from collections.abc import Sequence

from fercurate.report.overview.base import OverviewTable
from fercurate.report.page.markup import Markup, join, tag

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem;
  color: #1d1f23; background: #fff; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #ddd;
  vertical-align: top; overflow-wrap: break-word; max-width: 24rem; }
td.number, th.number { text-align: right; } p.lead { color: #565d68; }
"""


def draw_table_page(title: str, lead: str, tables: Sequence[OverviewTable]) -> str:
    """Return a page with a title, a sentence, and tables that have rows, each under its caption."""
    digest = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'"
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("title", title),
        tag("style", Markup(_STYLE)),
    )
    sections = [join([tag("h2", one.caption), _table(one)]) for one in tables if one.rows]
    body = tag("body", tag("h1", title), tag("p", lead, class_="lead"), *sections)
    return f"<!doctype html>\n{tag('html', head, body, lang='en')}\n"


def _table(one: OverviewTable) -> Markup:
    numbers = [isinstance(value, int) for value in one.rows[0]]
    head = tag(
        "tr",
        *(
            tag("th", name, scope="col", class_="number" if number else None)
            for name, number in zip(one.columns, numbers, strict=True)
        ),
    )
    rows = [tag("tr", *(_cell(value) for value in row)) for row in one.rows]
    return tag("table", tag("thead", head), tag("tbody", join(rows)))


def _cell(value: str | int) -> Markup:
    if isinstance(value, int):
        return tag("td", f"{value:,}", class_="number")
    return tag("td", value)
