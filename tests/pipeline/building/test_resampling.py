"""Balanced builds: only train, every row explained, and to be made again from what it says."""

import json
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from fercurate.balance.blend import blend
from fercurate.errors import InputError
from fercurate.pipeline.building.build import BuildReport, BuildRequest, build
from fercurate.pipeline.events import Event, Notice
from fercurate.recipe.loader import parse_recipe
from fercurate.store.store import Store

CLASSES = ["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"]
BASE: dict[str, Any] = {
    "version": 1,
    "name": "toy",
    "description": "A toy",
    "sources": ["fer2013"],
    "labels": {"scheme": "seven"},
    "splits": {"kind": "native", "train": ["Training"], "test": ["PublicTest", "PrivateTest"]},
    "normalize": [{"kind": "grayscale"}, {"kind": "resize", "size": 48}],
}
AFFINE = {"kind": "albumentations", "transform": "Affine", "rotate": [-20, 20]}
EVERYTHING = [
    {"kind": "random_under", "strategy": {"happy": 20}},
    {"kind": "smote", "strategy": "minority"},
    {"kind": "offline", "copies": [{"kind": "rotate", "degrees": 15}, AFFINE], "times": 2},
    {"kind": "random_over", "strategy": "auto"},
]


def made(store: Path, output: Path, balance: list[Any], **sections: Any) -> BuildReport:
    text = json.dumps(BASE | {"balance": balance} | sections)
    jobs = sections.pop("jobs", 0)
    return build(BuildRequest(parse_recipe(text, "toy.yaml"), store, output, jobs=jobs))


def columns(path: Path) -> dict[str, np.ndarray]:
    with h5py.File(path) as file:
        return {
            name: file[name].asstr()[:] if file[name].dtype.kind == "S" else file[name][:]
            for name in file
        }


def counts(path: Path) -> dict[str, int]:
    labels = columns(path)["labels"]
    return dict(zip(CLASSES, np.bincount(labels, minlength=7).tolist(), strict=True))


