"""What a bundle holds: what may be shared, and no picture; the same bytes for the same input."""

import csv
import io
import json
import os
import shutil
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fercurate import __version__
from fercurate.errors import ConflictError, ExportError, FercurateError, InputError
from fercurate.pipeline.bundle.layout import MEMBERS, ROW_COLUMNS, schema
from fercurate.pipeline.bundle.packing import BundleReport, BundleRequest, bundle
from fercurate.store.store import Store
from tests.pipeline.trace.test_world import OLD, World, built, columns, fer, world_of

SOFT = {"labels": {"scheme": "eight", "ferplus": {"mode": "probability"}}}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return world_of(tmp_path_factory)


@cache
def packed(world: World, name: str) -> tuple[BundleReport, dict[str, bytes]]:
    """A bundle of an export, or of the ``store``, with the bytes of its members."""
    place = world.root / f"{name}.zip"
    request = BundleRequest(world.store, place)
    if name != "store":
        request = BundleRequest(exported(world, name), place, world.store)
    report = bundle(request)
    with zipfile.ZipFile(place) as file:
        return report, {one: file.read(one) for one in file.namelist()}


@cache
def exported(world: World, name: str) -> Path:
    if name != "soft":
        return world.export(name)
    built(world.store, world.root / "exports" / name, **SOFT)
    return world.root / "exports" / name


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8", "surrogateescape"), newline="")))


KINDS = ("plain", "copies", "made", "soft", "store")


def test_members_are_those_of_the_layout_and_no_others(world: World) -> None:
    found = {name: set(packed(world, name)[1]) for name in KINDS}
    assert set.union(*found.values()) == MEMBERS - {"decisions.jsonl"}
    papers = {"recipe.lock", "recipe.yaml", "datasheet.md", "summary.json", "samples.csv"}
    base = {"bundle.json", "schema.json", "fingerprints.csv", "votes.csv"}
    assert found["plain"] == papers | base | {"rows.csv"}
    assert found["made"] - found["plain"] == {"applied.jsonl"}
    assert found["soft"] - found["plain"] == {"targets.csv"}
    assert found["store"] == base | {"samples.csv", "scores.csv"}


