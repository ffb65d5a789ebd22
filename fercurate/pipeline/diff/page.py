"""The page of a comparison: every table, and every sample that differs."""

from pathlib import Path

from fercurate.errors import UsageError
from fercurate.files.atomic import whole_file
from fercurate.pipeline.diff.report import DiffReport
from fercurate.pipeline.diff.samples import KINDS
from fercurate.report.overview.base import OverviewTable
from fercurate.report.table_page import draw_table_page

_MOST_ROWS = 5000
"""So many samples of a kind stand on a page."""


def check_page_place(path: Path) -> None:
    """Refuse a place where no page can be written.

    Raises:
        UsageError: another suffix, or a folder.
    """
    if path.suffix.casefold() not in {".html", ".htm"} or path.is_dir():
        raise UsageError("no name of an HTML file", where=f"--html {path}", expected="NAME.html")


def write_page(report: DiffReport, path: Path) -> None:
    """Write what differs as one HTML file, whole or not at all.

    Raises:
        OSError: the file cannot be written.
    """
    check_page_place(path)
    title = f"{report.first.name} and {report.second.name}"
    lead = "Nothing differs." if report.equal else f"What differs from A to B ({report.kind}s)."
    with whole_file(path) as staged:
        text = draw_table_page(title, lead, _tables(report))
        staged.write_text(text, encoding="utf-8", errors="backslashreplace")


def _tables(report: DiffReport) -> list[OverviewTable]:
    facts = tuple((f.group, f.name, f.before, f.after) for f in report.facts)
    tables = [OverviewTable("Facts", ("of", "what", "A", "B"), facts)]
    if report.rows is not None:
        rows = tuple(
            (kind.replace("_", " "), op, count)
            for kind, counts in report.rows.to_json().items()
            for op, count in counts.items()
        )
        tables.append(OverviewTable("Rows", ("rows", "made by", "number"), rows))
    samples = report.samples
    if samples is None:
        return tables
    counted = tuple((KINDS[kind], len(some)) for kind, some in samples.changes.items())
    tables.insert(0, OverviewTable("Samples", ("samples that", "number"), counted))
    for kind, some in samples.changes.items():
        named = tuple(
            (c.sample_id, c.source, c.class_name, c.before, c.after, c.reason)
            for c in some[:_MOST_ROWS]
        )
        cut = f", the first {_MOST_ROWS:,}" if len(some) > _MOST_ROWS else ""
        columns = ("sample", "source", "class", "A", "B", "reason")
        tables.append(OverviewTable(f"Samples that {KINDS[kind]}{cut}", columns, named))
    return tables
