"""Rows of exports: asked for by file and place or by name, and told with what made them."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from fercurate.errors import ExportError, InputError
from fercurate.export.reader import read_export
from fercurate.pipeline.trace.report import TraceReport
from fercurate.pipeline.trace.request import TraceRequest
from fercurate.pipeline.trace.trace import trace
from tests.pipeline.trace.test_world import (
    AFFINE,
    OLD,
    World,
    built,
    columns,
    fer,
    world_of,
)

TURNED = "rotate(degrees=90)"
DRAWN = "Affine(rotate=[-20, 20])"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return world_of(tmp_path_factory)


def at(world: World, export: str, place: str, row: int) -> TraceReport:
    """What stands in a row of a file (with its split, if need be) of an export."""
    told = trace(TraceRequest(f"{world.export(export) / place}:{row}", world.store))
    assert (told.target.kind, told.row.row) == ("row", row)
    return told


@pytest.mark.parametrize("row", [0, 17, 60])
def test_an_original_row_is_told_with_its_sample(world: World, row: int) -> None:
    name = columns(world.export("plain") / "train.h5")["sample_id"][row]
    told = at(world, "plain", "train.h5", row)
    assert (told.target.sample_id, told.row.sample_id, told.row.op) == (name, name, "original")
    assert told.sample["id"] == name
    assert (told.stage, told.decision["split"]) == ("", "train")
    assert told.row in told.rows


def test_a_turned_copy_is_told_with_its_parent(world: World) -> None:
    train = columns(world.export("copies") / "train.h5")
    rows = np.flatnonzero(train["op"] == TURNED)
    assert len(rows) == len(train["op"]) / 2
    for row in rows[::9].tolist():
        told = at(world, "copies", "train.h5", row)
        parent = str(train["parent_a"][row])
        assert (told.target.sample_id, told.row.parents) == (parent, (parent,))
        assert (told.row.op, told.row.mix, told.row.values) == (TURNED, None, None)
        assert {one.op for one in told.rows} == {"original", TURNED}
        assert told.row.label == told.decision["class"]


def test_a_synthetic_row_is_told_with_both_parents_and_how_far_between(world: World) -> None:
    train = columns(world.export("made") / "train.h5")
    rows = np.flatnonzero(train["op"] == "smote")
    assert len(rows)
    for row in rows.tolist():
        told = at(world, "made", "train.h5", row)
        first, second = (str(train[name][row]) for name in ("parent_a", "parent_b"))
        assert told.row.parents == (first, second)
        assert told.row.mix == float(train["mix"][row])
        assert told.target.sample_id == first
        for name in (first, second):
            made = trace(TraceRequest(name, world.store, world.export("made"))).rows
            assert row in {one.row for one in made if one.op == "smote"}


def test_a_drawn_row_is_told_with_what_was_drawn(world: World) -> None:
    export = world.export("made")
    applied = [json.loads(line) for line in (export / "applied.jsonl").read_text().splitlines()]
    for entry in applied[:: len(applied) // 5]:
        told = at(world, "made", "train.h5", entry["row"])
        assert told.row.values == entry["applied"]
        assert told.row.op == DRAWN
        assert told.row.sample_id == entry["sample_id"]
        low, high = AFFINE["rotate"]
        assert low <= told.row.values["transforms"][0]["rotate"] <= high
        same = [one for one in told.rows if one.row == entry["row"]]
        assert [one.values for one in same] == [entry["applied"]]


def test_a_derived_row_is_found_by_its_name(world: World) -> None:
    export = world.export("made")
    train = columns(export / "train.h5")
    for op in ("smote", DRAWN):
        row = int(np.flatnonzero(train["op"] == op)[-1])
        name = str(train["sample_id"][row])
        told = trace(TraceRequest(name, world.store, export))
        assert (told.target.kind, told.row.row, told.target.row_name) == ("row", row, name)
        assert told.target.sample_id == train["parent_a"][row].partition("#")[0]
        assert told.target.found_by == "its sample_id in the export"


def test_rows_of_the_legacy_layout_are_named_with_their_split(world: World) -> None:
    export = world.export("legacy")
    rows = {one.split: one.text["sample_id"] for one in read_export(export)}
    for split, place in (("train", 5), ("val", 2), ("test", 7)):
        told = trace(TraceRequest(f"{export / 'data.h5'}:{split}:{place}", world.store))
        assert told.target.sample_id == rows[split][place]
        assert (told.row.file, told.row.split) == ("data.h5", split)
        assert told.decision["split"] == split
    with pytest.raises(InputError, match="several splits") as caught:
        trace(TraceRequest(f"{export / 'data.h5'}:5", world.store))
    assert caught.value.expected == "data.h5:train:5"


@pytest.mark.parametrize(
    ("place", "says"),
    [("train.h5:100000", "rows 0 to"), ("train.h5:val:1", "no such split")],
)
def test_rows_that_are_not_there_are_refused(world: World, place: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        trace(TraceRequest(f"{world.export('plain')}/{place}", world.store))


def test_a_row_of_a_fold_is_told_by_the_file_of_the_fold(world: World) -> None:
    export = world.export("folds")
    name = columns(export / "fold-01/train.h5")["sample_id"][3]
    told = trace(TraceRequest(f"{export / 'fold-01/train.h5'}:3", world.store))
    assert (told.target.sample_id, told.row.file) == (name, "fold-01/train.h5")
    assert told.decision["fold"] != 1


def test_a_synthetic_row_of_a_copy_goes_back_to_the_sample(world: World, tmp_path: Path) -> None:
    smote = {"kind": "smote", "strategy": "auto", "k_neighbors": 1, "allow_augmented_parents": True}
    balance = [{"kind": "offline", "copies": [{"kind": "flip"}, AFFINE]}, smote]
    built(world.store, tmp_path / "out", balance=balance)
    train = columns(tmp_path / "out/train.h5")
    ids = set(train["sample_id"][train["op"] == "original"])
    copied = [i for i in np.flatnonzero(train["op"] == "smote") if "#" in train["parent_a"][i]]
    assert copied
    for row in copied[:: len(copied) // 4]:
        told = trace(TraceRequest(f"{tmp_path / 'out/train.h5'}:{row}", world.store))
        base = str(train["parent_a"][row]).partition("#")[0]
        assert base in ids
        assert told.target.sample_id == base
        assert row in {one.row for one in told.rows}


TRICKY = ("a.png", "a.png#rotate(degrees=90).png", "a.png#b#1.png")


@pytest.mark.parametrize("end", TRICKY)
def test_ids_that_look_like_names_of_copies_are_read_rightly(world: World, end: str) -> None:
    export, name = world.export("copies"), f"own:train/happy/{end}"
    told = trace(TraceRequest(name, world.store, export))
    assert (told.target.kind, told.target.sample_id) == ("sample", name)
    assert {(one.sample_id, one.parents) for one in told.rows} == {
        (name, ()),
        (f"{name}#{TURNED}", (name,)),
    }
    copied = trace(TraceRequest(f"{name}#{TURNED}", world.store, export))
    assert (copied.target.kind, copied.target.sample_id) == ("row", name)
    assert copied.row.op == TURNED


def test_rows_are_told_without_any_store(world: World) -> None:
    export = world.export("made")
    told = trace(TraceRequest(fer(3), None, export))
    assert told.decision["split"] == "train"
    assert told.sample["origin"] == "fer2013.csv"
    assert (told.sample["line"], told.sample["id"]) == ("5", fer(3))
    assert (told.measurements, told.criteria, told.policy) == ({}, {}, "")
    assert len(told.rows) >= 3
    assert any("no store was asked" in remark for remark in told.remarks)
    row = int(np.flatnonzero(columns(export / "train.h5")["op"] == "smote")[0])
    alone = trace(TraceRequest(f"{export / 'train.h5'}:{row}", None))
    assert (alone.target.kind, alone.row.op) == ("row", "smote")


def test_an_export_of_the_last_version_gives_its_rows_and_says_what_it_lacks(
    world: World, tmp_path: Path
) -> None:
    shutil.copytree(OLD / "export", tmp_path / "export")
    name = columns(tmp_path / "export/train.h5")["sample_id"][4]
    told = trace(TraceRequest(f"{tmp_path / 'export/train.h5'}:4", OLD / "store.h5"))
    assert (told.target.sample_id, told.sample["id"]) == (name, name)
    assert told.decision == {}
    assert any("no samples.csv: an earlier version built it" in one for one in told.remarks)
    asked = trace(TraceRequest(name, OLD / "store.h5", tmp_path / "export"))
    assert [(one.file, one.row) for one in asked.rows] == [("train.h5", 4)]


def test_a_row_number_without_end_is_no_row(world: World) -> None:
    for place in (world.export("plain") / "train.h5", "fer2013.csv"):
        with pytest.raises(InputError):
            trace(TraceRequest(f"{place}:{'9' * 5000}", world.store))


def test_a_changed_table_of_samples_is_not_believed(world: World, tmp_path: Path) -> None:
    shutil.copytree(world.export("plain"), tmp_path / "export")
    table = tmp_path / "export" / "samples.csv"
    table.write_text(table.read_text().replace(",train,", ",test,"))
    with pytest.raises(ExportError, match="changed since it was built"):
        trace(TraceRequest(fer(3), world.store, tmp_path / "export"))