@pytest.mark.parametrize("name", KINDS)
def test_no_member_holds_a_picture(world: World, name: str) -> None:
    everything = b"\n".join(packed(world, name)[1].values())
    with Store.open(world.store) as store:
        pictures = store.images(np.arange(len(store)))
    assert len(pictures) > 100
    for picture in pictures:
        assert picture.tobytes() not in everything
        for line in picture[:: max(len(picture) // 4, 1)]:
            flat = line.ravel()
            if len(np.unique(flat)) > 4:
                assert flat.tobytes() not in everything
                assert " ".join(map(str, flat)).encode() not in everything
                assert ",".join(map(str, flat)).encode() not in everything
    for magic in (b"\x89PNG", b"\xff\xd8\xff", b"\x89HDF"):
        assert magic not in everything


def test_no_member_tells_of_the_machine(world: World) -> None:
    for name in KINDS:
        assert str(world.root).encode() not in b"\n".join(packed(world, name)[1].values())


def test_what_it_says_of_itself_is_true(world: World) -> None:
    report, members = packed(world, "made")
    about = json.loads(members["bundle.json"])
    assert (about["kind"], about["of"], about["bundle_version"]) == (
        "fercurate-bundle",
        "export",
        1,
    )
    assert about["tool"] == f"fercurate {__version__}"
    assert about["samples"] == len(rows_of(members["samples.csv"])) == report.samples
    assert report.rows == len(rows_of(members["rows.csv"]))
    assert report.fingerprints == len(rows_of(members["fingerprints.csv"])) == report.samples
    assert report.members == {name: len(content) for name, content in members.items()}
    told = json.loads(members["schema.json"])
    assert told == schema()
    for name in ("samples.csv", "rows.csv", "votes.csv", "fingerprints.csv"):
        assert list(told[name]) == list(rows_of(members[name])[0])


def test_rows_are_those_of_the_files_in_their_order(world: World) -> None:
    lines = rows_of(packed(world, "folds")[1]["rows.csv"])
    assert tuple(lines[0]) == ROW_COLUMNS
    for file in {line["file"] for line in lines}:
        rows = columns(world.export("folds") / file)
        mine = [line for line in lines if line["file"] == file]
        for name in ("sample_id", "op", "parent_a", "parent_b"):
            assert [line[name] for line in mine] == rows[name].tolist()
    made = [line for line in rows_of(packed(world, "made")[1]["rows.csv"]) if line["mix"]]
    train = columns(world.export("made") / "train.h5")
    assert [float.fromhex(line["mix"]) for line in made] == train["mix"][train["mix"] != 0].tolist()


def test_votes_targets_and_scores_are_those_of_store_and_export(world: World) -> None:
    votes = {line["sample_id"]: line for line in rows_of(packed(world, "soft")[1]["votes.csv"])}
    with Store.open(world.store) as store:
        row = world.rows[fer(7)]
        assert [int(x) for x in list(votes[fer(7)].values())[1:]] == store.votes[row].tolist()
    targets = rows_of(packed(world, "soft")[1]["targets.csv"])
    train = columns(exported(world, "soft") / "train.h5")
    told = [[float(x) for x in list(one.values())[1:]] for one in targets]
    by_name = dict(zip((one["sample_id"] for one in targets), told, strict=True))
    wanted = [by_name[name] for name in train["sample_id"]]
    np.testing.assert_array_equal(train["targets"], np.array(wanted, dtype=np.float32))
    scores = rows_of(packed(world, "store")[1]["scores.csv"])
    dark = world.score("too_dark")
    for line in scores[::10]:
        if line["sample_id"] in dark:
            assert float(line["too_dark"]) == pytest.approx(dark[line["sample_id"]], rel=1e-5)


def test_the_same_input_gives_the_same_bytes(world: World, tmp_path: Path) -> None:
    shutil.copytree(world.export("copies"), tmp_path / "elsewhere")
    for path in (tmp_path / "elsewhere").iterdir():
        os.utime(path, (1, 1))
    packed(world, "copies")
    for number, source in enumerate((world.export("copies"), tmp_path / "elsewhere")):
        place = tmp_path / f"{number}.zip"
        bundle(BundleRequest(source, place, world.store, jobs=number * 3 + 1))
        assert place.read_bytes() == (world.root / "copies.zip").read_bytes()


def test_without_a_store_there_are_no_fingerprints(run: Any, world: World) -> None:
    done = run("bundle", world.export("plain"), "-o", "b.zip")
    assert done.code == 0, done.err
    assert "no fingerprints: only equal pictures can be matched" in done.out
    told = json.loads(run("bundle", world.export("plain"), "-o", "c.zip", "--json").out)
    assert (told["fingerprints"], told["kind"]) == (0, "bundle")
    assert {"fingerprints.csv", "votes.csv"}.isdisjoint(told["members"])


def test_nothing_is_replaced_unasked(run: Any, world: World, tmp_path: Path) -> None:
    place = tmp_path / "b.zip"
    request = BundleRequest(world.export("plain"), place)
    bundle(request)
    before = place.read_bytes()
    with pytest.raises(ConflictError, match="a file is there already"):
        bundle(request)
    assert run("bundle", world.export("plain"), "-o", "b.zip", "--overwrite").code == 0
    assert place.read_bytes() == before
    place.write_text("my notes")
    with pytest.raises(ConflictError):
        bundle(BundleRequest(world.export("plain"), place, overwrite=True))
    assert place.read_text() == "my notes"
    with pytest.raises(ConflictError, match="no such folder"):
        bundle(BundleRequest(world.export("plain"), tmp_path / "gone" / "b.zip"))


@pytest.mark.parametrize("name", ["train.h5", "samples.csv", "recipe.yaml", "recipe.lock"])
def test_a_changed_export_is_refused(world: World, tmp_path: Path, name: str) -> None:
    shutil.copytree(world.export("plain"), tmp_path / "export")
    path = tmp_path / "export" / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(ExportError):
        bundle(BundleRequest(tmp_path / "export", tmp_path / "b.zip", world.store))
    path.unlink()
    with pytest.raises(FercurateError):
        bundle(BundleRequest(tmp_path / "export", tmp_path / "b.zip", world.store))
    assert not (tmp_path / "b.zip").exists()


def test_what_cannot_be_bundled_is_refused(world: World, tmp_path: Path) -> None:
    shutil.copytree(OLD / "export", tmp_path / "old")
    with pytest.raises(ExportError, match=r"no samples\.csv: an earlier version built it"):
        bundle(BundleRequest(tmp_path / "old", tmp_path / "b.zip"))
    with pytest.raises(InputError, match="no such export or store"):
        bundle(BundleRequest(tmp_path / "gone", tmp_path / "b.zip"))
    other = OLD / "store.h5"
    with pytest.raises(InputError, match="has another picture than when the export was built"):
        bundle(BundleRequest(world.export("plain"), tmp_path / "b.zip", other))
    assert not (tmp_path / "b.zip").exists()
