"""Every stage at which a sample can fall out of a build is told, with its reason; and who stays."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from fercurate.domain.seeding import draw_key
from fercurate.pipeline.trace.report import TraceReport
from fercurate.pipeline.trace.request import TraceRequest
from fercurate.pipeline.trace.trace import trace
from fercurate.screening.judge import quality
from fercurate.store.store import Store
from tests.pipeline.trace.test_world import (
    BLANK,
    COPY,
    OTHER_LABEL,
    SMALL,
    UNDECIDED,
    UNVOTED,
    World,
    columns,
    fer,
    recipe,
    world_of,
)

FERPLUS = {"labels": {"scheme": "eight", "ferplus": {"mode": "majority"}}}
IDENTICAL = {"screen": {"preset": "none", "criteria": {"duplicate": 1.0}}}
CONSTANT = {"screen": {"preset": "none", "criteria": {"constant": "drop"}}}
FIVE = {"labels": {"scheme": "five"}}
CROPPED = {
    "sources": ["fer2013", "ckplus"],
    "splits": {"kind": "subject_kfold", "folds": 2},
    "normalize": [{"kind": "crop", "by": "landmarks", "missing": "drop"}, *SMALL],
}
WHERE = {"sources": [{"name": "fer2013", "where": "line > 20"}]}
Find = str | Callable[[World], str]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return world_of(tmp_path_factory)


def asked(world: World, what: Find, **sections: Any) -> TraceReport:
    """What a trace says of a sample in a plan by ``recipe``, if sections are told."""
    name = what if isinstance(what, str) else what(world)
    told = recipe(**sections) if sections else None
    return trace(TraceRequest(name, world.store, recipe=told))


def of_class(world: World, name: str, usage: str = "Training") -> list[str]:
    """Rows of a class and usage that no other row repeats, as ids."""
    told = [
        row for row, (label, _, split) in enumerate(world.lines) if (label, split) == (name, usage)
    ]
    twice = {row for pair in world.planted["duplicate_across_usages"] for row in pair}
    twice |= {row for pair in world.planted["contradictory_label"] for row in pair}
    twice |= {row for (row,) in world.planted["broken_row"]}
    return [fer(row) for row in told if row not in {*twice, 0, COPY, OTHER_LABEL}]


def leaking(place: int) -> Find:
    """A row of Training (0), or its copy in another usage (1)."""
    return lambda world: fer(world.planted["duplicate_across_usages"][0][place])


def worst_happy(world: World) -> str:
    with Store.open(world.store) as store:
        happy = store.manifest.text("expression") == "happy"
        happy &= store.manifest.text("native_split") == "Training"
        happy &= store.manifest.text("source") == "fer2013"
    best = quality(world.report.scores)
    return str(world.report.ids[np.flatnonzero(happy)[best[happy].argmin()]])


def last_drawn(world: World) -> str:
    """The one of class fear in train that chance takes last."""
    with Store.open(world.store) as store:
        fear = store.manifest.text("expression") == "fear"
        fear &= store.manifest.text("native_split") == "Training"
        fear &= store.manifest.text("source") == "fer2013"
        ids = store.manifest.text("id")[fear]
    return max(map(str, ids), key=lambda name: draw_key(0, name))


def cut(world: World) -> str:
    """One of class happy that the export ``made`` was built without."""
    there = set(columns(world.export("made") / "train.h5")["sample_id"])
    return next(name for name in of_class(world, "happy") if name not in there)


def first_of(name: str, usage: str = "Training") -> Find:
    return lambda world: of_class(world, name, usage)[0]


def constant(world: World) -> str:
    return fer(world.planted["constant"][0][0])


def contradictory(world: World) -> str:
    return fer(world.planted["contradictory_label"][0][1])


LEAKED = "person, sequence or copy in another split"
CONTRADICTORY = "identical pictures with different labels"
OUT = [
    (
        "other source",
        "own:train/sad/c/2.png",
        {"name": "x"},
        "sources",
        "no sample of the recipe's sources when it was built",
    ),
    ("where", fer(3), WHERE, "sources", "not chosen by where"),
    ("outside the scheme", first_of("disgust"), FIVE, "labels", "outside the scheme"),
    ("no label", BLANK, {"sources": ["fer2013", "blank"]}, "labels", "no label"),
    ("no votes", fer(UNVOTED), FERPLUS, "labels", "no votes"),
    ("undecided", fer(UNDECIDED), FERPLUS, "labels", "votes undecided"),
    ("no face", first_of("happy"), CROPPED, "faces", "crop: no landmarks"),
    ("screened", constant, CONSTANT, "screening", "screening: constant"),
    (
        "copy",
        fer(COPY),
        IDENTICAL
        | {
            "labels": {
                "scheme": {
                    "name": "two",
                    "classes": {"good": ["happy", "neutral"], "bad": ["sad", "fear", "angry"]},
                }
            }
        },
        "duplicates",
        "copy of another sample of the split",
    ),
    (
        "copy with another label",
        fer(0),
        IDENTICAL,
        "duplicates",
        "copy with another label in the split",
    ),
    ("contradiction", contradictory, {"contradictions": "drop"}, "duplicates", CONTRADICTORY),
    (
        "not best",
        worst_happy,
        {"select": {"per_class": {"happy": 3}}},
        "selection",
        "not among the best of its class",
    ),
    (
        "no split",
        first_of("happy", "PrivateTest"),
        {"splits": {"kind": "native", "train": ["Training"], "test": ["PublicTest"]}},
        "splits",
        "native split not used",
    ),
    ("leaks", leaking(0), {"leaks": "drop_train"}, "leaks", LEAKED),
    ("leaks of evaluation", leaking(1), {"leaks": "drop_eval"}, "leaks", LEAKED),
    (
        "cap",
        last_drawn,
        {"sources": [{"name": "fer2013", "per_class": {"train": 2}}]},
        "caps",
        "over the class cap",
    ),
    (
        "under-sampling",
        cut,
        {"balance": [{"kind": "random_under", "strategy": {"happy": 6}}]},
        "balance",
        "left out of train by balancing",
    ),
]


@pytest.mark.parametrize(
    ("what", "sections", "stage", "reason"), [c[1:] for c in OUT], ids=[c[0] for c in OUT]
)
def test_who_fell_out_is_told_with_stage_and_reason(
    world: World, what: Find, sections: dict[str, Any], stage: str, reason: str
) -> None:
    told = asked(world, what, **sections)
    assert (told.target.kind, told.decision["split"], told.rows) == ("sample", "", ())
    assert (told.stage, told.reason) == (stage, reason)
    assert told.sample["id"] == told.target.sample_id
    assert told.decision["why"]


def test_the_threshold_is_told_beside_the_criterion(world: World) -> None:
    scores = world.score("low_contrast")
    name, score = max(scores.items(), key=lambda pair: pair[1] if pair[1] < 1 else -1)
    screen = {"preset": "none", "criteria": {"low_contrast": round(score - 0.01, 4)}}
    told = asked(world, name, screen=screen)
    assert (told.stage, told.reason) == ("screening", "screening: low_contrast")
    assert told.decision["why"] == f"screening: low_contrast from {round(score - 0.01, 4)} on"
    fails = told.criteria["low_contrast"]
    assert fails["fails"] is True
    assert (fails["threshold"], fails["action"]) == (round(score - 0.01, 4), "drop")
    assert fails["score"] == pytest.approx(score, rel=1e-5)
    assert told.policy == "the recipe own"


def test_who_leaks_is_told_with_whom(world: World) -> None:
    pair = [fer(row) for row in world.planted["duplicate_across_usages"][0]]
    told = asked(world, pair[0], leaks="drop_train")
    others = {one["sample_id"]: one["split"] for one in told.decision["group"]}
    assert others[pair[1]] in {"val", "test"}
    assert others[pair[1]] in told.decision["why"].rpartition(" is in ")[2].split(", ")


def test_a_copy_is_told_with_the_one_that_stays(world: World) -> None:
    scheme = {"name": "two", "classes": {"good": ["happy", "neutral"], "bad": ["sad", "fear"]}}
    told = asked(world, fer(COPY), labels={"scheme": scheme}, **IDENTICAL)
    group = {one["sample_id"]: one["stage"] for one in told.decision["group"]}
    assert group == {fer(0): "", fer(OTHER_LABEL): "duplicates"}
    assert told.decision["why"].endswith(fer(0))


def test_the_cap_is_told(world: World) -> None:
    told = asked(world, last_drawn, sources=[{"name": "fer2013", "per_class": {"train": 2}}])
    assert told.decision["why"] == ("over the class cap of fer2013 (train 2), drawn by seed and id")


def test_without_a_recipe_no_decision_is_made(world: World) -> None:
    told = asked(world, fer(3))
    assert (told.stage, told.reason, told.decision) == ("", "", {})
    assert told.policy == "the preset balanced"
    assert any("no --export and no --recipe" in remark for remark in told.remarks)
