"""Who stands in a split: which, by what rule, with whom, and under which class."""

from typing import Any

import pytest

from fercurate.pipeline.trace.report import TraceReport
from fercurate.pipeline.trace.request import TraceRequest
from fercurate.pipeline.trace.trace import trace
from tests.pipeline.trace.test_world import (
    COPY,
    OTHER_LABEL,
    SMALL,
    World,
    columns,
    fer,
    recipe,
    world_of,
)

SPLITS = {"Training": "train", "PublicTest": "val", "PrivateTest": "test"}
MERGED = {"name": "two", "classes": {"good": ["happy", "neutral"], "bad": ["sad", "fear", "angry"]}}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return world_of(tmp_path_factory)


def planned(world: World, what: str, **sections: Any) -> TraceReport:
    told = trace(TraceRequest(what, world.store, recipe=recipe(**sections)))
    assert told.target.kind == "sample"
    assert (told.stage, told.reason) == ("", "")
    return told


@pytest.mark.parametrize("row", [3, 90, 110])
def test_a_sample_stands_in_the_split_of_its_usage(world: World, row: int) -> None:
    label, _, usage = world.lines[row]
    told = planned(world, fer(row), leaks="keep")
    assert (told.target.sample_id, told.target.found_by) == (fer(row), "its id")
    decision = told.decision
    assert (decision["class"], decision["split"]) == (label, SPLITS[usage])
    assert decision["class_by"] == "its expression"
    assert decision["why"] == f"its native split {usage!r} is {SPLITS[usage]} in the recipe"
    assert told.sample["expression"] == label
    assert told.sample["raw"]["line"] == row + 2


def test_an_export_tells_where_its_rows_are(world: World) -> None:
    export = world.export("plain")
    told = trace(TraceRequest(fer(3), world.store, export))
    assert told.decision["split"] == "train"
    (row,) = told.rows
    assert (row.file, row.split, row.op, row.parents) == ("train.h5", "train", "original", ())
    assert columns(export / "train.h5")["sample_id"][row.row] == fer(3)


def test_what_leaks_moved_is_told_with_where_it_came_from(world: World) -> None:
    train, later = world.planted["duplicate_across_usages"][0]
    told = planned(world, fer(later), leaks="move")
    home = SPLITS[world.lines[later][2]]
    assert (told.decision["split"], told.decision["moved_from"]) == ("train", home)
    assert "leaks: move: brought to train" in told.decision["why"]
    assert fer(train) in {one["sample_id"] for one in told.decision["group"]}


def test_a_fold_is_told_as_the_file_has_it(world: World) -> None:
    export = world.export("folds")
    train = columns(export / "train.h5")
    for place in (0, 40, 100):
        name, fold = str(train["sample_id"][place]), int(train["fold"][place])
        told = trace(TraceRequest(name, world.store, export))
        assert (told.decision["split"], told.decision["fold"]) == ("train", fold)
        assert f"stratified_kfold: fold {fold} tests it (seed 0)" in told.decision["why"]
        tested = [row.file for row in told.rows if row.split == "test"]
        learnt = {row.file for row in told.rows if row.split == "train"}
        assert tested == [f"fold-{fold:02d}/test.h5"]
        folds = {f"fold-{k:02d}/train.h5" for k in range(3) if k != fold}
        assert learnt == {"train.h5", *folds}


def test_copies_that_must_stay_together_are_told(world: World) -> None:
    told = trace(TraceRequest(fer(0), world.store, world.export("folds")))
    assert {fer(COPY), fer(OTHER_LABEL)} <= {one["sample_id"] for one in told.decision["group"]}
    folds = {trace(TraceRequest(fer(row), world.store, world.export("folds"))).decision["fold"]
             for row in (0, COPY, OTHER_LABEL)}  # fmt: skip
    assert len(folds) == 1


def test_how_a_class_follows_from_a_label_is_told(world: World) -> None:
    labels = {"scheme": MERGED}
    told = planned(world, fer(0), labels=labels)
    assert told.decision["class"] == "bad"
    assert told.decision["class_by"] == "the scheme two counts sad to bad"
    voted = planned(world, fer(OTHER_LABEL), contradictions="vote")
    assert voted.sample["expression"] == "fear"
    assert voted.decision["class"] == "sad"
    assert "vote of identical pictures" in voted.decision["class_by"]
    plus = planned(world, fer(3), labels={"scheme": "eight", "ferplus": {"mode": "majority"}})
    assert plus.decision["class_by"].startswith("FER+ votes by the rule majority")


def test_a_cured_light_is_told(world: World) -> None:
    scores = world.score("low_contrast")
    name = max(scores, key=lambda one: scores[one])
    screen = {"preset": "none", "criteria": {"low_contrast": "enhance"}}
    assert scores[name] >= 0.6, "nothing would be cured"
    assert planned(world, name, screen=screen).decision["enhanced"] is True
    assert planned(world, name).decision["enhanced"] is False


def test_a_random_split_is_told_with_its_seed(world: World) -> None:
    splits = {"kind": "grouped_stratified", "train": 0.7, "test": 0.3}
    found = planned(world, fer(COPY), splits=splits, seed=5, normalize=SMALL).decision
    twin = planned(world, fer(0), splits=splits, seed=5, normalize=SMALL).decision
    assert found["split"] == twin["split"]
    assert found["why"].startswith(f"grouped_stratified put it into {found['split']} by the seed 5")
