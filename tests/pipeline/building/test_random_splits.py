"""Builds of corpora that name no persons: a share as validation, and stratified folds."""

from pathlib import Path

import h5py
import numpy as np
import pytest
from PIL import Image

from fercurate.errors import InputError
from fercurate.pipeline.audit.audit import audit
from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.pipeline.events import Event, Notice
from fercurate.pipeline.ingest.ingest import IngestRequest, ingest
from fercurate.recipe.loader import parse_recipe

RECIPE = """version: 1
name: own
description: own
sources: [folder]
labels: {{scheme: {{name: own, classes: [happy, sad]}}}}
splits: {splits}
normalize: [{{kind: grayscale}}, {{kind: resize, size: 48}}]
"""
EACH, COPIED = 30, 10
"""Pictures of a class and split; the first of them have an identical copy beside them."""


@pytest.fixture(scope="module")
def folder_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of class folders without people, in which pictures have copies."""
    root = tmp_path_factory.mktemp("folder")
    rng = np.random.default_rng(0)
    for split in ("train", "test"):
        for name in ("happy", "sad"):
            place = root / "data" / split / name
            place.mkdir(parents=True)
            for number in range(EACH):
                blocks = rng.integers(0, 256, (8, 8), dtype=np.uint8)
                picture = Image.fromarray(blocks).resize((64, 64))
                picture.save(place / f"{number:02d}.png")
                if number < COPIED:
                    picture.save(place / f"{number:02d}_again.png")
    ingest(IngestRequest((root / "data",), root / "s.h5"))
    return root / "s.h5"


def run(store: Path, output: Path, splits: str) -> list[str]:
    """Build; returns the warnings."""
    said: list[str] = []

    def listen(event: Event) -> None:
        if isinstance(event, Notice) and event.warning:
            said.append(event.text)

    recipe = parse_recipe(RECIPE.format(splits=splits), "own")
    build(BuildRequest(recipe, store, output, jobs=1, framework="none"), listen)
    return said


NOBODY = "no subjects are known in folder: the same person may lie on both sides of a random split"


@pytest.mark.parametrize(
    "val", ["0.2", "{from: Training, share: 0.2}", "{from: ['folder:Training'], share: 0.2}"]
)
def test_a_share_is_drawn_without_leaks_into_train(
    folder_store: Path, tmp_path: Path, val: str
) -> None:
    splits = f"{{kind: native, train: [Training], val: {val}, test: [Test]}}"
    assert run(folder_store, tmp_path / "out", splits) == [NOBODY]
    with h5py.File(tmp_path / "out" / "val.h5") as file:
        labels = file["labels"][:]
    assert np.bincount(labels).tolist() == [8, 8]
    report = audit(tmp_path / "out", jobs=1)
    assert report.leaked == 0


def test_folds_keep_copies_together(folder_store: Path, tmp_path: Path) -> None:
    said = run(folder_store, tmp_path / "out", "{kind: stratified_kfold, folds: 4}")
    assert said == [NOBODY]
    with h5py.File(tmp_path / "out" / "train.h5") as file:
        folds, labels = file["fold"][:], file["labels"][:]
    assert np.bincount(folds).tolist() == [40] * 4
    assert [int(labels[folds == fold].sum()) for fold in range(4)] == [20] * 4
    assert audit(tmp_path / "out", jobs=1).leaked == 0


def test_fold_files_are_written(folder_store: Path, tmp_path: Path) -> None:
    run(folder_store, tmp_path / "out", "{kind: stratified_kfold, folds: 3, fold_files: true}")
    for fold in range(3):
        for split in ("train", "test"):
            assert (tmp_path / "out" / f"fold-{fold:02d}" / f"{split}.h5").is_file()


@pytest.mark.parametrize(
    "splits",
    ["{kind: subject_kfold, folds: 3}", "{kind: leave_one_subject_out}"],
)
def test_who_asks_for_subjects_that_are_not_known_is_told_of_other_folds(
    folder_store: Path, tmp_path: Path, splits: str
) -> None:
    with pytest.raises(InputError, match="stratified_kfold"):
        run(folder_store, tmp_path / "out", splits)


@pytest.mark.parametrize(
    ("splits", "said"),
    [
        ("{kind: grouped_stratified, train: 0.8, test: 0.2}", [NOBODY]),
        ("{kind: native, train: [Training], test: [Test]}", []),
    ],
)
def test_only_random_splits_ask_who_is_in_the_picture(
    folder_store: Path, tmp_path: Path, splits: str, said: list[str]
) -> None:
    assert run(folder_store, tmp_path / "out", splits) == said
