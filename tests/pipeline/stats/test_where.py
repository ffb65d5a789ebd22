"""Conditions (``where``) in stats, filter, trace and recipes: who is meant, and what is wrong."""

import base64
import csv
import io
import json
import re
import shutil
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from fercurate.domain.votes import VOTE_COLUMNS
from fercurate.errors import InputError, RecipeError, WhereError
from fercurate.export.samples_file import read_samples
from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.pipeline.filter.filter import filter_store
from fercurate.pipeline.filter.request import FilterRequest
from fercurate.pipeline.stats.stats import measure_balance
from fercurate.pipeline.trace.listing import list_samples
from fercurate.recipe.loader import parse_recipe
from fercurate.screening.presets import preset
from fercurate.store.store import Store
from tests.pipeline.trace.test_world import SMALL, World, columns, fer, recipe, world_of

Facts = dict[str, Any]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return world_of(tmp_path_factory)


@pytest.fixture(scope="module")
def known(world: World) -> list[Facts]:
    """All that is known of each sample, column by column."""
    report, verdicts = world.report, preset("balanced").judge(world.report.scores, len(world.rows))
    with Store.open(world.store) as store:
        names = ("source", "expression", "native_split", "origin", "subject")
        texts = {name: store.manifest.text(name).tolist() for name in names}
        lines, votes = store.manifest.numbers("line").tolist(), store.votes.tolist()
    return [
        {
            "id": name,
            "line": lines[row],
            "votes": dict(zip(VOTE_COLUMNS, votes[row], strict=True)) if any(votes[row]) else None,
            "verdict": str(verdicts.reasons[row]),
            **{one: values[row] for one, values in texts.items()},
            **{one: float(score[row]) for one, score in report.scores.items()},
        }
        for row, name in enumerate(world.rows)
    ]


def cast(one: Facts, name: str) -> float:
    return one["votes"][name] if one["votes"] else np.nan


CONDITIONS: list[tuple[str, Callable[[Facts], bool]]] = [
    ("source = 'own'", lambda one: one["source"] == "own"),
    ("expression in ('sad', 'fear')", lambda one: one["expression"] in {"sad", "fear"}),
    ("native_split like 'P*Test'", lambda one: one["native_split"][:2] in {"Pu", "Pr"}),
    ("line > 100", lambda one: one["line"] > 100),
    ("line is unknown", lambda one: one["line"] < 0),
    ("not line <= 100 and line is not unknown", lambda one: one["line"] > 100),
    ("subject = 'S005'", lambda one: one["subject"] == "S005"),
    ("id = 'own:train/sad/new\nline.png'", lambda one: "new\n" in one["id"]),
    ("low_contrast >= 0.4", lambda one: one["low_contrast"] >= 0.4),
    ("too_dark < 0.3 or constant = 1", lambda one: one["too_dark"] < 0.3 or one["constant"] == 1),
    ("votes.happiness >= 5", lambda one: cast(one, "happiness") >= 5),
    ("votes.nf = 10", lambda one: cast(one, "NF") == 10),
    ("votes.neutral is unknown", lambda one: one["votes"] is None),
    ("verdict is unknown and source = 'fer2013'",
     lambda one: not one["verdict"] and one["source"] == "fer2013"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "holds"), CONDITIONS, ids=[text for text, _ in CONDITIONS])
def test_stats_filter_and_trace_mean_the_same_samples(
    world: World, known: list[Facts], text: str, holds: Callable[[Facts], bool]
) -> None:
    wanted = [one for one in known if holds(one)]
    assert 0 < len(wanted) < len(known), "the condition says nothing"
    ids = [one["id"] for one in wanted]
    assert list_samples(world.store, text).ids == ids
    assert filter_store(FilterRequest(world.store, ease=False, where=text)).ids.tolist() == ids
    balance = measure_balance(world.store, where=text)
    assert balance.total == len(ids)
    assert balance.unlabeled == sum(not one["expression"] for one in wanted)
    for name, count in balance.sources.items():
        assert count == sum(one["source"] == name for one in wanted)


