"""Face detectors: places in the picture given, threads, odd sizes, files that are no model."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import pytest

from fercurate.errors import InputError
from fercurate.screening.face import FACE_CRITERIA, detector, has_face, yunet
from fercurate.screening.face.base import FACE_COLUMNS
from fercurate.screening.face.haar import Haar
from fercurate.screening.face.yunet import YuNet
from fercurate.synthetic.faces import Identity, Scene, draw_face, non_face

CRITERIA = {criterion.name: criterion for criterion in FACE_CRITERIA}


def face(seed: int, size: int = 48) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return draw_face(Identity.draw(rng), "happy", Scene.draw(rng), size=size)


def framed(seed: int, size: int, left: int, top: int, shape: tuple[int, int]) -> np.ndarray:
    """A face in a gray frame."""
    frame = np.full(shape, 120, np.uint8)
    frame[top : top + size, left : left + size] = face(seed, size)
    return frame


def one(*values: float) -> np.ndarray:
    """Measurements (1, 17) of one 100x200 picture: score and box."""
    missing = [np.nan] * (len(FACE_COLUMNS) - 2 - len(values))
    return np.array([[*values, *missing, 100, 200]], dtype=np.float32)


def test_without_a_file_the_cascades_are_used() -> None:
    assert (detector(None).method, detector(None).kind) == ("haar-1", "face")


def test_the_cascades_tell_faces_from_things() -> None:
    rng = np.random.default_rng(5)
    values = Haar().measure([face(seed) for seed in range(30)])
    assert has_face(values).all()
    others = Haar().measure([non_face(rng) for _ in range(30)])
    assert has_face(others).mean() < 0.3
    assert np.median(others[:, 0]) < 0.4
    assert values[:, 0].min() > 0.8


@pytest.mark.parametrize(
    ("size", "left", "top", "shape"),
    [
        (48, 0, 0, (48, 48)),
        (100, 0, 0, (100, 100)),
        (60, 70, 40, (160, 220)),
        (200, 150, 120, (490, 640)),
        (40, 10, 30, (192, 192)),
    ],
    ids=["crop-48", "crop-100", "half", "ckplus-frame", "small"],
)
def test_boxes_are_in_pixels_of_the_picture(
    size: int, left: int, top: int, shape: tuple[int, int]
) -> None:
    values = Haar().measure([framed(seed, size, left, top, shape) for seed in range(5)])
    middle = np.median(values[:, 1:3] + values[:, 3:5] / 2, axis=0)
    assert np.abs(middle - [left + size / 2, top + size / 2]).max() < 0.1 * size
    assert 0.7 * size < np.median(values[:, 3]) < 1.25 * size
    assert np.isnan(values[:, 5:15]).all()
    assert values[:, 15:].tolist() == [[shape[1], shape[0]]] * 5


def test_a_flat_picture_resembles_no_face() -> None:
    values = Haar().measure([np.full((48, 48), 90, np.uint8), np.empty((0, 9), np.uint8)])
    assert values[:, 0].tolist() == [0, 0]
    assert np.isnan(values[:, 1:15]).all()
    assert CRITERIA["no_face"].score(values).tolist() == [1, 1]


@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (5000, 1), (3, 5), (2000, 40)])
def test_any_size_is_measured(shape: tuple[int, int]) -> None:
    picture = np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)
    assert 0 <= Haar().measure([picture])[0, 0] <= 1


def test_threads_and_company_change_nothing() -> None:
    rng = np.random.default_rng(1)
    pictures = [face(seed, 40 + seed) for seed in range(24)] + [non_face(rng) for _ in range(8)]
    haar = Haar()
    with ThreadPoolExecutor(4) as pool:
        apart = np.concatenate(list(pool.map(lambda picture: haar.measure([picture]), pictures)))
    np.testing.assert_array_equal(haar.measure(pictures), apart)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((0.9, 30, 80, 40, 40), (0.1, 0.0, 0.717157)),
        ((0.8, 80, 180, 40, 40), (0.2, 0.707107, 0.717157)),
        ((0.5, -50, -50, 300, 300), (0.5, 0.5, 0.0)),
        ((0.29, 30, 80, 40, 40), (0.71, np.nan, np.nan)),
        ((0.33,), (0.67, np.nan, np.nan)),
        ((0.0,), (1.0, np.nan, np.nan)),
    ],
    ids=["middle", "corner", "larger-than-picture", "unsure", "alike-only", "none"],
)
def test_criteria(values: tuple[float, ...], expected: tuple[float, ...]) -> None:
    found = [float(criterion.score(one(*values))[0]) for criterion in FACE_CRITERIA]
    np.testing.assert_allclose(found, expected, atol=1e-5)


class Network:
    """Stands in for OpenCV's: sees what is planted, in pixels of the size it is told."""

    def __init__(self, faces: list[list[float]] | None) -> None:
        self.faces = faces
        self.sizes: list[tuple[int, int]] = []

    def setInputSize(self, size: tuple[int, int]) -> None:  # noqa: N802 - OpenCV's name
        self.sizes.append(size)

    def detect(self, image: np.ndarray) -> tuple[int, np.ndarray | None]:
        assert image.shape == (*self.sizes[-1][::-1], 3)
        return 1, None if self.faces is None else np.array(self.faces, dtype=np.float32)


