"""Builds that align, frontalize and crop by landmarks or by a face detector."""

import json
from pathlib import Path
from typing import ClassVar

import h5py
import numpy as np
import pytest

from fercurate.errors import InputError, RecipeError
from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.pipeline.building.face_geometry import detected_points
from fercurate.pipeline.events import Event, Notice
from fercurate.recipe.loader import parse_recipe
from fercurate.screening.face.base import FACE_COLUMNS, Face, face_values
from fercurate.store.store import Store
from fercurate.transforms.chain import Chain
from fercurate.transforms.face.align import Align
from fercurate.transforms.face.frontal import Frontalize
from fercurate.transforms.face.geometry import FaceGeometry, eye_centers
from fercurate.transforms.face.mean_shape import mean_shape
from fercurate.transforms.geometry import Grayscale
from tests.corpora import seen_eyes

RECIPE = """version: 1
name: own
description: own
sources: [{sources}]
labels: {{scheme: seven}}
splits: {{kind: grouped_stratified, train: 0.8, val: 0.1, test: 0.1}}
normalize: [{steps}, {{kind: grayscale}}]
"""


def run(store: Path, output: Path, steps: str, sources: str = "ckplus", jobs: int = 1) -> list[str]:
    """Build; returns what was said of faces and pictures."""
    said: list[str] = []

    def listen(event: Event) -> None:
        of_splits = ("no subjects are known", "has no sample of")
        if isinstance(event, Notice) and not any(one in event.text for one in of_splits):
            said.append(event.text)

    recipe = parse_recipe(RECIPE.format(sources=sources, steps=steps), "own")
    build(BuildRequest(recipe, store, output, jobs=jobs), listen)
    return said


