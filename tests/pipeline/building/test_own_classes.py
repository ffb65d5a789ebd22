"""Exports with classes made of several expressions, one of which no picture has."""

import json
from pathlib import Path

import h5py
import numpy as np
import pytest

from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.pipeline.events import Event, Notice
from fercurate.pipeline.preview.preview import PreviewRequest, preview
from fercurate.pipeline.stats.stats import measure_balance
from fercurate.recipe.loader import parse_recipe
from fercurate.store.store import Store

RECIPE = """version: 1
name: own
description: own
sources: [fer2013]
labels:
  scheme:
    name: moods
    classes: {negative: [angry, disgust, fear, sad], positive: [happy], scorn: [contempt]}
splits: {kind: native, train: [Training], test: [PublicTest, PrivateTest]}
normalize: [{kind: grayscale}, {kind: resize, size: 48}]
"""
NAMES = ("negative", "positive", "scorn")
NEGATIVE = {"angry", "disgust", "fear", "sad"}
EMPTY = "no split has a sample of scorn: nothing is learned of this class"


@pytest.fixture(scope="module")
def export(shared_store: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """An export balanced by SMOTE, and what was said while it was built."""
    output = tmp_path_factory.mktemp("own") / "out"
    said: list[str] = []

    def listen(event: Event) -> None:
        if isinstance(event, Notice):
            said.append(event.text)

    recipe = parse_recipe(RECIPE + "balance: [{kind: smote}]\n", "own")
    build(BuildRequest(recipe, shared_store, output, jobs=1, framework="none"), listen)
    return output, said


def test_rows_bear_the_class_of_their_expression(
    export: tuple[Path, list[str]], shared_store: Path
) -> None:
    with Store.open(shared_store) as store:
        names = zip(store.manifest.text("id"), store.manifest.text("expression"), strict=True)
        expression = dict(names)
    with h5py.File(export[0] / "train.h5") as file:
        assert tuple(file.attrs["class_names"]) == NAMES
        parents = file["parent_a"].asstr()[:], file["sample_id"].asstr()[:]
        labels, ops = file["labels"][:], file["op"].asstr()[:]
    for parent, own, op, label in zip(*parents, ops, labels, strict=True):
        known = expression[own if op == "original" else parent]
        assert NAMES[label] == ("negative" if known in NEGATIVE else "positive")
    counts = np.bincount(labels, minlength=3)
    assert counts[0] == counts[1] > counts[2] == 0


def test_papers_say_what_a_class_is_made_of(export: tuple[Path, list[str]]) -> None:
    summary = json.loads((export[0] / "summary.json").read_text())
    assert summary["scheme"]["classes"] == list(NAMES)
    assert summary["scheme"]["expressions"]["negative"] == ["angry", "disgust", "fear", "sad"]
    assert set(summary["dropped"]["outside the scheme"]) == {"surprise", "neutral"}
    datasheet = (export[0] / "datasheet.md").read_text()
    assert "0 = negative (angry, disgust, fear, sad), 1 = positive (happy)" in datasheet
    assert f"> **Warning.** {EMPTY}." in datasheet


def test_the_empty_class_is_told_by_every_verb(
    export: tuple[Path, list[str]], shared_store: Path, tmp_path: Path
) -> None:
    assert EMPTY in export[1]
    balance = measure_balance(export[0])
    assert balance.classes == NAMES
    assert balance.splits["test"]["scorn"] == 0
    said: list[str] = []
    recipe = parse_recipe(RECIPE + "class_weights: balanced\n", "own")
    request = PreviewRequest(recipe, shared_store, tmp_path / "sheets", jobs=1)
    preview(request, lambda event: said.append(getattr(event, "text", "")))
    assert f"{EMPTY}, and the weight is 0" in said
