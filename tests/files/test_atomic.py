"""Files that appear whole or not at all."""

import os
from pathlib import Path

import pytest

from fercurate.files.atomic import whole_file


@pytest.fixture
def target(tmp_path: Path) -> Path:
    (tmp_path / "file.txt").write_text("old")
    return tmp_path / "file.txt"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_replaced_only_at_the_end(target: Path) -> None:
    with whole_file(target) as staged:
        assert staged.parent == target.parent
        staged.write_text("new")
        assert target.read_text() == "old"
    assert target.read_text() == "new"
    assert names(target.parent) == ["file.txt"]


def test_a_new_file_has_the_usual_mode(tmp_path: Path) -> None:
    umask = os.umask(0o022)
    try:
        with whole_file(tmp_path / "file.txt") as staged:
            staged.write_text("new")
    finally:
        os.umask(umask)
    assert (tmp_path / "file.txt").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("aside", [False, True])
def test_on_an_error_nothing_has_changed(target: Path, aside: bool) -> None:
    def write_half() -> None:
        with whole_file(target, target.with_name("staged") if aside else None) as staged:
            staged.write_text("half")
            raise OSError("full")

    with pytest.raises(OSError, match="full"):
        write_half()
    assert target.read_text() == "old"
    assert names(target.parent) == ["file.txt"]


def test_a_disk_that_is_full_when_the_file_is_forced_to_it_changes_nothing(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError("full")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="full"), whole_file(target) as staged:
        staged.write_text("new")
    assert target.read_text() == "old"
    assert names(target.parent) == ["file.txt"]


def test_the_file_is_on_disk_before_its_name_and_the_name_afterwards(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fsync, seen = os.fsync, []

    def watched(descriptor: int) -> None:
        seen.append((os.fstat(descriptor).st_ino, target.read_text()))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    with whole_file(target, target.with_name("staged")) as staged:
        staged.write_text("new")
    assert seen == [(target.stat().st_ino, "old"), (target.parent.stat().st_ino, "new")]


def test_what_a_killed_run_left_aside_is_written_over(target: Path) -> None:
    aside = target.with_name("staged")
    aside.write_text("half of something longer")
    with whole_file(target, aside) as staged:
        assert staged == aside
        assert staged.read_text() == ""
        staged.write_text("new")
    assert target.read_text() == "new"


def test_two_writers_do_not_share_a_file(target: Path) -> None:
    with whole_file(target) as first, whole_file(target) as second:
        first.write_text("first")
        second.write_text("second")
    assert target.read_text() == "first", "who ends last, wins"
