"""Rows and samples of a bundle that cannot be, or that would be written somewhere else."""

from pathlib import Path

import pytest

from fercurate.pipeline.bundle.contents import BundleContents
from tests.pipeline.bundle.test_hostile import (
    Change,
    cells,
    changed,
    made_from,
    members,
    refusal,
)
from tests.pipeline.trace.test_world import World, columns, fer, world_of


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return world_of(tmp_path_factory)


def once_more(file: str) -> Change:
    """All rows of train a second time, in another file."""

    def change(content: bytes) -> bytes:
        lines = content.decode().splitlines()
        more = [f"{file}{line[len('train.h5') :]}" for line in lines if line.startswith("train.h5")]
        return ("\n".join([*lines, *more]) + "\n").encode()

    return change


@pytest.mark.parametrize(
    "file",
    [
        "../../evil/train.h5",
        "fold-00/../../../evil/train.h5",
        "fold-00/../fold-01/train.h5",
        "fold-xx/train.h5",
        "zero\0byte/train.h5",
        "recipe.lock/train.h5",
        "x" * 300 + "/train.h5",
        "fold-00/other.h5",
    ],
)
def test_a_file_that_no_export_has_is_refused(world: World, tmp_path: Path, file: str) -> None:
    place = changed(world, tmp_path / "b.zip", "rows.csv", once_more(file), "plain")
    assert place.name in refusal(world, place).where


def test_an_absolute_path_is_refused(world: World, tmp_path: Path) -> None:
    file = f"{tmp_path / 'evil'}/train.h5"
    place = changed(world, tmp_path / "b.zip", "rows.csv", once_more(file), "plain")
    assert place.name in refusal(world, place).where


@pytest.mark.parametrize(
    "split",
    [
        "../../../evil",
        "nonsense",
        "",
        "train",
        "zero\0byte",
        "x" * 300,
    ],
)
def test_a_split_that_no_export_has_is_refused(world: World, tmp_path: Path, split: str) -> None:
    change = cells("split", split, ("split", "val"))
    place = changed(world, tmp_path / "b.zip", "rows.csv", change, "plain")
    assert place.name in refusal(world, place).where


@pytest.mark.parametrize(("column", "value"), [("split", "val"), ("file", "fold-00/train.h5")])
def test_an_export_without_train_is_refused(
    world: World, tmp_path: Path, column: str, value: str
) -> None:
    place = changed(world, tmp_path / "b.zip", "rows.csv", cells(column, value), "plain")
    assert refusal(world, place)


def test_rows_out_of_order_are_refused(world: World, tmp_path: Path) -> None:
    def mixed(content: bytes) -> bytes:
        head, *lines = content.splitlines()
        return b"\n".join([head, *lines[::2], *lines[1::2], b""])

    place = changed(world, tmp_path / "b.zip", "rows.csv", mixed, "plain")
    assert place.name in refusal(world, place).where


@pytest.mark.parametrize(
    ("column", "value", "only"),
    [
        ("op", "explode", ("op", "smote")),
        ("op", "original", ("op", "smote")),
        ("op", "repeat", ("op", "original")),
        ("sample_id", "", ("split", "val")),
    ],
)
def test_rows_that_nothing_makes_are_refused(
    world: World, tmp_path: Path, column: str, value: str, only: tuple[str, str]
) -> None:
    place = changed(world, tmp_path / "b.zip", "rows.csv", cells(column, value, only))
    found = refusal(world, place)
    assert "no " in found.found


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("class", "evil"),
        ("class", ""),
        ("fold", "9" * 30),
        ("fold", "9" * 5000),
        ("fold", "x"),
    ],
)
def test_samples_that_cannot_be_are_refused(
    world: World, tmp_path: Path, column: str, value: str
) -> None:
    name = "folds" if column == "fold" else "plain"
    only = ("sample_id", fer(3)) if column == "fold" else ("", "")
    place = changed(world, tmp_path / "b.zip", "samples.csv", cells(column, value, only), name)
    assert place.name in refusal(world, place).where


def test_a_sample_that_is_there_twice_is_refused(world: World, tmp_path: Path) -> None:
    def twice(content: bytes) -> bytes:
        return content + content.partition(b"\n")[2]

    place = changed(world, tmp_path / "b.zip", "samples.csv", twice, "plain")
    assert place.name in refusal(world, place).where


@pytest.mark.parametrize("version", [b"true", b"0", b"-1"])
def test_a_version_that_never_was_is_refused(world: World, tmp_path: Path, version: bytes) -> None:
    about = b'{"kind": "fercurate-bundle", "bundle_version": %s}' % version
    assert refusal(world, changed(world, tmp_path / "b.zip", "bundle.json", lambda _: about))


def test_what_is_not_needed_changes_nothing(world: World, tmp_path: Path) -> None:
    """Strange members beside the known ones are passed over, and damaged papers as well."""
    place = changed(world, tmp_path / "b.zip", "../../evil.txt", lambda _: b"evil", "plain")
    assert set(BundleContents.read(place).members) == set(members(world, "plain"))
    made_from(world, place, tmp_path / "out")
    for number, name in enumerate(("recipe.lock", "summary.json", "schema.json", "datasheet.md")):
        place = changed(world, tmp_path / f"{number}.zip", name, lambda _: b"\xff[", "plain")
        made_from(world, place, tmp_path / f"out{number}")
        wanted, found = (columns(tmp_path / f"{one}/train.h5") for one in ("out", f"out{number}"))
        assert {k: v.tolist() for k, v in wanted.items()} == {
            k: v.tolist() for k, v in found.items()
        }
    assert not list(tmp_path.rglob("evil*"))
