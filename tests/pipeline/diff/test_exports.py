"""What differs between two exports: exactly the samples, rows and recipe keys that do."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fercurate.pipeline.diff.diff import diff
from fercurate.pipeline.diff.report import DiffReport
from fercurate.screening.judge import Policy
from fercurate.store.store import Store
from tests.pipeline.trace.test_world import (
    OTHER_LABEL,
    SMALL,
    World,
    built,
    columns,
    fer,
    world_of,
)

NAMES = ("gained", "lost", "moved", "relabelled", "repictured", "enhanced", "judged")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return world_of(tmp_path_factory)


@pytest.fixture(scope="module")
def plain(world: World) -> Path:
    return world.export("plain")


def compared(world: World, folder: Path, first: Any, second: Any) -> DiffReport:
    """Two exports of the world's store, each by sections of its recipe or already there."""
    sides = []
    for name, told in (("a", first), ("b", second)):
        if not isinstance(told, Path):
            built(world.store, folder / name, **told)
        sides.append(told if isinstance(told, Path) else folder / name)
    return diff(sides[0], sides[1])


def changed(report: DiffReport) -> dict[str, dict[str, tuple[str, str]]]:
    """The samples that differ, by kind: before and after by id; kinds without any are left out."""
    assert tuple(report.samples.changes) == NAMES
    return {
        kind: {one.sample_id: (one.before, one.after) for one in some}
        for kind, some in report.samples.changes.items()
        if some
    }


def screened(**criteria: float) -> dict[str, Any]:
    return {"screen": {"preset": "none", "criteria": criteria}}


def judged(world: World, **criteria: float) -> dict[str, str]:
    """What a policy says of each sample of FER-2013."""
    scores = {name: np.array(list(world.score(name).values())) for name in criteria}
    names = list(world.score("constant"))
    reasons = Policy(criteria).judge(scores, len(names)).reasons
    return {name: str(reason) for name, reason in zip(names, reasons, strict=True)}


def split_of(export: Path) -> dict[str, str]:
    """The split of each original row, as the files say."""
    found = {}
    for path in sorted(export.glob("*.h5")):
        rows = columns(path)
        found |= dict.fromkeys(rows["sample_id"][rows["op"] == "original"], path.stem)
    return found


def test_equal_builds_say_so(world: World, plain: Path, tmp_path: Path) -> None:
    report = compared(world, tmp_path, plain, {})
    assert report.equal
    assert changed(report) == {}
    assert report.facts == ()
    assert sum(report.rows.equal.values()) == sum(len(columns(p)["op"]) for p in plain.glob("*.h5"))
    rows = report.rows
    assert (rows.changed, rows.only_before, rows.only_after) == ({}, {}, {})


