"""train.py of networks on exports of other kinds: folds, layouts, augmentation, soft labels."""

import csv
import json
from pathlib import Path
from shutil import copy, copytree
from typing import Any

import h5py
import numpy as np
import pytest

import fercurate
from fercurate.recipe.shipped import load_recipe
from fercurate.training.networks.augmentation import LIGHT_TERMS, chosen_terms
from fercurate.training.networks.settings import Settings
from fercurate.training.shared.augmentation import KerasTerms
from fercurate.training.shared.export import read_export
from fercurate.training.shared.running import RunRows

# NumPy wants another argument of the arrays that Keras's variables turn into.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

FOLDS = load_recipe("ckplus_10fold").text.replace("folds: 10", "folds: 3")
ONLINE = """
online:
  - {kind: albumentations, transform: HorizontalFlip, p: 0.5}
  - {kind: albumentations, transform: Affine, rotate: [-9, 9]}
"""


def test_every_sample_is_predicted_by_the_model_that_had_not_learned_from_it(
    train: Any, merged_store: Path, tmp_path: Path
) -> None:
    data = train.built(merged_store, FOLDS)
    assert train.quick("--epochs", 1, "--fold", "all", data=data, output="all") == 0
    with h5py.File(data / "train.h5") as file:
        ids, folds = file["sample_id"].asstr()[:].tolist(), file["fold"][:].tolist()
    with (tmp_path / "all" / "predictions_out_of_fold.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert sorted(row["sample_id"] for row in rows) == sorted(ids)
    fold_of = dict(zip(ids, folds, strict=True))
    told = [fold_of[row["sample_id"]] for row in rows]
    assert told == sorted(told)
    assert {row["out_of_fold"] for row in rows} == {"1"}
    copytree(merged_store.with_name("s.h5.parts"), tmp_path / "s.h5.parts")
    store = copy(merged_store, tmp_path / "s.h5")
    added = fercurate.add_predictions(store, tmp_path / "all" / "predictions_out_of_fold.csv")
    assert (added.out_of_fold, added.samples) == (True, len(ids))


def test_folds_are_trained_one_by_one(train: Any, merged_store: Path, tmp_path: Path) -> None:
    data = train.built(merged_store, FOLDS)
    assert train.quick("--smoke", "--fold", "all", data=data, output="all") == 0
    summary = json.loads((tmp_path / "all" / "metrics.json").read_text())
    accuracies = [one["accuracy"] for one in summary["folds"]]
    assert len(accuracies) == 3
    with h5py.File(data / "train.h5") as file:
        assert summary["pooled"]["rows"] == len(file["labels"])
    right = sum(one["accuracy"] * one["rows"] for one in summary["folds"])
    assert summary["pooled"]["accuracy"] == pytest.approx(
        right / summary["pooled"]["rows"], abs=1e-5
    )
    assert summary["mean"] == pytest.approx(np.mean(accuracies))
    assert summary["std"] == pytest.approx(np.std(accuracies, ddof=1))
    assert train.quick("--smoke", "--fold", 2, data=data, output="two") == 0
    assert train.metrics("two/fold-02") == train.metrics("all/fold-02")
    assert train.metrics("two/fold-02")["fold"] == 2
    assert "expected 0 to 2, or all" in train.fault("--fold", 3, data=data)


@pytest.mark.parametrize("layout", ["standard", "legacy"])
def test_folders_of_folds_and_the_legacy_layout_are_read(
    train: Any, merged_store: Path, layout: str
) -> None:
    text = FOLDS.replace("folds: 3", "folds: 3\n  fold_files: true")
    data = train.built(merged_store, text, layout=layout)
    assert train.quick("--smoke", "--fold", "1", data=data) == 0
    name = "data.h5" if layout == "legacy" else "test.h5"
    labels = "PrivateTest_label" if layout == "legacy" else "labels"
    with h5py.File(data / "fold-01" / name, "r+") as file:
        assert train.metrics("run/fold-01")["splits"]["test"]["all"]["rows"] == len(file[labels])
        file[labels][0] = (file[labels][0] + 1) % 7
    changed = train.fault("--fold", 1, "--overwrite", data=data)
    assert f"fold-01/{name}: changed since it was built" in changed
    (data / "fold-01").rename(data / "aside")
    gone = train.fault("--fold", 1, "--overwrite", data=data)
    assert "fold-01: missing; other folds have a folder: build the export again" in gone


def test_another_fold_is_not_resumed(train: Any, merged_store: Path, tmp_path: Path) -> None:
    data = train.built(merged_store, FOLDS)
    assert train.quick("--smoke", "--fold", 1, data=data) == 0
    (tmp_path / "run" / "fold-01").rename(tmp_path / "run" / "fold-02")
    fault = train.fault("--fold", 2, "--resume", data=data)
    assert "was trained for another fold; leave --resume out" in fault


def test_albumentations_of_a_recipe_are_repeatable(train: Any, shared_store: Path) -> None:
    data = train.built(shared_store, load_recipe("fer2013_seven").text + ONLINE)
    for output in "ab":
        assert train.quick("--epochs", 2, data=data, output=output) == 0
    assert train.metrics("a") == train.metrics("b")
    assert train.quick("--epochs", 2, "--augment", "none", data=data, output="c") == 0
    assert train.metrics("a")["history"] != train.metrics("c")["history"]


def test_terms_of_a_recipe_reach_the_pictures(train: Any, shared_store: Path) -> None:
    data = train.built(shared_store, "fer_paper_seven")
    opened = read_export(data)
    wanted = KerasTerms(rotation=10, zoom=0.2, shift=0.2)
    assert chosen_terms(opened.online, "recipe") == wanted
    assert chosen_terms(opened.online, "light") == LIGHT_TERMS != wanted
    assert chosen_terms(opened.online, "none") is None
    settings = Settings(model="fpt_baseline")
    parts = RunRows(opened.splits["train"].whole(), {})
    assert augmentation(train, opened, parts, settings).terms == wanted


def augmentation(train: Any, opened: Any, parts: Any, settings: Any) -> Any:
    """What changes the pictures of a trainer."""
    if train.framework == "keras":
        return train.script.Trainer(opened, parts, settings).batches.change
    hardware = train.script.Hardware.chosen("cpu", "float32", 0)
    network = train.script.build_network(settings, opened)
    return train.script.Trainer(opened, parts, network, settings, hardware).batchwise


def test_soft_targets_are_learned(train: Any, shared_store: Path) -> None:
    labels = "scheme: seven\n  ferplus: {mode: probability}"
    text = load_recipe("fer2013_seven").text.replace("scheme: seven", labels)
    data = train.built(shared_store, text)
    assert train.quick("--smoke", data=data) == 0
    with h5py.File(data / "train.h5") as file:
        expected = file["targets"][:]
    rows = read_export(data).splits["train"].whole()
    loading = train.of("loading")
    made = loading.FaceBatches(rows, 7) if train.framework == "keras" else loading.Faces(rows)
    np.testing.assert_array_equal(made.answers, expected)
    assert ((expected > 0) & (expected < 1)).any()
    assert not rows.allows_several


def test_several_allowed_classes_are_learned_as_such(train: Any, shared_store: Path) -> None:
    """Before it has learned, a network's loss is near that of the likeliest of two or three."""
    labels = "scheme: seven\n  ferplus: {mode: multi_target}"
    text = load_recipe("fer2013_seven").text.replace("scheme: seven", labels)
    data = train.built(shared_store, text)
    rows = read_export(data).splits["train"].whole()
    targets = rows.targets
    assert targets is not None
    assert rows.allows_several
    assert set(np.unique(targets)) == {0.0, 1.0}
    assert set(targets.sum(axis=1)) == {1.0, 2.0}
    with h5py.File(data / "train.h5", "r+") as file:  # drawn votes are nearly unanimous: two each
        file["targets"][:] = np.maximum(targets, np.roll(targets, 1, axis=1))
    options = ("--epochs", 1, "--lr", "1e-9", "--augment", "none", "--no-verify")
    assert train.quick(*options, data=data) == 0
    (row,) = train.metrics()["history"]
    summed = 2 * np.log(7)  # what the cross-entropy with both at once would be, at the least
    assert row["train_loss"] < 0.7 * summed


def test_accuracy_without_twins_and_on_originals(train: Any, shared_store: Path) -> None:
    data = train.built(shared_store, "modified_fer")
    assert train.quick("--epochs", 1, data=data) == 0
    found = train.metrics()["splits"]["test"]
    with h5py.File(data / "train.h5") as file, h5py.File(data / "test.h5") as test:
        seen = {picture.tobytes() for picture in file["images"][:]}
        twin = np.array([picture.tobytes() in seen for picture in test["images"][:]])
        original = test["op"].asstr()[:] == "original"
    assert (twin & original).sum() > 0
    assert found["original rows"]["rows"] == original.sum() == found["all"]["rows"] // 4
    twinless = found["original rows without a twin in train"]
    assert twinless["rows"] == (original & ~twin).sum() < original.sum()


@pytest.mark.parametrize("empty", ["first", "last"])
def test_a_class_that_no_row_has_is_trained_around(
    train: Any, shared_store: Path, empty: str
) -> None:
    classes = ["scorn: [contempt]", "negative: [angry, fear, sad]", "happy: [happy]"]
    written = ", ".join(classes if empty == "first" else classes[::-1])
    text = load_recipe("fer2013_seven").text.replace(
        "scheme: seven", f"scheme: {{name: own, classes: {{{written}}}}}"
    )
    data = train.built(shared_store, f"{text}\nclass_weights: balanced\n")
    assert train.quick("--smoke", data=data) == 0
    found = train.metrics()
    assert 0 < found["history"][0]["train_loss"] < 50
    assert found["splits"]["test"]["all"]["classes"]["scorn"]["rows"] == 0
