"""Raw lines, paths and picture files: what they became, or why they are not stored."""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fercurate.errors import InputError
from fercurate.pipeline.care.removal import RemoveRequest, remove
from fercurate.pipeline.trace.request import TraceRequest
from fercurate.pipeline.trace.target import Target
from fercurate.pipeline.trace.trace import trace
from tests.corpora import encode
from tests.pipeline.trace.test_world import BROKEN_LINE, World, fer, world_of


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return world_of(tmp_path_factory)


@pytest.fixture
def copied(world: World, tmp_path: Path) -> Path:
    """A copy of the world's store that may be changed."""
    shutil.copy(world.store, tmp_path / "s.h5")
    shutil.copytree(world.store.with_name("s.h5.parts"), tmp_path / "s.h5.parts")
    return tmp_path / "s.h5"


def found(world: World, what: object) -> Target:
    return trace(TraceRequest(str(what), world.store)).target


@pytest.mark.parametrize("row", [0, 40, 90, 122])
def test_a_line_of_a_csv_is_a_sample(world: World, row: int) -> None:
    for place in ("fer2013.csv", world.root / "fer" / "fer2013.csv", "data/fer2013.csv"):
        target = found(world, f"{place}:{row + 2}")
        assert (target.kind, target.sample_id) == ("sample", fer(row))
        assert target.found_by == "the line of its raw file"


@pytest.mark.parametrize(
    ("line", "code"),
    [(BROKEN_LINE, "E_PIXCOUNT"), (BROKEN_LINE + 1, "E_RANGE"), (BROKEN_LINE + 2, "E_LABEL")],
)
def test_a_line_that_was_rejected_is_told_with_its_code(world: World, line: int, code: str) -> None:
    told = trace(TraceRequest(f"fer2013.csv:{line}", world.store))
    assert (told.target.kind, told.stage) == ("reject", "ingest")
    assert told.reason.startswith(f"{code}: ")
    assert told.target.row_name == f"fer2013.csv:{line}"
    assert told.target.reject[1], "the code's meaning is told"
    assert (told.sample, told.decision, told.rows) == ({}, {}, ())


def test_a_line_behind_the_end_is_nothing(world: World) -> None:
    with pytest.raises(InputError, match="nothing is known of it"):
        found(world, "fer2013.csv:9999")


def test_a_raw_path_is_a_sample(world: World) -> None:
    target = found(world, "train/sad/c/2.png")
    assert (target.sample_id, target.found_by) == ("own:train/sad/c/2.png", "its raw file")
    assert found(world, "elsewhere/own/train/sad/c/2.png").sample_id == target.sample_id
    with pytest.raises(InputError, match="nothing is known of it"):
        found(world, "train/sad/c/3.png")


def test_a_raw_file_that_is_there_is_found_by_its_pixels(world: World) -> None:
    target = found(world, world.root / "own" / "train" / "happy" / "a.png#b#1.png")
    assert target.sample_id == "own:train/happy/a.png#b#1.png"
    assert target.found_by == "the very same picture"


def test_a_picture_of_equal_pixels_is_found_with_all_its_copies(
    world: World, tmp_path: Path
) -> None:
    first, later = world.planted["duplicate_across_usages"][0]
    Image.fromarray(world.picture(first)).save(tmp_path / "some.png")
    target = found(world, tmp_path / "some.png")
    assert target.found_by == "the very same picture"
    assert {target.sample_id, *target.others} == {fer(first), fer(later)}


def test_a_gray_picture_in_color_is_found(world: World, tmp_path: Path) -> None:
    Image.fromarray(world.picture(3)).convert("RGB").save(tmp_path / "some.png")
    target = found(world, tmp_path / "some.png")
    assert (target.sample_id, target.found_by) == (fer(3), "the same picture in gray")


@pytest.mark.parametrize("row", [3, 60, 101])
def test_a_picture_written_as_jpeg_is_found_as_a_near_duplicate(
    world: World, tmp_path: Path, row: int
) -> None:
    Image.fromarray(world.picture(row)).save(tmp_path / "some.jpg", quality=80)
    pixels = np.asarray(Image.open(tmp_path / "some.jpg"))
    assert (pixels != world.picture(row)).any()
    target = found(world, tmp_path / "some.jpg")
    assert target.found_by == "a nearly identical picture"
    assert fer(row) in {target.sample_id, *target.others}


def test_a_picture_that_nobody_knows_is_nothing(world: World, tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (48, 48), dtype=np.uint8)
    (tmp_path / "noise.png").write_bytes(encode(noise))
    with pytest.raises(InputError, match="nothing is known of it") as caught:
        found(world, tmp_path / "noise.png")
    assert "a picture file" in caught.value.expected


def test_a_file_that_is_no_picture_is_refused(world: World, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no picture")
    with pytest.raises(InputError, match="neither a picture that can be decoded"):
        found(world, tmp_path / "notes.txt")
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(InputError, match="nothing is known of it"):
        found(world, tmp_path / "pipe.png")


@pytest.mark.parametrize("what", ["", "x", "own:", ":", ":3", "own:train/sad", "*", "a\nb"])
def test_what_is_unknown_is_an_input_error(world: World, what: str) -> None:
    for export in (None, world.export("copies")):
        with pytest.raises(InputError, match="nothing is known of it"):
            trace(TraceRequest(what, world.store, export))


def test_an_export_that_is_not_there_is_refused(world: World, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such export"):
        trace(TraceRequest(fer(3), world.store, tmp_path / "gone"))


def test_a_removed_picture_is_told_as_removed(world: World, copied: Path) -> None:
    name, path = "own:train/sad/c/2.png", world.root / "own/train/sad/c/2.png"
    remove(RemoveRequest(copied, ids=(name,)))
    told = trace(TraceRequest(str(path), copied))
    assert (told.target.kind, told.stage) == ("removed", "removed")
    assert "not to come back" in told.reason
    assert (told.sample, told.decision, told.rows) == ({}, {}, ())
    with pytest.raises(InputError, match="nothing is known of it"):
        trace(TraceRequest(name, copied))


def test_an_export_still_tells_of_what_was_removed(world: World, copied: Path) -> None:
    stood, leaked = "own:train/sad/c/2.png", fer(world.planted["duplicate_across_usages"][0][0])
    remove(RemoveRequest(copied, ids=(stood, leaked)))
    told = trace(TraceRequest(stood, copied, world.export("copies")))
    assert (told.target.sample_id, told.decision["split"]) == (stood, "train")
    assert (told.sample["origin"], len(told.rows)) == ("train/sad/c/2.png", 2)
    gone = trace(TraceRequest(leaked, copied, world.export("copies")))
    assert gone.target.found_by == "its id in samples.csv"
    assert (gone.stage, gone.decision["split"], gone.rows) == ("leaks", "", ())


def test_what_may_return_is_not_told_as_removed(world: World, copied: Path) -> None:
    remove(RemoveRequest(copied, ids=("own:train/sad/c/2.png",), may_return=True))
    with pytest.raises(InputError, match="nothing is known of it"):
        trace(TraceRequest(str(world.root / "own/train/sad/c/2.png"), copied))