def test_a_changed_threshold_lists_those_whose_verdict_changed(
    world: World, tmp_path: Path
) -> None:
    scores = sorted(world.score("low_contrast").values())
    low, high = scores[len(scores) // 2], scores[3 * len(scores) // 4]
    report = compared(world, tmp_path, screened(low_contrast=low), screened(low_contrast=high))
    before, after = judged(world, low_contrast=low), judged(world, low_contrast=high)
    wanted = {name for name in before if before[name] != after[name]}
    assert len(wanted) > 10
    found = changed(report)
    assert set(found) == {"gained"}
    assert set(found["gained"]) == wanted
    assert {one.reason for one in report.samples.changes["gained"]} == {"screening: low_contrast"}
    back = diff(report.second, report.first)
    assert set(changed(back)["lost"]) == wanted
    keys = [(f.name, f.before, f.after) for f in report.facts if f.group == "recipe"]
    assert keys == [("screen.criteria.low_contrast", str(low), str(high))]
    assert sum(report.rows.only_after.values()) == len(wanted)


def test_who_is_left_out_of_both_for_other_reasons_is_told(world: World, tmp_path: Path) -> None:
    low = sorted(world.score("low_contrast").values())[60]
    dark = sorted(world.score("too_dark").values())[60]
    first, second = {"low_contrast": low}, {"too_dark": dark, "low_contrast": low}
    report = compared(world, tmp_path, screened(**first), screened(**second))
    before, after = judged(world, **first), judged(world, **second)
    found = changed(report)
    both = {name for name in before if before[name] and after[name] and before[name] != after[name]}
    assert both
    told = ("screening: low_contrast", "screening: too_dark")
    assert found["judged"] == dict.fromkeys(both, told)
    assert set(found["lost"]) == {name for name in before if after[name] and not before[name]}
    assert set(found) == {"judged", "lost"}


def test_who_moved_between_splits_is_told(world: World, tmp_path: Path) -> None:
    splits = {"kind": "grouped_stratified", "train": 0.6, "val": 0.2, "test": 0.2}
    first, second = ({"splits": splits, "seed": seed} for seed in (1, 2))
    report = compared(world, tmp_path, first, second)
    before, after = split_of(report.first), split_of(report.second)
    moved = {n: (before[n], after[n]) for n in before if before[n] != after[n]}
    assert len(moved) > 10
    assert changed(report) == {"moved": moved}
    counts = report.samples.counts("moved")
    assert sum(counts["classes"].values()) == len(moved)
    assert counts["sources"] == {"fer2013": len(moved)}
    assert counts["reasons"] == {
        f"{a} -> {b}": list(moved.values()).count((a, b)) for a, b in set(moved.values())
    }


def test_who_moved_between_folds_is_told(world: World, tmp_path: Path) -> None:
    splits = {"kind": "stratified_kfold", "folds": 3}
    report = compared(world, tmp_path, {"splits": splits}, {"splits": splits, "seed": 9})
    folds = [
        dict(zip(rows["sample_id"], rows["fold"].tolist(), strict=True))
        for rows in (columns(one / "train.h5") for one in (report.first, report.second))
    ]
    wanted = {
        name: (f"train fold {fold}", f"train fold {folds[1][name]}")
        for name, fold in folds[0].items()
        if fold != folds[1][name]
    }
    assert len(wanted) > 10
    assert changed(report) == {"moved": wanted}


def test_who_has_another_class_is_told(world: World, plain: Path, tmp_path: Path) -> None:
    voted = compared(world, tmp_path, plain, {"contradictions": "vote"})
    found = changed(voted)
    assert found["relabelled"] == {fer(OTHER_LABEL): ("fear", "sad")}
    pair = {fer(row) for row in world.planted["contradictory_label"][0]}
    assert set(found["lost"]) == pair
    assert set(found) == {"relabelled", "lost"}
    assert sum(voted.rows.changed.values()) == 1


def test_another_scheme_relabels_everybody_in_it(world: World, plain: Path, tmp_path: Path) -> None:
    classes = {"good": ["happy", "surprise"], "neutral": ["neutral"], "bad": ["sad", "fear"]}
    scheme = {"scheme": {"name": "own", "classes": classes}}
    found = changed(compared(world, tmp_path, plain, {"labels": scheme}))
    with Store.open(world.store) as store:
        ids = store.manifest.text("id")
        labels = dict(zip(ids, store.manifest.text("expression"), strict=True))
    ours = {name for name in labels if name.startswith("fer2013:")}
    class_of = {one: name for name, some in classes.items() for one in some}
    assert found["relabelled"] == {
        name: (labels[name], class_of[labels[name]])
        for name in ours
        if labels[name] in class_of and labels[name] != "neutral"
    }
    assert set(found["lost"]) == {name for name in ours if labels[name] not in class_of}


def test_whose_light_is_cured_is_told(world: World, plain: Path, tmp_path: Path) -> None:
    cured = {"screen": {"preset": "none", "criteria": {"low_contrast": "enhance"}}}
    report = compared(world, tmp_path, plain, cured)
    flat = {name for name, score in world.score("low_contrast").items() if score >= 0.6}
    assert flat
    assert changed(report) == {"enhanced": dict.fromkeys(flat, ("0", "1"))}
    pictures = [np.concatenate([columns(e / f"{s}.h5")["images"] for s in ("train", "val", "test")])
                for e in (report.first, report.second)]  # fmt: skip
    other = int((pictures[0] != pictures[1]).any(axis=(1, 2)).sum())
    assert sum(report.rows.changed.values()) == other > 0


def test_rows_are_told_by_what_made_them(world: World, plain: Path, tmp_path: Path) -> None:
    copies = [{"kind": "flip"}, {"kind": "rotate", "degrees": 90}]
    balance = [{"kind": "offline", "copies": copies}]
    report = compared(world, tmp_path, plain, {"balance": balance, "normalize": SMALL})
    count = len(columns(plain / "train.h5")["op"])
    assert report.rows.only_after == {"flip": count, "rotate(degrees=90)": count}
    assert (report.rows.only_before, report.rows.changed) == ({}, {})
    assert changed(report) == {}
    assert not report.equal


def test_the_command_tells_all_that_differs(run: Any, world: World, tmp_path: Path) -> None:
    low = sorted(world.score("low_contrast").values())[40]
    built(world.store, tmp_path / "a", **screened(low_contrast=low))
    built(world.store, tmp_path / "b")
    done, told = run("diff", "a", "b"), json.loads(run("diff", "a", "b", "--json").out)
    gained = told["samples"]["gained"]
    assert (done.code, told["kind"], told["of"], told["equal"]) == (0, "diff", "export", False)
    assert f"gained: {gained['samples']:,}" in done.out
    counted = ", ".join(f"{name} {count}" for name, count in gained["classes"].items())
    assert f"by class: {counted}" in done.out
    assert gained["samples"] == len(gained["changes"]) == sum(gained["classes"].values())
    assert f"samples: {told['samples']['before']} in A, {told['samples']['after']} in B" in done.out
    for fact in told["facts"]:
        assert fact["name"] in done.out or fact["group"] == "files"
    assert "nothing differs" not in done.out
    assert "nothing differs" in run("diff", "a", "a").out
