"""The folder of a report: whole or not at all, never over files of others."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fercurate.errors import ConflictError, FercurateError
from fercurate.report.content import ReportContent
from fercurate.report.folder import check_report_folder, staged_report
from fercurate.report.writer import write_report


def test_equal_contents_give_equal_bytes(content: ReportContent, tmp_path: Path) -> None:
    write_report(content, tmp_path / "a")
    write_report(content, tmp_path / "b")
    assert tree(tmp_path / "a") == tree(tmp_path / "b")


def tree(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_an_earlier_report_is_replaced_whole(content: ReportContent, tmp_path: Path) -> None:
    write_report(content, tmp_path / "out")
    write_report(replace(content, criteria=content.criteria[:1]), tmp_path / "out")
    assert sorted(tree(tmp_path / "out")) == [
        "index.html", "report.json", "sheets/borderline-occluded.png", "sheets/occluded.png",
    ]  # fmt: skip
    assert sorted(json.loads((tmp_path / "out/report.json").read_text())["files"]) == sorted(
        tree(tmp_path / "out")
    )
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"notes.txt": "mine"}, id="a stranger's file"),
        pytest.param({"report.json": "{}"}, id="another tool's report.json"),
        pytest.param({"report.json": "[1"}, id="a broken report.json"),
        pytest.param({"report.json": '{"kind": "filter-report", "files": ["report.json"]}',
                      "sheets/mine.png": "x"}, id="a file beside an earlier report"),
    ],
)  # fmt: skip
def test_a_folder_with_other_files_is_left_alone(
    content: ReportContent, tmp_path: Path, files: dict[str, str]
) -> None:
    for name, text in files.items():
        (tmp_path / "out" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "out" / name).write_text(text)
    before = tree(tmp_path)
    with pytest.raises(ConflictError, match="files that no report made"):
        write_report(content, tmp_path / "out")
    assert tree(tmp_path) == before


def test_a_file_in_the_place_of_the_folder_is_left_alone(
    content: ReportContent, tmp_path: Path
) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(ConflictError, match="not a folder"):
        write_report(content, tmp_path / "out")
    assert (tmp_path / "out").read_text() == "mine"


def test_an_empty_folder_and_missing_parents_will_do(
    content: ReportContent, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    for name in ("empty", "a/b/c"):
        write_report(content, tmp_path / name)
        assert (tmp_path / name / "index.html").is_file()


def test_a_report_without_sheets_is_replaced_too(content: ReportContent, tmp_path: Path) -> None:
    for _ in range(2):
        write_report(replace(content, criteria=()), tmp_path / "out")
    assert not list((tmp_path / "out" / "sheets").iterdir())


def test_a_link_is_followed_also_to_a_folder_that_is_not_there_yet(
    content: ReportContent, tmp_path: Path
) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "real")
    for _ in range(2):
        write_report(content, tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "real"]


def test_a_refusal_says_what_would_do(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(ConflictError) as caught:
        check_report_folder(tmp_path)
    assert caught.value.message == (
        f"{tmp_path}: the folder holds files that no report made (mine.txt); expected a new or "
        "empty folder, or an earlier report. Choose another --report; nothing was changed"
    )


def test_two_reports_in_one_place_are_refused(content: ReportContent, tmp_path: Path) -> None:
    with (
        staged_report(tmp_path / "out"),
        pytest.raises(FercurateError, match="another process is writing this report"),
    ):
        write_report(content, tmp_path / "out")


def test_a_failure_leaves_the_earlier_report(content: ReportContent, tmp_path: Path) -> None:
    write_report(content, tmp_path / "out")
    before = tree(tmp_path)

    def fail(rows: Any) -> list[Any]:
        raise OSError("no picture")

    with pytest.raises(OSError, match="no picture"):
        write_report(replace(content, read=fail), tmp_path / "out")
    assert tree(tmp_path) == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_the_page_of_all_of_fer2013_stays_small(large_report: Path) -> None:
    assert (large_report / "index.html").stat().st_size < 3_000_000
