"""Results of units sealed in a work folder: whole or not there, and never taken for others."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from fercurate.pipeline.engine.shards import WorkFolder
from fercurate.pipeline.engine.unit import Unit

RUN = "0123456789abcdef"
UNIT = Unit("measure", RUN, {"rows": [1, 2]}, {"store": "/a"}, rows=2, size=4)


@pytest.fixture
def folder(tmp_path: Path) -> WorkFolder:
    return WorkFolder(tmp_path / "work")


def test_what_is_sealed_comes_back(folder: WorkFolder) -> None:
    assert folder.read(UNIT) is None
    assert not folder.is_sealed(UNIT)
    folder.seal(UNIT, b"abcd")
    assert folder.is_sealed(UNIT)
    assert folder.read(UNIT) == b"abcd"
    folder.seal(UNIT, b"abcd")  # a twin
    assert folder.read(UNIT) == b"abcd"
    folder.drop(UNIT)
    assert folder.read(UNIT) is None
    folder.drop_run("measure", RUN)
    folder.drop_if_empty()
    assert not folder.path.exists()


def test_the_key_tells_what_can_change_a_byte_and_no_path() -> None:
    others = [
        Unit("render", RUN, UNIT.arguments, UNIT.context, 2, 4),
        Unit("measure", RUN, {"rows": [1, 3]}, UNIT.context, 2, 4),
        Unit("measure", RUN, UNIT.arguments, UNIT.context, 2, 5),
        Unit("measure", RUN, UNIT.arguments, UNIT.context, 2, 4, 1),
    ]
    assert len({UNIT.key, *(one.key for one in others)}) == 5
    assert Unit("measure", RUN, UNIT.arguments, {"store": "/b"}, 2, 4).key == UNIT.key


def test_a_unit_comes_back_from_its_text() -> None:
    assert Unit.from_text(UNIT.to_text()) == UNIT


@pytest.mark.parametrize("content", [b"abce", b"abc", b"abcde", b""])
def test_other_bytes_than_the_seal_says_are_no_result(folder: WorkFolder, content: bytes) -> None:
    folder.seal(UNIT, b"abcd")
    folder.place(UNIT).write_bytes(content)
    assert folder.read(UNIT) is None


@pytest.mark.parametrize(
    "seal", ["", "{", "[]", "{}", '{"bytes": "4"}', '{"bytes": 5}', "1", "\0", '{"bytes": 4}']
)
def test_a_seal_that_is_none_seals_nothing(folder: WorkFolder, seal: str) -> None:
    folder.seal(UNIT, b"abcd")
    place = folder.place(UNIT).with_name(UNIT.key + ".json")
    assert json.loads(place.read_text())["bytes"] == 4
    place.write_text(seal)
    assert folder.read(UNIT) is None


def test_a_result_without_a_seal_is_not_there(folder: WorkFolder) -> None:
    folder.seal(UNIT, b"abcd")
    folder.place(UNIT).with_name(UNIT.key + ".json").unlink()
    assert not folder.is_sealed(UNIT)
    assert folder.read(UNIT) is None


def test_a_link_is_not_followed_to_a_device(folder: WorkFolder) -> None:
    folder.seal(UNIT, b"abcd")
    folder.place(UNIT).unlink()
    folder.place(UNIT).symlink_to("/dev/zero")
    assert folder.read(UNIT) is None


def test_a_run_goes_with_what_dead_workers_left_and_no_other_does(folder: WorkFolder) -> None:
    other = Unit("measure", "f" * 16, UNIT.arguments, size=4)
    for unit in (UNIT, other):
        folder.seal(unit, b"abcd")
    folder.place(UNIT).with_name(f"{UNIT.key}.host-1-00ff.part").write_bytes(b"ab")
    folder.drop_run("measure", RUN)
    assert [path.name for path in folder.path.iterdir()] == [f"measure-{'f' * 16}"]
    assert folder.read(other) == b"abcd"


def test_a_tail_may_follow_within_its_bounds(folder: WorkFolder) -> None:
    unit = Unit("render", RUN, {}, {}, 1, 4, tail=2)
    for content, whole in ((b"abc", False), (b"abcd", True), (b"abcdef", True)):
        folder.seal(unit, content)
        assert (folder.read(unit) == content) == whole
    folder.seal(unit, b"abcdefg")
    assert folder.read(unit) is None


def test_a_probe_is_seen_by_who_shares_the_folder(folder: WorkFolder, tmp_path: Path) -> None:
    probe = folder.write_probe()
    assert folder.has_probe(probe)
    assert not WorkFolder(tmp_path / "other").has_probe(probe)
    folder.drop_probe(probe)
    assert not folder.has_probe(probe)


def test_probes_of_dead_processes_of_this_machine_go(folder: WorkFolder) -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    mine = folder.write_probe()
    host = mine.split("-", 3)[3]
    left = [f"probe-{child.pid}-00-{host}", f"probe-{child.pid}-00-elsewhere"]
    for name in left:
        (folder.path / name).write_bytes(b"")
    again = folder.write_probe()
    names = {path.name for path in folder.path.iterdir()}
    assert names == {mine, again, f"probe-{child.pid}-00-elsewhere"}
