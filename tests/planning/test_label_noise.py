"""Label noise on purpose: the rate, who is changed, the truth beside it, what is said of it."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from fercurate.errors import InputError, RecipeError
from fercurate.export.samples_file import SampleFinder, read_samples
from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.pipeline.exporting.choice import chosen_layout
from fercurate.pipeline.exporting.export import LayoutRequest, export_layout
from fercurate.pipeline.ingest.ingest import ingest
from fercurate.pipeline.ingest.request import IngestRequest
from fercurate.pipeline.rebuild.rebuild import RebuildRequest, rebuild
from fercurate.recipe.loader import parse_recipe
from tests.layouts.conftest import HEAD, NATIVE

RECIPE = f"{HEAD}sources: [fer2013]\nlabels: {{scheme: seven}}\n{NATIVE}"
CLASSES = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")


def built(store: Path, output: Path, noise: str, more: str = "") -> dict[str, Any]:
    recipe = parse_recipe(f"{RECIPE}label_noise: {noise}\n{more}", "r.yaml")
    build(BuildRequest(recipe, store, output, framework="none"))
    summary: dict[str, Any] = json.loads((output / "summary.json").read_text())
    return summary


def columns(export: Path, split: str) -> dict[str, np.ndarray]:
    with h5py.File(export / f"{split}.h5") as file:
        names = ("labels", "true_label", "votes", "sample_id", "op")
        return {name: file[name][:] for name in names if name in file}


def test_symmetric_noise_changes_the_share_that_was_asked_for(
    shared_store: Path, tmp_path: Path
) -> None:
    summary = built(shared_store, tmp_path / "o", "{kind: symmetric, rate: 0.3}")
    train, test = columns(tmp_path / "o", "train"), columns(tmp_path / "o", "test")
    changed = train["labels"] != train["true_label"]
    assert changed.sum() == round(0.3 * 140) == summary["label_noise"]["changed"]
    np.testing.assert_array_equal(test["labels"], test["true_label"])
    told = summary["label_noise"]["by_class"]
    for code, name in enumerate(CLASSES):
        own = train["labels"][train["true_label"] == code]
        others = Counter(CLASSES[one] for one in own[own != code].tolist())
        assert told[name] == {
            "samples": len(own),
            "changed": int((own != code).sum()),
            "to": {one: others[one] for one in CLASSES if others[one]},
        }
    assert summary["splits"]["train"]["classes"] == {
        name: int((train["labels"] == code).sum()) for code, name in enumerate(CLASSES)
    }
    datasheet = (tmp_path / "o" / "datasheet.md").read_text()
    assert "## Label noise" in datasheet
    assert "42 of 140 are now another class (30.00 %)" in datasheet


def test_any_other_class_is_as_likely(shared_store: Path, tmp_path: Path) -> None:
    steps: Counter[int] = Counter()
    for seed in range(12):
        built(shared_store, tmp_path / f"{seed}", f"{{kind: symmetric, rate: 1, seed: {seed}}}")
        train = columns(tmp_path / f"{seed}", "train")
        steps.update(((train["labels"] - train["true_label"]) % 7).tolist())
    assert set(steps) == {1, 2, 3, 4, 5, 6}
    expected = sum(steps.values()) / 6
    assert sum((n - expected) ** 2 / expected for n in steps.values()) < 20.5, "chi2, p = 0.001"


def test_who_is_changed_hangs_on_seed_and_id_alone(shared_store: Path, tmp_path: Path) -> None:
    for name, rate in (("some", 0.1), ("more", 0.4)):
        built(shared_store, tmp_path / name, f"{{kind: symmetric, rate: {rate}, seed: 5}}")
    some, more = (columns(tmp_path / name, "train") for name in ("some", "more"))
    changed = some["labels"] != some["true_label"]
    np.testing.assert_array_equal(some["labels"][changed], more["labels"][changed])
    built(shared_store, tmp_path / "other", "{kind: symmetric, rate: 0.1, seed: 6}")
    assert (columns(tmp_path / "other", "train")["labels"] != some["labels"]).any()


def test_asymmetric_noise_takes_one_class_for_another(shared_store: Path, tmp_path: Path) -> None:
    noise = "{kind: asymmetric, rate: 0.5, to: {fear: surprise, happy: neutral}}"
    summary = built(shared_store, tmp_path / "o", noise)["label_noise"]["by_class"]
    assert summary["fear"]["to"] == {"surprise": round(0.5 * summary["fear"]["samples"])}
    assert summary["happy"]["to"] == {"neutral": round(0.5 * summary["happy"]["samples"])}
    assert sum(one["changed"] for one in summary.values()) == (
        summary["fear"]["changed"] + summary["happy"]["changed"]
    )


def test_noise_by_votes_draws_one_vote(shared_store: Path, tmp_path: Path) -> None:
    built(shared_store, tmp_path / "o", "{kind: votes, rate: 1}")
    train = columns(tmp_path / "o", "train")
    column = {
        "neutral": 0,
        "happy": 1,
        "surprise": 2,
        "sad": 3,
        "angry": 4,
        "disgust": 5,
        "fear": 6,
    }
    of_class = train["votes"][:, [column[name] for name in CLASSES]]
    drawn = of_class[np.arange(len(of_class)), train["labels"]]
    voted = of_class.any(axis=1)
    assert (drawn[voted] > 0).all()
    assert (train["labels"][~voted] == train["true_label"][~voted]).all()


def test_derived_rows_inherit_noise_and_truth(shared_store: Path, tmp_path: Path) -> None:
    more = "balance: [{kind: offline, copies: [{kind: rotate, degrees: 90}]}]\n"
    built(shared_store, tmp_path / "o", "{kind: symmetric, rate: 0.2}", more)
    train = columns(tmp_path / "o", "train")
    half = len(train["labels"]) // 2
    for name in ("labels", "true_label"):
        np.testing.assert_array_equal(train[name][:half], train[name][half:])


def test_raf_lists_have_the_truth_and_the_noise(shared_store: Path, tmp_path: Path) -> None:
    built(shared_store, tmp_path / "o", "{kind: symmetric, rate: 0.3}")
    layout, _ = chosen_layout("raf-basic", "", {})
    export_layout(LayoutRequest(tmp_path / "o", layout, tmp_path / "raf"))
    order = ("surprise", "fear", "disgust", "happy", "sad", "angry", "neutral")
    lists = {
        name: dict(
            line.split() for line in (tmp_path / "raf/EmoLabel" / name).read_text().splitlines()
        )
        for name in ("list_patition_label.txt", "noise.txt", "noise_and_test.txt")
    }
    train = columns(tmp_path / "o", "train")
    for row, (noisy, true) in enumerate(zip(train["labels"], train["true_label"], strict=True)):
        name = f"train_{row:05d}.jpg"
        assert order[int(lists["noise.txt"][name]) - 1] == CLASSES[noisy]
        assert order[int(lists["list_patition_label.txt"][name]) - 1] == CLASSES[true]
    assert len(lists["noise.txt"]) == 140
    assert len(lists["noise_and_test.txt"]) == 200
    rest = set(lists["noise_and_test.txt"].items()) - set(lists["noise.txt"].items())
    assert rest <= set(lists["list_patition_label.txt"].items())


REFUSED = {
    "rate": ("{kind: symmetric, rate: 1.5}", "", "rate"),
    "no to": ("{kind: asymmetric, rate: 0.1}", "", "needs what classes are taken for"),
    "to": ("{kind: symmetric, rate: 0.1, to: {sad: fear}}", "", "and only it"),
    "itself": ("{kind: asymmetric, rate: 0.1, to: {sad: sad}}", "", "taken for itself"),
    "class": ("{kind: asymmetric, rate: 0.1, to: {sad: fea}}", "", "did you mean 'fear'"),
    "key": ("{kind: symmetric, rate: 0.1, share: 1}", "", "unknown key 'share'"),
}


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
def test_noise_that_makes_no_sense_is_refused(case: tuple[str, str, str]) -> None:
    with pytest.raises(RecipeError) as caught:
        parse_recipe(f"{RECIPE}label_noise: {case[0]}\n{case[1]}", "r.yaml")
    assert case[2] in str(caught.value)


def test_folds_and_distributions_take_no_noise() -> None:
    noise = "label_noise: {kind: symmetric, rate: 0.1}\n"
    folds = RECIPE.replace(NATIVE, "splits: {kind: stratified_kfold, folds: 3}\n")
    with pytest.raises(RecipeError, match="folds test what they train on elsewhere"):
        parse_recipe(folds + noise, "r.yaml")
    soft = RECIPE.replace("scheme: seven", "scheme: eight, ferplus: {mode: probability}")
    with pytest.raises(RecipeError, match="needs mode: majority"):
        parse_recipe(soft + noise, "r.yaml")


def test_votes_that_nobody_gave_cannot_be_drawn(fer_folder: Path, tmp_path: Path) -> None:
    ingest(IngestRequest((fer_folder / "fer2013.csv",), tmp_path / "s.h5"))
    with pytest.raises(InputError, match=r"label_noise: nobody has voted.*fer2013new\.csv"):
        built(tmp_path / "s.h5", tmp_path / "o", "{kind: votes, rate: 1}")


def test_the_table_of_samples_has_the_truth_too(shared_store: Path, tmp_path: Path) -> None:
    built(shared_store, tmp_path / "o", "{kind: symmetric, rate: 0.3}")
    table = read_samples(tmp_path / "o" / "samples.csv")
    told = {
        name: (table["class"][row], table["true_class"][row])
        for name, row in table.positions.items()
    }
    for split in ("train", "test"):
        rows = columns(tmp_path / "o", split)
        codes = (rows["labels"].tolist(), rows["true_label"].tolist())
        for name, noisy, true in zip(rows["sample_id"].astype(str), *codes, strict=True):
            assert told[name] == (CLASSES[noisy], CLASSES[true])
    croissant = json.loads((tmp_path / "o" / "croissant.json").read_text())
    fields = [field["name"] for field in croissant["recordSet"][0]["field"]]
    assert fields == list(table.names)
    name = str(table["sample_id"][0])
    assert SampleFinder(tmp_path / "o" / "samples.csv").row(name) == table.row(name)


def test_a_rebuild_draws_the_same(shared_store: Path, tmp_path: Path) -> None:
    built(shared_store, tmp_path / "o", "{kind: symmetric, rate: 0.3}")
    done = rebuild(RebuildRequest(tmp_path / "o", shared_store, tmp_path / "again"))
    assert done.same
