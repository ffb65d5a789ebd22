"""The contact sheets of a criterion: the worst first, both sides of the threshold."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from fercurate.report.contact_sheet import shorten_note
from fercurate.report.content import ReportContent
from fercurate.report.writer import write_report


def test_contact_sheets_show_the_worst_first(content: ReportContent, tmp_path: Path) -> None:
    write_report(content, tmp_path / "out")
    sheets = sorted(path.name for path in (tmp_path / "out/sheets").iterdir())
    assert sheets == [
        *("blurred.png", "borderline-blurred.png", "borderline-low_contrast.png"),
        *("borderline-occluded.png", "ease.png", "low_contrast.png", "occluded.png"),
    ]
    sheet = np.asarray(Image.open(tmp_path / "out/sheets/occluded.png"))
    first, second, third = (sheet[49:145, left : left + 96] for left in (116, 220, 324))
    assert (np.unique(first), np.unique(second), np.unique(third)) == ([10], [20], [238])
    assert (sheet[147:161, 116:212] < 128).any(), "no score below the picture"
    border = np.asarray(Image.open(tmp_path / "out/sheets/borderline-occluded.png"))
    assert [border[top, 120] for top in (60, 60 + 135)] == [20, 40]


def test_a_sheet_with_a_colored_picture_is_colored(content: ReportContent, tmp_path: Path) -> None:
    def read(rows: Any) -> list[Any]:
        red = np.full((48, 48, 3), (200, 0, 0), np.uint8)
        return [
            red if row == 1 else picture
            for row, picture in zip(rows, content.read(rows), strict=True)
        ]

    write_report(replace(content, read=read), tmp_path / "out")
    sheet = np.asarray(Image.open(tmp_path / "out/sheets/occluded.png"))
    assert sheet[100, 160].tolist() == [200, 0, 0]
    assert sheet[100, 270].tolist() == [20, 20, 20]


def test_a_sheet_holds_rows_of_twenty(many: ReportContent, tmp_path: Path) -> None:
    write_report(many, tmp_path / "out")
    with Image.open(tmp_path / "out/sheets/occluded.png") as sheet:
        assert sheet.size == (16 + 100 + 20 * 104 + 16, 49 + 7 * 135 + 16)


@pytest.mark.parametrize(
    ("note", "shown"),
    [
        pytest.param("", "", id="nothing"),
        pytest.param("fer2013:0000017", "fer2013:0000017", id="fits"),
        pytest.param("rafdb:folder/" + "m" * 40, "…" + "m" * 9, id="wide letters"),
        pytest.param("rafdb:folder/" + "i" * 40, "…" + "i" * 24, id="narrow letters"),
    ],
)
def test_a_long_name_is_shown_by_its_end(note: str, shown: str) -> None:
    assert shorten_note(note) == shown