@pytest.fixture
def plant(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Make a YuNet whose network sees given faces."""

    def make(faces: list[list[float]] | None) -> tuple[YuNet, Network]:
        network = Network(faces)
        (tmp_path / "model.onnx").write_bytes(b"planted")
        monkeypatch.setattr(yunet, "_fault", lambda content: "")
        monkeypatch.setattr(cv2.FaceDetectorYN, "create", lambda *arguments: network)
        return YuNet(tmp_path / "model.onnx"), network

    return make


def seen(left: float, top: float, width: float, height: float, score: float) -> list[float]:
    return [left, top, width, height, *range(10), score]


@pytest.mark.parametrize(
    ("shape", "size"),
    [
        ((48, 48), (96, 96)),
        ((48, 96), (192, 96)),
        ((120, 100), (100, 120)),
        ((490, 640), (320, 245)),
        ((10, 1000), (320, 3)),
        ((1, 9000), (320, 1)),
    ],
)
def test_pictures_are_brought_to_a_working_size(plant, shape, size) -> None:
    model, network = plant(None)
    assert model.measure([np.zeros(shape, np.uint8)])[0, 0] == 0
    assert network.sizes == [size]


def test_places_are_scaled_back(plant) -> None:
    model, _ = plant([seen(20, 10, 60, 80, 0.9)])
    (values,) = model.measure([np.zeros((48, 48), np.uint8)])
    assert values[0] == np.float32(0.9)
    assert values[1:5].tolist() == [10, 5, 30, 40]
    assert values[5:15].tolist() == [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5]


@pytest.mark.parametrize(
    ("faces", "score"),
    [
        ([seen(40, 40, 9, 9, 0.95), seen(10, 10, 80, 80, 0.8)], 0.8),
        ([seen(40, 40, 70, 70, 0.95), seen(10, 10, 80, 80, 0.8)], 0.95),
        ([seen(0, 0, np.inf, 5, 0.9)], 0.0),
        ([seen(0, 0, 5000, 5000, 0.9)], 0.0),
        ([seen(0, 0, 0, 5, 0.9)], 0.0),
        ([seen(90, 90, 40, 40, 0.9)], 0.0),
        ([seen(0, 0, 90, 90, np.nan), seen(0, 0, 50, 50, 0.4)], 0.4),
        ([seen(0, 0, 90, 90, 1.25)], 1.0),
    ],
    ids=["larger", "surer", "infinite", "huge", "no-area", "outside", "no-number", "above-1"],
)
def test_the_main_face_is_taken(plant, faces: list[list[float]], score: float) -> None:
    model, _ = plant(faces)
    (values,) = model.measure([np.zeros((96, 96), np.uint8)])
    assert values[0] == np.float32(score)
    assert np.isnan(values[1:15]).all() == (score == 0)


def test_the_method_names_the_very_file(plant) -> None:
    model, _ = plant(None)
    assert model.method == "yunet-372eb377"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "no such file"),
        (b"", "0 bytes; expected YuNet's ONNX file, of 1 to"),
        (bytes(yunet.MAX_BYTES + 1), "16,777,217 bytes; expected YuNet's ONNX file"),
        (b"<html>404</html>" * 40, "OpenCV cannot run this as a face detector (Failed to parse"),
    ],
    ids=["missing", "empty", "huge", "html"],
)
def test_a_file_that_is_no_model_is_refused(
    tmp_path: Path, content: bytes | None, says: str, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "model.onnx"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError) as error:
        detector(path)
    assert says in error.value.message
    assert str(path) in error.value.message
    assert "fercurate models fetch yunet" in error.value.message
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("trial", "says"),
    [
        ("import os; os.kill(os.getpid(), 11)", "(it crashed)"),
        ("import time; time.sleep(60)", "(no answer within 0.2 s)"),
    ],
    ids=["crash", "endless"],
)
def test_a_model_that_crashes_opencv_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trial: str, says: str
) -> None:
    monkeypatch.setattr(yunet, "_TRIAL", trial)
    if "sleep" in trial:
        monkeypatch.setattr(yunet, "_PATIENCE", 0.2)
    (tmp_path / "model.onnx").write_bytes(b"x")
    with pytest.raises(InputError, match="cannot run") as error:
        YuNet(tmp_path / "model.onnx")
    assert says in error.value.message