def test_a_condition_on_an_export_is_over_its_rows(run: Any, world: World) -> None:
    export = world.export("made")
    train = columns(export / "train.h5")
    names = np.array(["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"])
    classes, op, mix = names[train["labels"]], train["op"], train["mix"]
    of_one = np.char.startswith(train["sample_id"].astype(str), f"{fer(1)}#Aff")
    for text, mask in (
        ("class = 'disgust' and split = 'train'", classes == "disgust"),
        ("op != 'original'", op != "original"),
        ("mix > 0.5", mix > 0.5),
        (f"sample_id like '{fer(1)}*' and op like 'Aff*'", of_one),
        ("fold is unknown and split = 'train'", np.ones(len(op), bool)),
    ):
        told = json.loads(run("stats", export, "--where", text, "--json").out)
        assert mask.any()
        assert told["total"] == sum(told["splits"]["train"].values()) == mask.sum(), text


@pytest.mark.parametrize("text", ["line > 99999", "verdict = 'nobody'"])
def test_nobody_is_an_answer(run: Any, world: World, text: str) -> None:
    assert list_samples(world.store, text).ids == []
    for command in (("stats", world.store), ("filter", world.store, "--no-ease")):
        done = run(*command, "--where", text)
        assert (done.code, "Traceback" in done.err) == (0, False)
    assert run("filter", world.store, "--where", text, "--report", "page").code == 0
    listed = run("trace", "--list", "--store", world.store, "--where", text, "--json")
    assert json.loads(listed.out)["samples"] == []


@pytest.mark.parametrize("text", ["low_contrast > 0.4", "verdict = 'not_face'", "hard > 0"])
def test_what_is_not_measured_yet_is_said(shared_store: Path, text: str) -> None:
    for ask in (measure_balance, list_samples):
        with pytest.raises(InputError, match="is not measured yet") as caught:
            ask(shared_store, where=text)
        assert caught.value.fix == f"Run: fercurate filter {shared_store}"
    assert len(list_samples(shared_store, "votes.happiness >= 5")) > 0


def test_a_verdict_is_the_same_in_all_of_them(world: World) -> None:
    report = filter_store(FilterRequest(world.store, ease=False))
    listed = list_samples(world.store)
    assert listed.columns["verdict"] == report.judgment.reasons.tolist()


def test_the_verdicts_of_a_filter_are_by_its_own_thresholds(world: World) -> None:
    own = {"low_contrast": 0.3, **dict.fromkeys(preset("balanced").drop)}
    request = FilterRequest(world.store, thresholds=own, ease=False, where="verdict is not unknown")
    flat = world.report.scores["low_contrast"] >= 0.3
    assert 0 < flat.sum() < len(flat)
    assert filter_store(request).ids.tolist() == world.report.ids[flat].tolist()


FAULTS = [
    ("line >", 6),
    ("line = 'x'", 7),
    ("nobody = 3", 0),
    ("line > 3 &", 9),
    ("source = 'a", 9),
]


@pytest.mark.parametrize(("text", "place"), FAULTS)
def test_a_fault_points_at_its_character(run: Any, world: World, text: str, place: int) -> None:
    asks: list[Callable[[], object]] = [
        lambda: measure_balance(world.store, where=text),
        lambda: list_samples(world.store, text),
        lambda: filter_store(FilterRequest(world.store, where=text)),
    ]
    for ask in asks:
        with pytest.raises(WhereError) as caught:
            ask()
        assert caught.value.pointer == f"{text}\n{' ' * place}^"
    for command in (("stats",), ("filter",), ("trace", "--list", "--store")):
        done = run(*command, world.store, "--where", text)
        assert (done.code, done.out) == (2, "")
        assert f"  {text}\n  {' ' * place}^" in done.err


@pytest.mark.parametrize(("text", "place"), [("op = 3", 5), ("line > 3", 0), ("mix >", 5)])
def test_a_fault_on_an_export_points_too(world: World, text: str, place: int) -> None:
    with pytest.raises(WhereError) as caught:
        measure_balance(world.export("plain"), where=text)
    assert caught.value.pointer == f"{text}\n{' ' * place}^"


def test_a_fault_is_said_before_anything_is_measured(store: Path) -> None:
    before = store.read_bytes()
    with pytest.raises(WhereError):
        filter_store(FilterRequest(store, where="line >"))
    assert store.read_bytes() == before


