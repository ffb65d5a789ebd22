"""The merges of the reference systems at full size: real FER-2013, stand-ins for the others."""

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from fercurate.pipeline.audit.audit import audit
from fercurate.pipeline.ingest.ingest import ingest
from fercurate.pipeline.ingest.request import IngestRequest
from fercurate.recipe.loader import LoadedRecipe
from fercurate.recipe.shipped import load_recipe
from fercurate.synthetic.affectnet import write_affectnet_standin
from fercurate.synthetic.ckplus import write_ckplus48

FIVE = ("angry", "happy", "neutral", "sad", "surprise")


def test_merged_five_has_the_counts_of_the_description(
    run: Any, real_folder: Path, tmp_path: Path
) -> None:
    train = dict.fromkeys(FIVE, 5000) | {"happy": 5040, "fear": 60}
    write_affectnet_standin(tmp_path / "affectnet", train, dict.fromkeys(FIVE, 500) | {"fear": 20})
    store = tmp_path / "store.h5"
    ingest(IngestRequest((real_folder / "fer2013.csv", tmp_path / "affectnet"), store))
    result = run("build", "--recipe", "merged_five", "--store", store, "-o", "D", "--json")
    assert result.code == 0, result.err
    splits = json.loads(result.out)["splits"]
    assert splits["train"]["classes"] == dict(
        zip(FIVE, (8995, 12215, 9965, 9830, 8171), strict=True)
    )
    assert splits["test"]["classes"] == dict(zip(FIVE, (1458, 2274, 1733, 1747, 1331), strict=True))
    assert (splits["train"]["rows"], splits["test"]["rows"]) == (49176, 8543)
    with h5py.File(tmp_path / "D" / "train.h5") as file:
        source, labels = file["source"].asstr()[:], file["labels"][:]
        assert list(np.bincount(labels[source == "affectnet"])) == [5000] * 5
        assert file["images"].shape == (49176, 48, 48)


def test_ckplus_48_makes_ten_folds_of_the_convention(run: Any, tmp_path: Path) -> None:
    write_ckplus48(tmp_path / "CK+48")
    assert run("ingest", tmp_path / "CK+48", "--store", "s.h5").code == 0
    assert run("build", "--recipe", "ckplus_10fold", "--store", "s.h5", "-o", "D").code == 0
    with h5py.File(tmp_path / "D" / "train.h5") as file:
        names = list(file.attrs["class_names"])
        counts = dict(zip(names, np.bincount(file["labels"][:]), strict=True))
        subject, fold = file["subject"].asstr()[:], file["fold"][:]
    assert counts == {
        "angry": 135, "contempt": 54, "disgust": 177, "fear": 75, "happy": 207, "sad": 84,
        "surprise": 249,
    }  # fmt: skip
    subjects = sorted(set(subject))
    assert (len(fold), len(subjects)) == (981, 118)
    for k in range(10):
        assert sorted(set(subject[fold == k])) == subjects[k::10]


@pytest.fixture(scope="module")
def real_store(real_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = tmp_path_factory.mktemp("audit") / "s.h5"
    ingest(IngestRequest((real_folder,), store))
    return store


def test_the_audit_of_fer2013(real_store: Path) -> None:
    report = audit(real_store)
    assert report.identical == {
        "groups": 1518,
        "images": 3373,
        "groups_across_splits": 557,
        "contradictory_groups": 58,
    }
    assert report.with_train_duplicate == 568
    assert report.leaked > 2200  # with the same photograph shifted or cropped


def test_dropping_training_twins_leaves_test_untouched(
    run: Any, real_store: Path, tmp_path: Path
) -> None:
    text = load_recipe("fer2013_seven").text + "leaks: drop_train\n"
    (tmp_path / "clean.yaml").write_text(text)
    run("build", "--recipe", "fer2013_seven", "--store", real_store, "-o", "plain")
    assert run("build", "--recipe", "clean.yaml", "--store", real_store, "-o", "clean").code == 0
    assert run("audit", "clean").code == 0
    with h5py.File("plain/test.h5") as plain, h5py.File("clean/test.h5") as clean:
        np.testing.assert_array_equal(plain["images"][:], clean["images"][:])
        np.testing.assert_array_equal(plain["labels"][:], clean["labels"][:])


FERPLUS = {
    "majority": (25060, 3199, 3153),
    "probability": (27956, 3505, 3505),
    "crossentropy": (27956, 3505, 3505),
    "multi_target": (27671, 3472, 3472),
}


@pytest.mark.parametrize("mode", FERPLUS)
def test_ferplus_modes_give_the_known_counts(run: Any, real_store: Path, mode: str) -> None:
    recipe: LoadedRecipe = load_recipe("ferplus_majority")
    text = recipe.text.replace("{mode: majority}", f"{{mode: {mode}, evaluation: same}}")
    Path("ferplus.yaml").write_text(text)
    planned = run("build", "--recipe", "ferplus.yaml", "--store", real_store, "--dry-run", "--json")
    splits = json.loads(planned.out)["splits"]
    assert tuple(splits[name]["rows"] for name in ("train", "val", "test")) == FERPLUS[mode]


def test_rows_that_label_csv_lacks_have_no_label(
    run: Any, real_folder: Path, tmp_path: Path
) -> None:
    """As in the release, but with the votes of ``fer2013new.csv``: 173 rows have no image name."""
    folders = {"Training": "Train", "PublicTest": "Valid", "PrivateTest": "Test"}
    with (real_folder / "fer2013new.csv").open(newline="") as file:
        rows = list(csv.reader(file))[1:]
    for usage, name in folders.items():
        path = tmp_path / "data" / f"FER2013{name}" / "label.csv"
        path.parent.mkdir(parents=True)
        with path.open("w", newline="") as file:
            named = [row for row in rows if row[0] == usage and row[1]]
            csv.writer(file).writerows([r[1], "(0, 0, 48, 48)", *r[2:12]] for r in named)
    shutil.copy(real_folder / "fer2013new.csv", tmp_path)
    run("ingest", real_folder / "fer2013.csv", "--store", "label.h5")
    assert run("ingest", tmp_path / "data", "--store", "label.h5").code == 0
    planned = run(
        "build", "--recipe", "ferplus_majority", "--store", "label.h5", "--dry-run", "--json"
    )
    made = json.loads(planned.out)
    counts = tuple(made["splits"][name]["rows"] for name in ("train", "val", "test"))
    assert counts == FERPLUS["majority"]
    assert sum(made["dropped"]["no votes"].values()) == 173
