"""Overviews: what results print, and what a notebook shows: escaped, whole, without help."""

import dataclasses
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import fercurate
from fercurate.report.overview.base import (
    Overview,
    OverviewTable,
    columns_frame,
    overview_html,
    overview_text,
    rows_frame,
)

NASTY = '<script>alert("x")</script>\n\u202e.csv'


class Elements(HTMLParser):
    """Tags opened and closed, attributes used, and the text between."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.closed: list[str] = []
        self.attributes: set[str] = set()
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.opened.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag: str) -> None:
        self.closed.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def parsed(html: str) -> Elements:
    elements = Elements()
    elements.feed(html)
    return elements


@pytest.fixture(scope="module")
def results(shared_store: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """One of each result that prints as an overview."""
    folder = tmp_path_factory.mktemp("results")
    export = folder / "o"
    built = fercurate.build("fer2013_seven", store=shared_store, output=export)
    return {
        "balance": fercurate.count_classes(shared_store),
        "balance of export": fercurate.count_classes(export),
        "audit": fercurate.audit(shared_store),
        "build": built,
        "export": fercurate.read_export(export),
        "preview": fercurate.PreviewReport("own", {"a:1": "happy"}, ("normalize.png",)),
        "ingest": fercurate.IngestReport(
            folder / "s.h5",
            (
                fercurate.CorpusReport(
                    path=NASTY,
                    source="folder",
                    name="folder",
                    layout="tree",
                    why="",
                    variant="",
                    records=1200,
                    added=1199,
                    unchanged=0,
                    rejects={"E_DECODE": 1},
                    examples=(),
                    changed=True,
                ),
            ),
        ),
    }


def test_every_result_prints_in_short_and_at_length(results: dict[str, Any]) -> None:
    for name, result in results.items():
        assert "\n" not in repr(result), name
        assert len(repr(result)) < 200, name
        assert repr(result)[1:-1] == str(result).splitlines()[0]
        assert 2 < len(str(result).splitlines()) < 40, name
        assert max(map(len, str(result).splitlines())) <= 120, name


def test_every_result_is_frozen(results: dict[str, Any]) -> None:
    for result in results.values():
        first = dataclasses.fields(result)[0].name
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(result, first, None)


def test_html_is_whole_and_needs_nothing_from_outside(results: dict[str, Any]) -> None:
    for name, result in results.items():
        elements = parsed(result._repr_html_())
        assert sorted(elements.opened) == sorted(elements.closed), name
        known = {"div", "p", "table", "caption", "thead", "tbody", "tr", "th", "td"}
        assert set(elements.opened) <= known, name
        assert elements.attributes <= {"scope", "style"}, name


def test_html_has_the_numbers_of_the_text(results: dict[str, Any]) -> None:
    for result in results.values():
        texts = "".join(parsed(result._repr_html_()).texts)
        for line in str(result).splitlines():
            for word in line.split():
                assert word in texts


def test_names_cannot_become_markup_or_break_lines(results: dict[str, Any]) -> None:
    html, text = results["ingest"]._repr_html_(), str(results["ingest"])
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    for shown in (html, text):
        assert "\u202e" not in shown
        assert "\\n\\u202e.csv" in shown


def test_numbers_stand_to_the_right_and_texts_to_the_left() -> None:
    table = OverviewTable("Some", ("name", "rows"), (("a", 1200), ("longer", 3)))
    assert overview_text(Overview("two", (table,))) == (
        "two\n\nSome\nname     rows\na       1,200\nlonger      3"
    )
    html = overview_html(Overview("two", (table,)))
    assert html.count("text-align: right") == html.count("text-align: left") == 2


def test_a_table_without_rows_is_left_out() -> None:
    empty = Overview("nothing", (OverviewTable("Some", ("name",), ()),))
    assert overview_text(empty) == "nothing"
    assert "table" not in overview_html(empty)


def test_tables_without_rows_keep_their_columns() -> None:
    assert list(rows_frame(("a", "b"), []).columns) == ["a", "b"]
    assert columns_frame({"a": [1, 2], "b": ["x", "y"]}).shape == (2, 2)
