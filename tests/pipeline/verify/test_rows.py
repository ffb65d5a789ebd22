"""Rows of an export that are not what they were: found though the lock is sealed again."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree

import h5py
import pytest

from fercurate.pipeline.verify.verify import VerifyRequest, verify
from tests.pipeline.verify.tampering import (
    CHANGED,
    TRAIN,
    Change,
    attribute,
    built,
    cell,
    edited,
    finding,
    lines,
    replayed,
    reseal,
    swapped,
    text,
    without_row,
)

pytestmark = pytest.mark.usefixtures("probed_here")
COPY = 200
"""A row of ``modified`` and of ``smote`` that an operation made."""


@dataclass(frozen=True)
class Tampering:
    """A change of a file, and where and how it is told with the lock sealed again."""

    change: Change
    place: str
    says: str
    file: str = TRAIN


def other_label(label: int) -> int:
    return (label + 1) % 7


def another_parent(column: str) -> Change:
    def put(file: h5py.File) -> None:
        names, own = file[column][:], file[column][COPY]
        file[column][COPY] = next(name for name in names if name and name != own)

    return edited(TRAIN, put)


MEAN = "not those of the pixels of train"
PROMOTED = text("samples.csv", ",train,", ",test,")
MODIFIED: dict[str, Tampering] = {
    "two rows swapped": Tampering(swapped(2, 7), "train.h5:7", "rows are out of order"),
    "two neighbors swapped": Tampering(
        swapped(2, 3), "train.h5:3", "fer2013:0000002 stands behind fer2013:0000003"
    ),
    "classes reordered": Tampering(
        attribute("class_names", lambda names: list(names[::-1])),
        "train.h5: class_names",
        "the recipe has angry, disgust",
    ),
    "a label": Tampering(cell("labels", 2, other_label), "train.h5:2", "its class is"),
    "a label of a copy": Tampering(
        cell("labels", COPY, other_label), f"train.h5:{COPY}", "its label is"
    ),
    "a label of test": Tampering(
        cell("labels", 2, other_label, "test.h5"), "test.h5:2", "its class is", "test.h5"
    ),
    "an id": Tampering(
        cell("sample_id", 2, b"fer2013:9999999"),
        "train.h5:2",
        "samples.csv does not know fer2013:9999999",
    ),
    "an id of test in train": Tampering(
        cell("sample_id", 2, b"fer2013:0000170"), "train.h5:2", "its split is 'train'"
    ),
    "an id twice": Tampering(
        cell("sample_id", 2, b"fer2013:0000003"), TRAIN, "fer2013:0000003 stands there 2 times"
    ),
    "an id of a copy": Tampering(
        cell("sample_id", COPY, b"fer2013:0000001#rotate(degrees=90)"),
        f"train.h5:{COPY}",
        "is not named after its parent",
    ),
    "a source": Tampering(cell("source", 2, b"ckplus"), "train.h5:2", "its source is 'ckplus'"),
    "a parent": Tampering(
        another_parent("parent_a"), f"train.h5:{COPY}", "is not named after its parent"
    ),
    "an operation": Tampering(
        cell("op", COPY, b"rotate(degrees=-90)"),
        f"train.h5:{COPY}",
        "and its operation rotate(degrees=-90)",
    ),
    "a copy said to be real": Tampering(
        cell("op", COPY, b"original"), f"train.h5:{COPY}", "samples.csv does not know"
    ),
    "mean": Tampering(attribute("mean", lambda v: v * 1.01), "train.h5: mean, std", MEAN),
    "std": Tampering(attribute("std", lambda v: v + 1e-9), "train.h5: mean, std", MEAN),
    "a picture of train": Tampering(
        cell("images", 2, lambda picture: 255 - picture), "train.h5: mean, std", MEAN
    ),
    "a sample's split": Tampering(
        PROMOTED, "train.h5:0", "its split is 'train'; samples.csv has 'test'", "samples.csv"
    ),
    "a sample that is missing": Tampering(
        PROMOTED, "test.h5", "no row of fer2013:0000000, which is in it", "samples.csv"
    ),
    "a row gone": Tampering(without_row(2), TRAIN, "no row of fer2013:0000002"),
    "a copy gone": Tampering(without_row(COPY), TRAIN, "summary.json has"),
    "the recipe": Tampering(
        text("recipe.yaml", "seed: 0", "seed: 1"), "recipe.yaml", "its seed is 1", "recipe.yaml"
    ),
    "the recipe's text": Tampering(
        text("recipe.yaml", "version: 1", "version: 1 "),
        "recipe.yaml",
        "its recipe_sha256 is",
        "recipe.yaml",
    ),
}


@pytest.mark.parametrize("name", MODIFIED)
def test_what_is_changed_is_named_with_the_lock_as_it_was_and_sealed_again(
    name: str, modified: Path
) -> None:
    tampering = MODIFIED[name]
    tampering.change(modified)
    report = verify(VerifyRequest(modified))
    assert finding(report, tampering.file, CHANGED), lines(report)
    reseal(modified)
    report = verify(VerifyRequest(modified))
    assert finding(report, tampering.place, tampering.says), lines(report)
    assert not any(CHANGED in one.what for one in report.findings)


@pytest.mark.parametrize("column", ["parent_a", "parent_b"])
def test_a_parent_of_a_synthetic_row_is_of_its_class(column: str, smote: Path) -> None:
    def put(file: h5py.File) -> None:
        labels = file["labels"][:140]
        other = int((labels != file["labels"][COPY]).nonzero()[0][0])
        file[column][COPY] = file["sample_id"][other]

    edited(TRAIN, put)(smote)
    reseal(smote)
    report = verify(VerifyRequest(smote))
    says = "not named after its parent" if column == "parent_a" else "but its parent_b"
    assert finding(report, f"train.h5:{COPY}", says), lines(report)


def test_a_recipe_put_into_the_lock_is_not_that_of_the_files(modified: Path) -> None:
    text("recipe.yaml", "seed: 0", "seed: 1")(modified)
    digest = hashlib.sha256((modified / "recipe.yaml").read_bytes()).hexdigest()
    reseal(modified, recipe_sha256=digest, seed=1)
    assert lines(verify(VerifyRequest(modified))) == [
        f"{name}.h5: recipe_sha256: not the digest of recipe.yaml" for name in ("test", "train")
    ]


def test_pictures_that_change_places_are_seen_only_when_made_again(
    modified: Path, shared_store: Path
) -> None:
    swapped(2, 3, "images")(modified)
    assert finding(verify(VerifyRequest(modified)), TRAIN, CHANGED)
    reseal(modified)
    assert verify(VerifyRequest(modified)).passed
    report = replayed(modified, shared_store)
    assert [one.place for one in report.findings] == ["train.h5:2", "train.h5:3"]
    assert all("bytes differ from the row made again" in one.what for one in report.findings)
    assert report.replay.to_json()["equal"] == report.replay.to_json()["rows"] - 2


@pytest.fixture(scope="session")
def shared_legacy(shared_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("legacy") / "o"
    return built(shared_store, output, "fer2013_seven", layout="legacy")


LEGACY = {
    "a label": (cell("PublicTest_label", 2, other_label, "data.h5"), "data.h5:val:2"),
    "a picture": (cell("Training_pixel", 2, 0, "data.h5"), "data.h5: mean, std"),
    "two rows": (
        swapped(2, 3, *(f"Training_{n}" for n in ("pixel", "label", "sample_id")), name="data.h5"),
        "data.h5:train:3",
    ),
}


@pytest.mark.parametrize("name", LEGACY)
def test_a_file_of_several_splits_is_told_with_the_split(
    name: str, shared_legacy: Path, tmp_path: Path
) -> None:
    export = copytree(shared_legacy, tmp_path / "o")
    assert verify(VerifyRequest(export)).passed
    change, place = LEGACY[name]
    change(export)
    reseal(export)
    report = verify(VerifyRequest(export))
    assert finding(report, place, ""), lines(report)


FOLDS = {
    "a mean": (
        attribute("mean", lambda v: v * 2, "fold-01/train.h5"),
        "fold-01/train.h5: mean, std",
    ),
    "a label": (cell("labels", 2, other_label, "fold-01/test.h5"), "fold-01/test.h5:2"),
    "two rows": (swapped(2, 3, name="fold-01/test.h5"), "fold-01/test.h5:3"),
    "an id": (cell("sample_id", 2, b"ckplus:x", "fold-01/test.h5"), "fold-01/test.h5:2"),
}


@pytest.mark.parametrize("name", FOLDS)
def test_files_of_folds_are_looked_at_too(name: str, folds: Path) -> None:
    change, place = FOLDS[name]
    change(folds)
    reseal(folds)
    report = verify(VerifyRequest(folds))
    assert finding(report, place, ""), lines(report)


def mark_cured(file: h5py.File) -> None:
    file.create_dataset("enhanced", data=file["labels"][:].astype("u1") * 0 + 1)


COMPARED: dict[str, tuple[str, Change]] = {
    "fold": ("folds", cell("fold", 2, lambda fold: 1 - fold)),
    "a row of a fold gone": ("folds", without_row(2, "fold-00/test.h5")),
    "enhanced": ("modified", edited(TRAIN, mark_cured)),
    "the number of a synthetic row": (
        "smote",
        cell("sample_id", COPY, lambda name: name.rpartition(b"/")[0] + b"/999"),
    ),
}


@pytest.mark.parametrize("name", COMPARED)
def test_every_column_is_compared(name: str, request: pytest.FixtureRequest) -> None:
    fixture, change = COMPARED[name]
    export = request.getfixturevalue(fixture)
    change(export)
    reseal(export)
    assert not verify(VerifyRequest(export)).passed


@pytest.mark.parametrize("key", ["mean", "std", "class_weights"])
def test_files_that_say_different_things_are_told_apart(key: str, modified: Path) -> None:
    attribute(key, lambda values: values * 1.01, "test.h5")(modified)
    reseal(modified)
    (only,) = verify(VerifyRequest(modified)).findings
    assert only.where.endswith(f": {key.removeprefix('class_')}")
    assert "test.h5" in f"{only.where} {only.what}"


@pytest.mark.parametrize("key", ["mean", "class_weights"])
def test_the_file_whose_attribute_differs_is_the_one_that_is_named(
    key: str, modified: Path
) -> None:
    attribute(key, lambda values: values * 1.01, "test.h5")(modified)
    reseal(modified)
    assert {one.where.partition(":")[0] for one in verify(VerifyRequest(modified)).findings} == {
        "test.h5"
    }
