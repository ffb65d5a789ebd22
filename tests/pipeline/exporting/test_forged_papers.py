"""An export whose papers were forged, seal and all: refused, or shown as the text that it is."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from fercurate.errors import ExportError
from fercurate.export.datasheet.markdown import markdown_table, plain_text
from fercurate.pipeline.exporting.export import export_layout
from tests.layouts.conftest import Exports, exports
from tests.pipeline.exporting.asking import asked
from tests.pipeline.verify.tampering import reseal

__all__ = ["exports"]

CLASSES = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
COUNTS = dict.fromkeys(CLASSES, 1)


def laid_out(export: Path, tmp_path: Path, key: str, value: Any) -> str:
    """The card of a copy of an export whose summary says something else."""
    copy = shutil.copytree(export, tmp_path / "e")
    path = copy / "summary.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {key: value}))
    reseal(copy)
    export_layout(asked(copy, "list", tmp_path / "out"))
    return (tmp_path / "out" / "README.md").read_text("utf-8")


@pytest.mark.parametrize(
    "groups",
    [
        [1],
        "x",
        5,
        {"a": [1]},
        {"a": {"train": 7}},
        {"a": {"train": {"x": {"angry": 1}}}},
        {"a": {"train": {"x": COUNTS | {"more": 1}}}},
        *({"a": {"train": {"x": COUNTS | {"fear": n}}}} for n in ("<b>", None, {}, 1.5, -1, True)),
    ],
    ids=str,
)
def test_groups_that_are_no_counts_are_refused(groups, exports: Exports, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"summary.json: its groups are no counts by attribute"):
        laid_out(exports("seven"), tmp_path, "groups", groups)


def test_names_in_groups_are_text_in_their_cells(exports: Exports, tmp_path: Path) -> None:
    groups = {"<script>|\n# H": {"train": {"a|b\n---\n`[x](y)\u2028": COUNTS, "\ud800": COUNTS}}}
    card = laid_out(exports("seven"), tmp_path, "groups", groups)
    table = card.partition("## People")[2].partition("## License")[0].splitlines()[4:]
    assert table == [
        "| split | \\<script\\>\\| # H | angry | disgust | fear | happy | sad | surprise | neutral "
        "| all |",
        "|" + " --- |" * 10,
        "| train | a\\|b --- \\`\\[x\\](y)" + " | 1" * 7 + " | 7 |",
        "| train | \\ud800" + " | 1" * 7 + " | 7 |",
        "",
    ]


def test_sources_are_text_in_their_line(exports: Exports, tmp_path: Path) -> None:
    told = {"title": "T\n# H", "license": "<b>\nMIT", "redistributable": ["yes"]}
    card = laid_out(exports("seven"), tmp_path, "sources", {"a`b": told})
    assert "- T # H (`a'b`): \\<b\\> MIT. May be passed on: not stated.\n" in card
    assert "\n# H" not in card


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("20-39", "20-39"),
        ("happily_surprised", "happily_surprised"),
        ("a\\|b", "a\\\\\\|b"),
        (" a \r\n\x1b b ", "a b"),
        ("*a* $b$ ~c~ &lt;", "\\*a\\* \\$b\\$ \\~c\\~ \\&lt;"),
    ],
)
def test_text_is_shown_as_it_is(text: str, shown: str) -> None:
    assert plain_text(text) == shown
    assert markdown_table(["x"], [[plain_text(text)]])[2] == f"| {shown} |"


def test_a_bar_ends_no_cell() -> None:
    assert markdown_table(["x"], [["a|b"], ["a\\|b"]])[2:4] == ["| a\\|b |", "| a\\|b |"]