def test_a_build_aligns_by_landmarks_with_any_number_of_jobs(
    merged_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fercurate.files.blocks.MAX_BYTES", 5 * 320 * 245 * 3)
    steps = "{kind: align, size: 64}"
    assert run(merged_store, tmp_path / "one", steps) == []
    run(merged_store, tmp_path / "many", steps, jobs=3)
    for name in ("train.h5", "val.h5", "test.h5", "recipe.lock"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "many" / name).read_bytes()
    with Store.open(merged_store) as store:
        row_of = {name: row for row, name in enumerate(store.manifest.text("id"))}
        with h5py.File(tmp_path / "one" / "train.h5") as file:
            rows = np.array([row_of[name] for name in file["sample_id"].asstr()[:]])
            pictures = file["images"][:]
        eyes = eye_centers(store.array("landmarks")[rows]).astype(np.float32)
        chain = Chain((Align(64, by="detector"), Grayscale()))
        expected = chain.apply(store.images(rows), FaceGeometry(points=seen_eyes(eyes)))
    assert np.isfinite(eyes).all()
    assert np.abs(pictures.astype(int) - expected).max() <= 1  # eyes rounded to float32


def test_a_build_frontalizes_to_the_mean_of_its_sources(
    merged_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps, sources = "{kind: frontalize, size: 48}", "ckplus, affectnet"
    assert run(merged_store, tmp_path / "one", steps, sources) == []
    monkeypatch.setattr("fercurate.files.blocks.MAX_BYTES", 5 * 320 * 245 * 3)
    run(merged_store, tmp_path / "many", steps, sources, jobs=3)
    for name in ("train.h5", "val.h5", "test.h5", "recipe.lock"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "many" / name).read_bytes()
    with Store.open(merged_store) as store:
        landmarks = store.array("landmarks")
        of_sources = np.isin(store.manifest.text("source"), ["ckplus", "affectnet"])
        row_of = {name: row for row, name in enumerate(store.manifest.text("id"))}
        with h5py.File(tmp_path / "one" / "val.h5") as file:
            rows = np.array([row_of[name] for name in file["sample_id"].asstr()[:]])
            pictures = file["images"][:]
        geometry = FaceGeometry(landmarks=landmarks, mean_shape=mean_shape(landmarks[of_sources]))
        chain = Chain((Frontalize(48), Grayscale()))
        np.testing.assert_array_equal(
            pictures, chain.apply(store.images(rows), geometry.take(rows))
        )


def test_a_build_says_how_many_pictures_have_no_landmarks(
    merged_store: Path, tmp_path: Path
) -> None:
    said = run(merged_store, tmp_path / "out", "{kind: align, size: 48}", "fer2013, ckplus")
    sources: list[bytes] = []
    for name in ("train", "val", "test"):
        with h5py.File(tmp_path / "out" / f"{name}.h5") as file:
            sources += file["source"][:].tolist()
    missing, count = sources.count(b"fer2013"), len(sources)
    assert said == [
        f"align: {missing} of {count} samples have no landmarks; their pictures are only resized"
    ]


@pytest.mark.parametrize(
    "kind",
    ["align, size: 48", "frontalize, size: 48", "crop, by: landmarks"],
    ids=["align", "frontalize", "crop"],
)
def test_landmarks_that_no_sample_has_are_an_error(
    merged_store: Path, tmp_path: Path, kind: str
) -> None:
    with pytest.raises(InputError, match="no sample of fer2013 has landmarks") as caught:
        run(merged_store, tmp_path / "out", f"{{kind: {kind}}}", "fer2013")
    assert "ckplus" in caught.value.message
    assert "by: detector" in caught.value.message


def test_a_source_that_is_not_stored_is_named(shared_store: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="ckplus") as caught:
        run(shared_store, tmp_path / "out", "{kind: align, size: 48}", "ckplus")
    assert "landmarks" not in caught.value.message


class Seer:
    """Stands for YuNet: sees eyes in the same parts of every picture."""

    kind: ClassVar[str] = "face"
    method: ClassVar[str] = "seer-1"
    view: ClassVar[str] = "whole"
    columns: ClassVar[tuple[str, ...]] = FACE_COLUMNS

    def detect(self, picture: np.ndarray) -> Face:
        height, width = picture.shape
        points = np.array([0.4, 0.4, 0.6, 0.4, *[0.5] * 6]) * [*(width, height) * 5]
        return Face(0.9, (0.3 * width, 0.3 * height, 0.4 * width, 0.4 * height), tuple(points))

    def measure(self, pictures: list[np.ndarray]) -> np.ndarray:
        return face_values(self, pictures)  # type: ignore[arg-type]


def test_a_build_aligns_by_the_eyes_of_a_detector(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fercurate.screening.registry.detector", lambda path: Seer())
    found = "fercurate.pipeline.measure.instruments.find_face_model"
    monkeypatch.setattr(found, lambda path: tmp_path / "model.onnx")
    assert run(store, tmp_path / "out", "{kind: align, size: 48, by: detector}", "fer2013") == []
    with Store.open(store) as opened, h5py.File(tmp_path / "out/train.h5") as file:
        row_of = {name: row for row, name in enumerate(opened.manifest.text("id"))}
        row = row_of[file["sample_id"].asstr()[0]]
        eyes = np.array([[[19.2, 19.2], [28.8, 19.2]]], np.float32)
        (expected,) = Align(48, by="detector").apply_at(
            opened.images([row]), FaceGeometry(points=seen_eyes(eyes))
        )
        np.testing.assert_array_equal(file["images"][0], expected)


def test_the_haar_cascades_cannot_align(
    merged_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FERCURATE_CACHE", str(tmp_path / "none"))
    with pytest.raises(InputError, match="find faces without eyes") as caught:
        run(merged_store, tmp_path / "out", "{kind: align, size: 48, by: detector}", "fer2013")
    assert "fercurate models fetch yunet" in caught.value.fix


def test_another_face_than_the_one_in_the_box_has_no_eyes(merged_store: Path) -> None:
    with Store.open(merged_store) as store:
        own = store.array("box")
        faces = np.tile(face_values(Seer(), [np.zeros((48, 48), np.uint8)]), (len(own), 1))  # type: ignore[arg-type]
        faces[:, 1:3] -= 1000
        faces[1, 0] = 0.1
        eyes = detected_points(store, faces)[:, :2]
    unboxed = np.flatnonzero(~np.isfinite(own).all(axis=1))
    assert {0, 1} < set(unboxed.tolist())
    np.testing.assert_allclose(eyes[0], [[19.2, 19.2], [28.8, 19.2]], rtol=1e-6)
    assert np.isnan(eyes[1]).all()
    assert np.isnan(np.delete(eyes, unboxed, axis=0)).all()


@pytest.mark.parametrize(
    ("steps", "says"),
    [
        ("{kind: resize, size: 48}, {kind: align, size: 48}", "align must be the first step"),
        ("{kind: crop}, {kind: align, size: 48}", "align must be the first step, and the only"),
        ("{kind: align, size: 48}, {kind: frontalize, size: 48}", "frontalize must be the first"),
        ("{kind: align, size: 4}", "size is 4"),
        ("{kind: align, size: 48, by: box}", "by"),
        ("{kind: align}", "size"),
    ],
)
def test_recipes_with_faces_placed_wrongly_are_refused(steps: str, says: str) -> None:
    with pytest.raises(RecipeError) as caught:
        parse_recipe(RECIPE.format(sources="ckplus", steps=steps), "own")
    assert any(says in f"{fault.path} {fault.message}" for fault in caught.value.faults)


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        ("crop, missing: drop", "crop: no face box"),
        ("crop, by: landmarks, missing: drop", "crop: no landmarks"),
        ("align, size: 48, missing: drop", "align: no landmarks"),
        ("frontalize, size: 48, missing: drop", "frontalize: no landmarks"),
    ],
    ids=["crop", "landmarks", "align", "frontalize"],
)
def test_samples_without_a_face_are_left_out_where_the_recipe_says_so(
    merged_store: Path, tmp_path: Path, step: str, reason: str
) -> None:
    steps = f"{{kind: {step}}}, {{kind: resize, size: 48, fit: pad}}"
    said = run(merged_store, tmp_path / "out", steps, "fer2013, affectnet")
    assert not [text for text in said if "samples have no" in text]
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert sum(summary["dropped"][reason].values()) == 200
    assert summary["pictures"]["without_face"]["samples"] == 0
    assert {name for one in summary["splits"].values() for name in one["sources"]} == {"affectnet"}


def test_what_changes_some_pictures_stands_in_the_papers(
    merged_store: Path, tmp_path: Path
) -> None:
    said = run(merged_store, tmp_path / "out", "{kind: resize, size: 112}", "ckplus, affectnet")
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    stretched, enlarged = (summary["pictures"][name] for name in ("stretched", "enlarged"))
    assert stretched["samples"] == sum(
        one["sources"]["ckplus"] for one in summary["splits"].values()
    )
    assert (enlarged["smallest"], enlarged["most"]) == ("64x64", 1.75)
    datasheet = (tmp_path / "out" / "datasheet.md").read_text()
    (warning,) = (text for text in said if "stretched" in text)
    assert f"> **Warning.** {warning}." in datasheet
    assert "were enlarged, up to 1.75 times; the smallest is 64x64" in datasheet
