"""What can be compared: exports of any version, stores, locks; and what cannot."""

import json
import shutil
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from fercurate.domain.sample import pixel_digest
from fercurate.errors import FercurateError, InputError, UsageError
from fercurate.pipeline.care.removal import RemoveRequest, remove
from fercurate.pipeline.diff.diff import diff
from fercurate.pipeline.ingest.ingest import ingest
from fercurate.pipeline.ingest.request import IngestRequest
from fercurate.training.shared.lock import own_digest, sealed
from tests.pipeline.trace.test_world import OLD, World, built, columns, fer, world_of


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return world_of(tmp_path_factory)


SPLITS = ("train", "val", "test")
CHANGED, GONE, ADDED = 4, 122, 125


@pytest.fixture(scope="module")
def later(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The world's store after its CSV changed: another picture in row 4, one removed, one more."""
    folder = tmp_path_factory.mktemp("later")
    shutil.copytree(world.root / "fer", folder / "fer")
    csv = folder / "fer" / "fer2013.csv"
    lines = csv.read_text().splitlines()
    label, _, usage = lines[1 + CHANGED].split(",")
    noise = np.random.default_rng(5).integers(0, 256, (2, 48 * 48))
    lines[1 + CHANGED] = f"{label},{' '.join(map(str, noise[0]))},{usage}"
    lines.append(f"3,{' '.join(map(str, noise[1]))},Training")
    csv.write_text("\n".join(lines) + "\n")
    for name in ("s.h5", "s.h5.parts"):
        copy = shutil.copytree if name.endswith("parts") else shutil.copy
        copy(world.root / name, folder / name)
    ingest(IngestRequest((csv,), folder / "s.h5", update=True))
    remove(RemoveRequest(folder / "s.h5", ids=(fer(GONE),)))
    return folder / "s.h5"


def names(report: Any, kind: str) -> set[str]:
    return {one.sample_id for one in report.samples.changes[kind]}


def test_two_stores_are_compared(world: World, later: Path) -> None:
    report = diff(world.store, later)
    assert (report.kind, report.equal, report.rows) == ("store", False, None)
    (one,) = report.samples.changes["repictured"]
    assert one.sample_id == fer(CHANGED)
    assert one.before == pixel_digest(world.picture(CHANGED))[:12] != one.after
    assert (names(report, "gained"), names(report, "lost")) == ({fer(ADDED)}, {fer(GONE)})
    assert {kind for kind, some in report.samples.changes.items() if some} == {
        "gained",
        "lost",
        "repictured",
    }
    facts = {fact.name: (fact.before, fact.after) for fact in report.facts}
    assert facts["pictures that may not come back"] == ("0", "1")
    assert "digest" in facts
    inputs = [fact for fact in report.facts if fact.group == "inputs"]
    assert {fact.name for fact in inputs} == {"fer2013: fer2013.csv"}


def test_a_store_equals_itself_elsewhere(world: World, tmp_path: Path) -> None:
    shutil.copy(world.store, tmp_path / "t.h5")
    shutil.copytree(world.store.with_name("s.h5.parts"), tmp_path / "t.h5.parts")
    report = diff(world.store, tmp_path / "t.h5")
    assert (report.equal, report.facts) == (True, ())


def test_another_picture_in_the_store_is_told_of_exports(
    world: World, later: Path, tmp_path: Path
) -> None:
    built(later, tmp_path / "b")
    report = diff(world.export("plain"), tmp_path / "b")
    assert names(report, "repictured") == {fer(CHANGED)}
    assert (names(report, "gained"), names(report, "lost")) == ({fer(ADDED)}, {fer(GONE)})
    reasons = [report.samples.changes[kind][0].reason for kind in ("gained", "lost")]
    assert reasons == ["not known there", "not known there"]
    assert (report.rows.changed, report.rows.only_after) == ({"original": 1}, {"original": 1})
    assert "store_sha256" in {fact.name for fact in report.facts}


def test_locks_alone_tell_recipe_versions_and_files(world: World, tmp_path: Path) -> None:
    first, second = world.export("plain") / "recipe.lock", tmp_path / "second.lock"
    lock = json.loads(first.read_text())
    changed = lock | {"seed": 7, "versions": lock["versions"] | {"numpy": "0.1"}} | own_digest()
    changed["outputs"] = {n: v for n, v in lock["outputs"].items() if n != "val.h5"}
    second.write_text(sealed(json.dumps(changed, indent=2)))
    report = diff(first, second)
    assert (report.kind, report.samples, report.rows, report.equal) == ("lock", None, None, False)
    found = {(fact.group, fact.name): (fact.before, fact.after) for fact in report.facts}
    assert found == {
        ("lock", "seed"): ("0", "7"),
        ("versions", "numpy"): (lock["versions"]["numpy"], "0.1"),
        ("files", "val.h5"): (lock["outputs"]["val.h5"]["sha256"], "-"),
    }
    assert diff(first, first).equal


def test_an_export_of_the_last_version_is_compared_by_its_rows(
    world: World, tmp_path: Path
) -> None:
    shutil.copytree(OLD / "export", tmp_path / "old")
    assert diff(tmp_path / "old", tmp_path / "old").equal
    report = diff(tmp_path / "old", world.export("plain"))
    old = {split: set(columns(tmp_path / f"old/{split}.h5")["sample_id"]) for split in SPLITS}
    new = {
        split: set(columns(world.export("plain") / f"{split}.h5")["sample_id"]) for split in SPLITS
    }
    assert names(report, "gained") == set.union(*new.values()) - set.union(*old.values())
    assert names(report, "lost") == set.union(*old.values()) - set.union(*new.values())
    same = {name for split in SPLITS for name in old[split] & new[split]}
    both = set.union(*new.values()) & set.union(*old.values())
    assert names(report, "moved") == both - same


def test_sides_of_different_kinds_are_refused(run: Any, world: World) -> None:
    export = world.export("plain")
    sides = {"export": export, "store": world.store, "lock": export / "recipe.lock"}
    for first, second in (("export", "store"), ("store", "lock"), ("lock", "export")):
        with pytest.raises(UsageError, match=f"{first} and {second}"):
            diff(sides[first], sides[second])
    assert run("diff", export, world.store).code == 2


@pytest.mark.parametrize("content", [None, b"", b"text", b"{", b"{}", b"[1]", b'{"outputs": 3}'])
def test_what_is_none_of_them_is_one_clear_error(
    world: World, tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "some"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    for sides in ((path, world.store), (world.store, path), (path, path)):
        with pytest.raises(FercurateError):
            diff(*sides)
    with pytest.raises(InputError, match="no such export, store or lock"):
        diff(tmp_path / "gone", world.store)


def test_one_file_of_an_export_is_no_side(world: World) -> None:
    with pytest.raises(InputError, match="neither an export folder nor a store nor a lock"):
        diff(world.export("plain") / "train.h5", world.export("plain"))


def test_what_was_changed_after_the_build_is_told(world: World, tmp_path: Path) -> None:
    shutil.copytree(world.export("plain"), tmp_path / "b")
    table = tmp_path / "b" / "samples.csv"
    table.write_text(table.read_text().replace(",train,", ",test,", 1))
    with h5py.File(tmp_path / "b" / "train.h5", "r+") as file:
        name = file["sample_id"].asstr()[4]
        file["images"][4] = 255 - file["images"][4]
    report = diff(world.export("plain"), tmp_path / "b")
    (moved,) = report.samples.changes["moved"]
    assert (moved.before, moved.after) == ("train", "test")
    assert (report.rows.changed, name) == ({"original": 1}, fer(4))