@pytest.fixture(scope="module")
def plain(shared_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("plain") / "out"
    made(shared_store, output, [])
    return output


@pytest.fixture(scope="module")
def everything(shared_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("all") / "out"
    made(shared_store, output, EVERYTHING)
    return output


def test_balancing_leaves_evaluation_alone(plain: Path, everything: Path) -> None:
    before, after = columns(plain / "test.h5"), columns(everything / "test.h5")
    for name in before:
        np.testing.assert_array_equal(before[name], after[name])
    assert set(after["op"]) == {"original"}


def test_steps_act_in_order_and_reach_their_targets(plain: Path, everything: Path) -> None:
    train, original = columns(everything / "train.h5"), counts(plain / "train.h5")
    ops = {op: int((train["op"] == op).sum()) for op in dict.fromkeys(train["op"])}
    real = sum(original.values()) - original["happy"] + 20
    largest = max(count for name, count in original.items() if name != "happy")
    smallest = min(original.values())
    assert list(ops)[:3] == ["original", "smote", "rotate(degrees=15)"]
    assert ops["original"] == ops["rotate(degrees=15)"] == real
    assert ops["Affine(rotate=[-20, 20])"] == 2 * real
    assert ops["smote"] == max(largest, 20) - smallest
    assert len(set(counts(everything / "train.h5").values())) == 1
    assert len(set(train["sample_id"])) == len(train["sample_id"])


def test_every_synthetic_row_is_made_again_from_its_parents(everything: Path) -> None:
    train = columns(everything / "train.h5")
    row_of = {name: row for row, name in enumerate(train["sample_id"])}
    synthetic = np.flatnonzero(train["op"] == "smote")
    first, second = ([row_of[n] for n in train[c][synthetic]] for c in ("parent_a", "parent_b"))
    images, labels = train["images"], train["labels"]
    expected = blend(images[first], images[second], train["mix"][synthetic])
    np.testing.assert_array_equal(images[synthetic], expected)
    np.testing.assert_array_equal(labels[synthetic], labels[first])
    np.testing.assert_array_equal(labels[synthetic], labels[second])
    assert not train["votes"][synthetic].any()
    assert not train["mix"][train["op"] != "smote"].any()


def test_repeated_rows_equal_their_parents(everything: Path) -> None:
    train = columns(everything / "train.h5")
    row_of = {name: row for row, name in enumerate(train["sample_id"])}
    again = np.flatnonzero(train["op"] == "repeat")
    parents = [row_of[name] for name in train["parent_a"][again]]
    np.testing.assert_array_equal(train["images"][again], train["images"][parents])
    np.testing.assert_array_equal(train["votes"][again], train["votes"][parents])


def test_what_was_drawn_stands_beside(everything: Path) -> None:
    train = columns(everything / "train.h5")
    lines = (everything / "applied.jsonl").read_text().splitlines()
    drawn = [json.loads(line) for line in lines]
    rows = np.flatnonzero(train["op"] == "Affine(rotate=[-20, 20])")
    assert [entry["row"] for entry in drawn] == rows.tolist()
    assert [entry["sample_id"] for entry in drawn] == train["sample_id"][rows].tolist()
    assert {(entry["file"], entry["split"]) for entry in drawn} == {("train.h5", "train")}
    angles = [entry["applied"]["transforms"][0]["rotate"] for entry in drawn]
    assert len(set(angles)) == len(angles)
    assert -20 <= min(angles) < -10 < 10 < max(angles) <= 20


def contents(folder: Path) -> dict[str, bytes]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_the_same_bytes_for_any_number_of_jobs(
    everything: Path, shared_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = json.dumps(BASE | {"balance": EVERYTHING})
    loaded = parse_recipe(text, "toy.yaml")
    for jobs, size in ((1, 17), (5, 60)):
        monkeypatch.setattr("fercurate.files.blocks.MAX_BYTES", size * 48 * 48 * 3)
        build(BuildRequest(loaded, shared_store, tmp_path / str(jobs), jobs=jobs))
    assert contents(tmp_path / "1") == contents(tmp_path / "5") == contents(everything)


def test_just_enough_copies_for_a_target(plain: Path, shared_store: Path, tmp_path: Path) -> None:
    most = max(counts(plain / "train.h5").values())
    copies = [{"kind": "flip"}, {"kind": "rotate", "degrees": 10}, AFFINE]
    balance = [{"kind": "offline", "strategy": "not majority", "copies": copies}]
    made(shared_store, tmp_path / "out", balance)
    assert set(counts(tmp_path / "out" / "train.h5").values()) == {most}
    train = columns(tmp_path / "out" / "train.h5")
    assert len(set(train["sample_id"])) == 7 * most


def test_exact_copies_that_do_not_suffice_are_an_error(shared_store: Path, tmp_path: Path) -> None:
    balance = [{"kind": "offline", "strategy": {"disgust": 500}, "copies": [{"kind": "flip"}]}]
    with pytest.raises(InputError, match=r"disgust: \d+ copies are missing, and 1 exact") as caught:
        made(shared_store, tmp_path / "out", balance)
    assert caught.value.where == "toy: balance[0] (offline), train"
    assert not (tmp_path / "out").exists()


def test_cleaning_takes_originals_out_and_counts_them(
    plain: Path, shared_store: Path, tmp_path: Path
) -> None:
    balance = [{"kind": "smote_enn", "pca": 8}]
    summary = made(shared_store, tmp_path / "out", balance).summary
    train = columns(tmp_path / "out" / "train.h5")
    left = int((train["op"] == "original").sum())
    assert any("real rows of" in text for text in summary["warnings"])
    gone = summary["dropped"]["left out of train by balancing"]
    assert sum(gone.values()) == len(columns(plain / "train.h5")["labels"]) - left > 0
    parents = set(train["parent_a"]) | set(train["parent_b"])
    assert parents - set(train["sample_id"]) - {""}, "some parent should have been cleaned away"
    with Store.open(shared_store) as store:
        row_of = {name: row for row, name in enumerate(store.manifest.text("id"))}
        some = np.flatnonzero(train["op"] == "smote_enn")[:50]
        first, second = (
            np.stack(store.images([row_of[name] for name in train[column][some]]))
            for column in ("parent_a", "parent_b")
        )
    expected = blend(first, second, train["mix"][some])
    np.testing.assert_array_equal(train["images"][some], expected)


def test_copies_may_be_parents_if_a_recipe_says_so(shared_store: Path, tmp_path: Path) -> None:
    balance = [
        {"kind": "offline", "copies": [{"kind": "flip"}, AFFINE]},
        {"kind": "smote", "allow_augmented_parents": True},
    ]
    made(shared_store, tmp_path / "out", balance)
    train = columns(tmp_path / "out" / "train.h5")
    row_of = {name: row for row, name in enumerate(train["sample_id"])}
    synthetic = np.flatnonzero(train["op"] == "smote")
    first, second = ([row_of[n] for n in train[c][synthetic]] for c in ("parent_a", "parent_b"))
    expected = blend(train["images"][first], train["images"][second], train["mix"][synthetic])
    np.testing.assert_array_equal(train["images"][synthetic], expected)
    assert {"original", "flip", "Affine(rotate=[-20, 20])"} == set(train["op"][first])


def test_folds_are_balanced_each_for_itself(merged_store: Path, tmp_path: Path) -> None:
    sections = {
        "sources": ["ckplus"],
        "labels": {"scheme": {"name": "ck", "classes": ["angry", "disgust", "happy", "sad"]}},
        "splits": {"kind": "subject_kfold", "folds": 3, "fold_files": True},
    }
    output = tmp_path / "out"
    made(merged_store, output, [{"kind": "smote", "k_neighbors": 2}], **sections)
    assert set(columns(output / "train.h5")["op"]) == {"original"}
    for fold in range(3):
        train = columns(output / f"fold-{fold:02d}" / "train.h5")
        test = columns(output / f"fold-{fold:02d}" / "test.h5")
        assert len(set(np.bincount(train["labels"]).tolist())) == 1
        assert set(test["op"]) == {"original"}
        parents = set(train["parent_a"]) | set(train["parent_b"])
        assert not parents & set(test["sample_id"])


@pytest.mark.parametrize("allowed", [False, True])
def test_weights_are_those_of_the_rows_or_of_the_samples(
    plain: Path, shared_store: Path, tmp_path: Path, allowed: bool
) -> None:
    sections = {"class_weights": "balanced", "allow_weights_with_oversampling": allowed}
    strategy = "all" if allowed else {"disgust": 30}
    balance = [{"kind": "random_over", "strategy": strategy}]
    made(shared_store, tmp_path / "out", balance, **sections)
    found = counts((plain if allowed else tmp_path / "out") / "train.h5")
    total = sum(found.values())
    expected = [total / (7 * count) for count in found.values()]
    with h5py.File(tmp_path / "out" / "train.h5") as file:
        np.testing.assert_allclose(file.attrs["class_weights"], expected)


def test_tiny_classes_are_warned_about(shared_store: Path, tmp_path: Path) -> None:
    heard: list[Event] = []
    balance = [
        {"kind": "random_under", "strategy": {"disgust": 2}},
        {"kind": "smote", "strategy": {"disgust": 9}},
    ]
    loaded = parse_recipe(json.dumps(BASE | {"balance": balance}), "toy.yaml")
    build(BuildRequest(loaded, shared_store, tmp_path / "out"), heard.append)
    expected = "train: smote: class disgust has 2 samples: 1 neighbors are used, not 5"
    assert expected in [e.text for e in heard if isinstance(e, Notice) and e.warning]
    assert expected in (tmp_path / "out" / "datasheet.md").read_text()


def test_soft_targets_are_mixed_as_pixels_are(shared_store: Path, tmp_path: Path) -> None:
    labels = {"scheme": "seven", "ferplus": {"mode": "probability"}}
    made(shared_store, tmp_path / "out", [{"kind": "smote"}], labels=labels)
    train = columns(tmp_path / "out" / "train.h5")
    row_of = {name: row for row, name in enumerate(train["sample_id"])}
    some = np.flatnonzero(train["op"] == "smote")
    a, b = (train["targets"][[row_of[n] for n in train[c][some]]] for c in ("parent_a", "parent_b"))
    mix = train["mix"][some, None]
    np.testing.assert_allclose(train["targets"][some], a + mix * (b - a), atol=1e-6)
    np.testing.assert_allclose(train["targets"].sum(axis=1), 1, atol=1e-5)


def test_the_datasheet_says_what_is_real_and_what_synthetic_rows_are_like(everything: Path) -> None:
    summary = json.loads((everything / "summary.json").read_text())
    kinds = summary["splits"]["train"]["kinds"]
    assert list(kinds) == ["real", "synthetic", "rotated", "augmented", "repeated"]
    assert kinds["rotated"] == kinds["real"]
    assert kinds["augmented"] == {name: 2 * count for name, count in kinds["real"].items()}
    (facts,) = summary["synthetic"].values()
    assert facts["outside_parents"] == 0
    assert facts["rows"] == sum(kinds["synthetic"].values())
    assert 0 < facts["gradient_energy"] < 1
    assert 0 <= facts["nearest_real"] < facts["nearest_among_real"]
    effective = summary["effective_number"]
    assert effective["real rows"]["happy"] == pytest.approx(20, abs=0.1)
    assert effective["all rows"]["happy"] > 60
    text = (everything / "datasheet.md").read_text()
    assert "| train | synthetic |" in text
    assert "Effective number of samples" in text
    assert "## Synthetic rows" in text
