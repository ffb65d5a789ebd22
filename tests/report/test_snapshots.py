"""A whole report of a small content, as it was when it was last looked at.

``UPDATE_SNAPSHOTS=1 pytest tests/report/test_snapshots.py`` writes the snapshots anew; read the
difference before it is committed.
"""

import os
from html.parser import HTMLParser
from pathlib import Path

from fercurate import __version__
from fercurate.report.content import ReportContent
from fercurate.report.writer import write_report

SNAPSHOTS = Path(__file__).with_name("snapshots")


class Skeleton(HTMLParser):
    """The words of a page, a line each after the element they stand in; pictures by their text."""

    SILENT = frozenset({"style", "script"})
    VOID = frozenset({"meta", "link", "img", "br", "wbr"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.lines: list[str] = []
        self._elements: list[str] = []
        self._begins = True
        self.feed(page)

    def handle_starttag(self, name: str, attributes: list[tuple[str, str | None]]) -> None:
        if name == "img":
            self.lines.append(f"img {dict(attributes)['alt']}")
        if name not in self.VOID:
            self._elements.append(name)
        self._begins = name != "wbr"

    def handle_endtag(self, _name: str) -> None:
        self._elements.pop()
        self._begins = True

    def handle_data(self, data: str) -> None:
        words = " ".join(data.split())
        if not words or self._elements[-1] in self.SILENT:
            return
        if self._begins:
            self.lines.append(f"{self._elements[-1]} {words}")
        else:
            self.lines[-1] += words
        self._begins = True


def compare(name: str, text: str) -> None:
    """Compare a text with the snapshot of that name; with UPDATE_SNAPSHOTS=1 write it instead."""
    text = text.replace(__version__, "VERSION")
    if os.environ.get("UPDATE_SNAPSHOTS"):
        SNAPSHOTS.mkdir(exist_ok=True)
        (SNAPSHOTS / name).write_text(text, encoding="utf-8")
    assert text == (SNAPSHOTS / name).read_text(encoding="utf-8")


def test_the_numbers_and_the_words_of_a_report(content: ReportContent, tmp_path: Path) -> None:
    write_report(content, tmp_path / "out")
    page = tmp_path / "out/index.html"
    compare("report.json", (tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    compare("page.txt", "\n".join(Skeleton(page.read_text(encoding="utf-8")).lines) + "\n")