def chosen(store: Path, where: str) -> tuple[set[str], set[str]]:
    """Who is in the table of a planned build by a source with a condition, and who fell out."""
    sources = [{"name": "fer2013", "where": where}, "own"]
    splits = {"kind": "native", "train": ["Training"], "test": ["PrivateTest", "Test"]}
    build_it = recipe(sources=sources, splits=splits, normalize=SMALL)
    output = store.with_name("out")
    build(BuildRequest(build_it, store, output, framework="none"))
    table = read_samples(output / "samples.csv")
    out = table["reason"] == "not chosen by where"
    assert set(table["stage"][out]) == {"sources"}
    return set(table["sample_id"][~out]), set(table["sample_id"][out])


def test_a_condition_is_of_its_source_alone(
    world: World, known: list[Facts], tmp_path: Path
) -> None:
    for name in ("s.h5", "s.h5.parts"):
        copy = shutil.copytree if name.endswith("parts") else shutil.copy
        copy(world.root / name, tmp_path / name)
    stays, out = chosen(tmp_path / "s.h5", "votes.neutral < 5 and low_contrast > 0.3")
    ours = [one for one in known if one["source"] == "fer2013"]
    meant = {o["id"] for o in ours if cast(o, "neutral") < 5 and o["low_contrast"] > 0.3}
    assert out == {one["id"] for one in ours} - meant
    assert stays == meant | {one["id"] for one in known if one["source"] == "own"}
    assert out
    assert meant


def test_a_condition_on_a_score_has_it_measured(store: Path, shared_filtered: Path) -> None:
    where = "low_contrast > 0.3"
    measured = list_samples(shared_filtered, where).ids
    assert 0 < len(measured) < 200
    build_it = recipe(sources=[{"name": "fer2013", "where": where}])
    build(BuildRequest(build_it, store, store.with_name("out"), framework="none"))
    table = read_samples(store.with_name("out") / "samples.csv")
    assert table["sample_id"][table["reason"] == ""].tolist() == measured
    with Store.open(store) as opened:
        kinds = {kind for kind, _ in opened.measured_kinds()}
    assert "exposure" in kinds
    assert "screener" not in kinds, "only what is asked for is measured"


FAULTY = """version: 1
name: own
description: own
sources:
  - {name: own, where: "subject = 'a'"}
  - name: fer2013
    where: line > 3 and nobody = 2
labels: {scheme: seven}
splits: {kind: native, train: [Training], test: [PrivateTest]}
"""


def test_a_fault_in_a_recipe_has_its_line(run: Any, store: Path, tmp_path: Path) -> None:
    with pytest.raises(RecipeError) as caught:
        parse_recipe(FAULTY, "own.yaml")
    (fault,) = caught.value.faults
    assert (fault.path, fault.line) == ("sources[1].where", 7)
    assert "character 14: unknown name 'nobody'" in fault.message
    (tmp_path / "own.yaml").write_text(FAULTY)
    done = run("build", "--recipe", "own.yaml", "--store", store, "-o", "out")
    assert done.code == 2
    assert "line 7: sources[1].where: character 14" in done.err


def test_a_filter_writes_only_those_that_are_meant_with_their_pictures(
    run: Any, world: World, tmp_path: Path
) -> None:
    where = "source = 'fer2013' and line > 60 and line < 100"
    done = run("filter", world.store, "--no-ease", "--where", where, "--report", "page",
               "--scores", "scores.csv")  # fmt: skip
    assert done.code == 0, done.err
    ids = list_samples(world.store, where).ids
    with (tmp_path / "scores.csv").open(newline="") as file:
        lines = list(csv.DictReader(file))
    assert [line["sample_id"] for line in lines] == ids
    dark = world.score("too_dark")
    assert [float(one["too_dark"]) for one in lines] == pytest.approx(
        [dark[i] for i in ids], rel=1e-4
    )
    assert [one["row"] for one in lines] == [str(int(name[-7:])) for name in ids]
    page = (tmp_path / "page/index.html").read_text()
    shown = re.findall(r'<img src="data:image/webp;base64,([^"]+)" alt="([^",]+),', page)
    assert {unescape(name) for _, name in shown} <= set(ids)
    assert len(shown) > 10
    with Store.open(world.store) as store:
        for content, name in shown[:: len(shown) // 10]:
            picture = Image.open(io.BytesIO(base64.b64decode(content))).convert("L")
            stored = store.images([world.rows[name]])[0].astype(int)
            assert np.abs(np.asarray(picture) - stored).mean() < 6, name
