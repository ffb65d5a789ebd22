"""The funnel of a build: the numbers of every stage are those of its table of samples."""

import json
import shutil
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fercurate.errors import ExportError, InputError
from fercurate.export.samples_file import read_samples
from fercurate.pipeline.stats.funnel import read_funnel
from fercurate.planning.funnel import OTHER_CLASS
from fercurate.planning.stages import STAGES, stages_of
from fercurate.planning.stages import stages as stages_of_a_recipe
from fercurate.store.store import Store
from tests.pipeline.trace.test_world import OLD, SMALL, World, built, columns, recipe, world_of

SVG = "{http://www.w3.org/2000/svg}"
FULL: dict[str, Any] = {
    "sources": [
        {"name": "fer2013", "where": "line > 4", "per_class": {"train": 4}},
        "own",
        "blank",
    ],
    "splits": {"kind": "native", "train": ["Training"], "test": ["PrivateTest"]},
    "screen": {"preset": "none", "criteria": {"low_contrast": 0.55, "duplicate": 1.0}},
    "select": {"per_class": {"happy": 7}},
    "leaks": "drop_train",
    "labels": {"scheme": {"name": "five", "classes": ["angry", "fear", "happy", "sad", "neutral"]}},
    "balance": [
        {"kind": "random_under", "strategy": {"neutral": 2}},
        {"kind": "offline", "copies": [{"kind": "flip"}]},
    ],
    "normalize": SMALL,
}
RECIPES: dict[str, dict[str, Any]] = {
    "full": FULL,
    "folds": {"splits": {"kind": "stratified_kfold", "folds": 3}},
    "votes": {"labels": {"scheme": "eight", "ferplus": {"mode": "majority"}}},
    "vote": {"contradictions": "drop"},
    "faces": {
        "sources": ["fer2013", "ckplus"],
        "splits": {"kind": "subject_kfold", "folds": 2},
        "normalize": [{"kind": "crop", "by": "landmarks", "missing": "drop"}, *SMALL],
    },
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return world_of(tmp_path_factory)


def export(world: World, name: str) -> Path:
    output = world.root / "funnels" / name
    if not output.exists():
        built(world.store, output, **RECIPES[name])
    return output


@pytest.mark.parametrize("name", RECIPES)
def test_every_stage_counts_who_is_left_in_the_table(world: World, name: str) -> None:
    root = export(world, name)
    table, funnel = read_samples(root / "samples.csv"), read_funnel(root)
    stages = stages_of_a_recipe(recipe(**RECIPES[name]).recipe)
    assert [one["stage"] for one in funnel.stages] == ["stored", *stages]
    fell = np.array([[*stages, ""].index(one) for one in table["stage"]])
    classes = np.where(table["class"] == "", OTHER_CLASS, table["class"])
    with Store.open(world.store) as store:
        assert funnel.stages[0]["samples"] == len(store)
        stored = Counter(store.manifest.text("source"))
    assert funnel.stages[0]["sources"] == dict(sorted(stored.items()))
    foreign = funnel.stages[0]["samples"] - len(table)
    for number, (one, stage) in enumerate(zip(funnel.stages[1:], stages, strict=True)):
        left, gone = fell > number, fell == number
        assert (one["samples"], one["left"]) == (left.sum(), stages[stage])
        assert one["classes"] == {c: int((classes[left] == c).sum()) for c in funnel.classes}
        by_source = Counter(table["source"][left])
        assert one["sources"] == {source: by_source[source] for source in sorted(stored)}
        reasons = dict(Counter(map(str, table["reason"][gone])))
        other = {"source not in the recipe": foreign} if not number and foreign else {}
        assert one["reasons"] == dict(sorted((reasons | other).items()))


@pytest.mark.parametrize("name", RECIPES)
def test_the_last_stage_and_the_rows_are_those_of_the_files(world: World, name: str) -> None:
    root = export(world, name)
    funnel, originals, rows = read_funnel(root), Counter[str](), Counter[str]()
    names = [one for one in funnel.classes if one != OTHER_CLASS]
    for path in root.glob("*.h5"):
        file = columns(path)
        classes = np.array(names)[file["labels"]]
        rows.update(classes)
        originals.update(classes[file["op"] == "original"])
    told = funnel.facts["rows"]
    assert told == {kind: {one: counts[one] for one in names}
                    for kind, counts in (("original", originals), ("all", rows))}  # fmt: skip
    last = funnel.stages[-1]
    assert {one: last["classes"][one] for one in names} == told["original"]
    assert (last["classes"][OTHER_CLASS], last["samples"]) == (0, sum(originals.values()))


def test_nearly_every_stage_loses_somebody(world: World) -> None:
    stages = read_funnel(export(world, "full")).stages
    lost = {one["stage"] for one in stages if one["reasons"]}
    assert lost == set(STAGES) - {"faces", "decisions"}
    assert read_funnel(export(world, "faces")).stages[3]["reasons"] == {"crop: no landmarks": 122}
    sizes = [one["samples"] for one in stages]
    assert sizes == sorted(sizes, reverse=True)


def test_a_reason_has_one_stage() -> None:
    told = recipe(**RECIPES["full"]).recipe
    reasons = {"", "screening: occluded", "native split not used", "over the class cap"}
    assert stages_of(reasons, told) == {
        "": "",
        "screening: occluded": "screening",
        "native split not used": "splits",
        "over the class cap": "caps",
    }


def test_stats_shows_the_funnel_as_text_json_and_picture(
    run: Any, world: World, tmp_path: Path
) -> None:
    root = export(world, "full")
    done = run("stats", root, "--funnel", "--plot", "funnel.svg")
    assert done.code == 0, done.err
    told = json.loads(run("stats", root, "--funnel", "--json").out)
    assert (told["kind"], told["recipe"]) == ("funnel", "own")
    lines = done.out.splitlines()
    for one in told["stages"]:
        row = next(line for line in lines if line.lstrip().startswith(one["left"]))
        numbers = row.replace(",", "").split()[-len(told["classes"]) - 1 :]
        assert list(map(int, numbers)) == [*one["classes"].values(), one["samples"]]
        for reason, count in one["reasons"].items():
            assert f"left out at {one['stage']}: {count:,} ({reason})" in lines
    picture = ET.parse(tmp_path / "funnel.svg").getroot()
    texts = [one.text for one in picture.iter(f"{SVG}text")]
    assert {one["left"] for one in told["stages"]} | {"rows written"} <= set(texts)
    assert set(told["classes"]) <= set(texts)
    assert (root / "funnel.svg").read_text() == (tmp_path / "funnel.svg").read_text()
    assert run("stats", root, "--funnel", "--plot", "funnel.png").code == 2


def test_bars_are_as_long_as_their_numbers(world: World) -> None:
    root = export(world, "folds")
    stages = read_funnel(root).stages
    rects = ET.parse(root / "funnel.svg").getroot().iter(f"{SVG}rect")
    bars = [
        {name: int(one.attrib[name]) for name in ("x", "y", "width")}
        for one in rects
        if one.attrib["height"] == "16"
    ]
    ends: dict[int, int] = {}
    for one in bars:
        ends[one["y"]] = max(ends.get(one["y"], 0), one["x"] + one["width"])
    longest = [ends[y] - min(one["x"] for one in bars) for y in sorted(ends)]
    most = stages[0]["samples"]
    assert longest[: len(stages)] == [480 * one["samples"] // most for one in stages]


def test_the_values_are_a_table(world: World) -> None:
    funnel = read_funnel(export(world, "full"))
    frame = funnel.to_frame()
    assert frame["samples"].sum() == sum(one["samples"] for one in funnel.stages)
    assert len(frame) == len(funnel.stages) * len(funnel.classes)
    assert "funnel of full" in repr(funnel)


def test_an_export_of_the_last_version_has_none(run: Any, tmp_path: Path) -> None:
    shutil.copytree(OLD / "export", tmp_path / "old")
    with pytest.raises(ExportError, match="no funnel in it: an earlier version built it") as caught:
        read_funnel(tmp_path / "old")
    assert caught.value.fix == "Build it again"
    assert run("stats", "old", "--funnel").code == 1


def test_what_is_no_export_or_was_changed_is_refused(world: World, tmp_path: Path) -> None:
    for path in (world.store, tmp_path, tmp_path / "gone", export(world, "vote") / "train.h5"):
        with pytest.raises(InputError, match="no folder of an export"):
            read_funnel(path)
    shutil.copytree(export(world, "vote"), tmp_path / "export")
    summary = tmp_path / "export" / "summary.json"
    summary.write_text(summary.read_text().replace("1", "2"))
    with pytest.raises(ExportError, match="changed since it was built"):
        read_funnel(tmp_path / "export")
    (tmp_path / "export" / "recipe.lock").unlink()
    for text in ("", "[]", "3", '{"name": 1}', "[" * 5000):
        summary.write_text(text)
        with pytest.raises(ExportError):
            read_funnel(tmp_path / "export")
