"""The face detectors on the real FER-2013, with the real YuNet. Skips where not at hand."""

import csv
import os
import time
from pathlib import Path

import numpy as np
import pytest

from fercurate.errors import InputError
from fercurate.screening.face import FACE_CRITERIA, detector, has_face
from fercurate.synthetic.faces import Identity, Scene, draw_face, landmarks

SHARED = Path(os.environ.get("FERCURATE_SHARED", Path(__file__).parents[2].parent / "shared"))
MODEL = SHARED / "models" / "face_detection_yunet_2026may.onnx"
NO_FACE = FACE_CRITERIA[0]

needs_model = pytest.mark.skipif(not MODEL.is_file(), reason="needs YuNet in ../shared/models")


def average_precision(positive: np.ndarray, score: np.ndarray) -> float:
    """Mean over positives of the precision at their scores, ties together."""
    ranks = [score >= at for at in np.unique(score[positive])]
    hits = np.array([(positive & above).sum() for above in ranks] + [0])
    precision = hits[:-1] / [above.sum() for above in ranks]
    return float(-(np.diff(hits) * precision).sum() / positive.sum())


@pytest.fixture(scope="module")
def sample() -> tuple[list[np.ndarray], np.ndarray]:
    """All 176 pictures with ten FER+ votes for "not a face", and every 35th of the others."""
    if not (SHARED / "data" / "fer2013.npz").is_file():
        pytest.skip("needs the real FER-2013 in ../shared/data (or FERCURATE_SHARED)")
    with (SHARED / "data" / "fer2013new.csv").open(newline="") as lines:
        not_face = np.array([row["NF"] == "10" for row in csv.DictReader(lines)])
    rows = np.sort([*np.flatnonzero(not_face), *np.flatnonzero(~not_face)[::35]])
    with np.load(SHARED / "data" / "fer2013.npz") as file:
        return list(file["images"][rows]), not_face[rows]


@pytest.mark.parametrize(
    ("model", "precision", "found", "milliseconds"),
    [
        pytest.param(None, 0.72, 0.88, 3.0, id="haar"),
        pytest.param(MODEL, 0.83, 0.98, 3.0, id="yunet", marks=needs_model),
    ],
)
def test_not_a_face_is_told_from_faces(
    sample: tuple[list[np.ndarray], np.ndarray],
    model: Path | None,
    precision: float,
    found: float,
    milliseconds: float,
) -> None:
    pictures, not_face = sample
    assert (int(not_face.sum()), len(pictures)) == (176, 1197)
    measure = detector(model)
    measure.measure(pictures[:1])
    start = time.process_time()
    values = measure.measure(pictures)
    assert (time.process_time() - start) / len(pictures) < milliseconds / 1000
    assert average_precision(not_face, NO_FACE.score(values)) > precision
    assert has_face(values)[~not_face].mean() > found


@needs_model
def test_landmarks_lie_where_they_were_drawn() -> None:
    rng, off = np.random.default_rng(3), []
    for _ in range(12):
        person, scene = Identity.draw(rng), Scene.draw(rng)
        drawn = landmarks(person, "neutral", scene, size=96)
        eyes = drawn[36:42].mean(axis=0), drawn[42:48].mean(axis=0)
        true = np.concatenate([*eyes, drawn[33], drawn[48], drawn[54]])
        (values,) = detector(MODEL).measure([draw_face(person, "neutral", scene, size=96)])
        off.append(np.abs(values[5:15] - true))
    assert np.median(off) < 3


@needs_model
def test_a_cut_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cut.onnx").write_bytes(MODEL.read_bytes()[:200_000])
    with pytest.raises(InputError, match="cannot run this as a face detector"):
        detector(tmp_path / "cut.onnx")


@needs_model
def test_another_file_is_tried_and_names_another_method(tmp_path: Path) -> None:
    (tmp_path / "own.onnx").write_bytes(MODEL.read_bytes() + b"\x1a\x00")
    assert detector(MODEL).method == "yunet-ebafce4e"
    assert detector(tmp_path / "own.onnx").method not in ("yunet-ebafce4e", "haar-1")
