"""The making of the screener: figures, made-up faults, labels, the network as OpenCV has it."""

import csv
import warnings
from pathlib import Path

import cv2
import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score

from benchmarks.screener.figures import (
    Aim,
    average_precision,
    bootstrap,
    calibrate,
    cross_fitted,
    curve,
    precision_at,
    recall_at,
)
from benchmarks.screener.marks import draw_marks, paste_mark
from benchmarks.screener.material import CRITERIA, LABELS_CSV
from benchmarks.screener.occluders import draw_occluders, paste_occluder
from benchmarks.screener.stylize import non_face, stylize
from fercurate.screening.presets import card
from fercurate.synthetic.faces import Identity, Scene, draw_face


def scored(count: int = 400) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(4)
    truth = rng.random(count) < 0.2
    return truth, rng.normal(0, 1, count) + 1.5 * truth


def face(seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return draw_face(Identity.draw(rng), "happy", Scene.draw(rng), size=48)


def test_average_precision_is_the_usual_one() -> None:
    truth, score = scored()
    assert average_precision(truth, score) == pytest.approx(average_precision_score(truth, score))
    assert average_precision(np.array([True, False]), np.array([2.0, 1.0])) == 1
    assert average_precision(np.array([True, False]), np.array([1.0, 2.0])) == 0.5


def test_an_interval_holds_its_figure_and_narrows_with_more_samples() -> None:
    wide = bootstrap(average_precision, *scored(100))
    narrow = bootstrap(average_precision, *scored(3000))
    for value, low, high in (wide, narrow):
        assert low < value < high
    assert narrow[2] - narrow[1] < wide[2] - wide[1]


def test_thresholds_reach_what_they_aim_at() -> None:
    truth, score = scored(2000)
    chance = 1 / (1 + np.exp(-score))
    precise = Aim(precision=0.8).choose(truth, chance)
    assert precision_at(precise)(truth, chance) >= 0.8
    assert precision_at(precise - 0.01)(truth, chance) < 0.8
    complete = Aim(recall=0.9).choose(truth, chance)
    assert recall_at(complete)(truth, chance) >= 0.9
    assert recall_at(complete + 0.01)(truth, chance) < 0.9


def test_a_fold_does_not_choose_its_own_threshold() -> None:
    truth = np.array([True, False] * 50)
    score = np.where(truth, 0.9, 0.1)
    folds = np.repeat([0, 1], 50)
    score[:50] = np.where(truth[:50], 0.5, 0.05)
    dropped, _ = cross_fitted(Aim(precision=0.99), truth, score, folds)
    own = score[:50] >= Aim(precision=0.99).choose(truth[50:], score[50:])
    assert dropped[:50].tolist() == own.tolist()


def test_a_curve_falls_in_recall() -> None:
    truth, score = scored(2000)
    recalls = [point["recall"] for point in curve(truth, 1 / (1 + np.exp(-score)))]
    assert recalls == sorted(recalls, reverse=True)
    assert len(recalls) > 10


def test_calibration_agrees_with_logistic_regression() -> None:
    truth, score = scored(5000)
    slope, shift = calibrate(truth.astype(float), score)
    model = LogisticRegression(C=1e9).fit(score[:, None], truth)
    assert slope == pytest.approx(model.coef_[0, 0], rel=0.01)
    assert shift == pytest.approx(model.intercept_[0], abs=0.02)


def test_made_up_faults_change_a_face_and_stay_pictures() -> None:
    rng, image = np.random.default_rng(0), face()
    marks, occluders = draw_marks(20, rng), draw_occluders(20, rng)
    assert marks.shape == (20, 48, 48)
    assert marks.min() >= 0
    assert marks.max() <= 1
    unknown = np.full((5, 2), np.nan, dtype=np.float32)
    for mark, occluder in zip(marks, occluders, strict=True):
        marked = paste_mark(image.astype(np.float32), mark, rng)
        hidden = paste_occluder(image.astype(np.float32), occluder, unknown, face(2), rng)
        for changed in (marked, hidden):
            assert changed.shape == (48, 48)
            assert changed.min() >= -1e-3
            assert changed.max() <= 255 + 1e-3
            assert np.abs(changed - image).max() > 5
        assert (np.abs(hidden - image) > 1).mean() > 0.03


@pytest.mark.parametrize("seed", range(12))
def test_drawings_and_non_faces_are_pictures_of_the_same_size(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for made in (stylize(face(), rng), non_face(face(), face(2), rng)):
        assert made.shape == (48, 48)
        assert made.dtype == np.uint8
        assert not np.array_equal(made, face())


def test_the_labels_are_what_their_card_says() -> None:
    with LABELS_CSV.open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == len({row["row"] for row in rows}) == 13000
    assert sum(row["sample"] == "random" for row in rows) == 8200
    assert all(int(row["row"]) < 28709 for row in rows)
    for name in CRITERIA:
        assert {row[name] for row in rows} <= {"0", "1", ""}
        positives = sum(row[name] == "1" for row in rows)
        assert card()["trained_on"]["positives"][name] == positives


@pytest.mark.torch
def test_the_network_is_the_same_in_opencv(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason="the screener's training needs PyTorch")
    pytest.importorskip("onnx", reason="the screener's training needs ONNX")
    from benchmarks.screener.network import FaultsOnly, ScreenerNet, write_onnx

    torch.manual_seed(1)
    net = ScreenerNet().eval()
    slope, shift = torch.tensor([1.0, 0.5, 2.0, 1.5]), torch.tensor([0.0, 1.0, -1.0, 0.5])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        write_onnx(FaultsOnly(net, slope, shift), tmp_path / "net.onnx")
    assert (tmp_path / "net.onnx").stat().st_size < 3 << 20
    pictures = np.random.default_rng(0).normal(0, 1, (3, 1, 48, 48)).astype(np.float32)
    with torch.no_grad():
        expected = (net(torch.from_numpy(pictures))[0] * slope + shift).numpy()
    reader = cv2.dnn.readNetFromONNX(str(tmp_path / "net.onnx"))
    reader.setInput(pictures)
    assert np.allclose(reader.forward(), expected, atol=1e-4)
