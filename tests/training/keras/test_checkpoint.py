"""Keras: a checkpoint is judged by evaluate.py and predict.py, and read by Keras alone."""

import csv
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import cv2
import h5py
import numpy as np
import pytest

from fercurate.recipe.shipped import load_recipe
from fercurate.training.shared.export import read_export
from fercurate.training.shared.home import HomeExport

# NumPy wants another argument of the arrays that Keras's variables turn into.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.fixture
def framework() -> str:
    return "keras"


@pytest.fixture(scope="session")
def evaluation(load_kit: Any) -> ModuleType:
    found: ModuleType = load_kit("keras", "evaluate")
    return found


@pytest.fixture(scope="session")
def checkpoint(
    load_kit: Any, weighted_export: Any, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    output, data = tmp_path_factory.mktemp("run"), weighted_export("keras")
    options = ["--data", data, "--output", output, "--model", "fpt_baseline", "--epochs", 1]
    assert load_kit("keras", "train").main(HomeExport(data), [str(one) for one in options]) == 0
    return output / "best.keras"


def test_a_checkpoint_gives_the_figures_of_its_run(
    evaluation: ModuleType, export: Path, checkpoint: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluation.main(HomeExport(export), [str(checkpoint), str(export)]) == 0
    found = json.loads((checkpoint.parent / "evaluation" / "metrics.json").read_text())
    (only,) = found["exports"]
    assert only["splits"] == json.loads((checkpoint.parent / "metrics.json").read_text())["splits"]
    assert only["trained_on_it"]
    for name in ("predictions_val.csv", "predictions_test.csv"):
        (told,) = checkpoint.parent.glob(f"evaluation/*/{name}")
        assert told.read_bytes() == checkpoint.with_name(name).read_bytes()
    assert "accuracy" in capsys.readouterr().out


def test_pictures_of_an_export_get_the_scores_that_evaluate_gives_them(
    load_kit: Any, export: Path, checkpoint: Path, tmp_path: Path
) -> None:
    predict = load_kit("keras", "predict")
    with h5py.File(export / "test.h5") as file:
        pictures = file["images"][:5]
    (tmp_path / "in").mkdir()
    for number, picture in enumerate(pictures):
        assert cv2.imwrite(str(tmp_path / "in" / f"{number}.png"), picture)
    given = (checkpoint, tmp_path / "in", "--output", tmp_path / "out")
    assert predict.main([str(one) for one in given]) == 0
    model = load_kit("keras", "checkpoint").load_classifier(checkpoint)
    with (tmp_path / "out" / "predictions.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    chances = [[float(row[name]) for name in model.classes] for row in rows]
    np.testing.assert_allclose(chances, model.probabilities(pictures), atol=1e-5)
    assert len(list((tmp_path / "out").rglob("*.png"))) == 5


def test_keras_alone_reads_a_checkpoint(train: Any, checkpoint: Path, export: Path) -> None:
    keras = train.script.keras
    model = keras.saving.load_model(checkpoint)
    assert not model.compiled
    opened = read_export(export)
    rows = opened.splits["train"].whole().first(16)
    ((pictures, _),) = train.of("loading").FaceBatches(rows, 7, 16)
    made = model.predict(pictures, verbose=0)
    ours = train.of("checkpoint").load_classifier(checkpoint)
    raised = np.exp(made - made.max(axis=1, keepdims=True))
    chances = raised / raised.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(chances, ours.probabilities(rows.split.pictures()[:16]), rtol=1e-4)
    normal = keras.ops.convert_to_numpy(model.layers[1](pictures))
    with h5py.File(export / "train.h5") as file:
        plain = (file["images"][:16] / 255 - file.attrs["mean"]) / file.attrs["std"]
    np.testing.assert_allclose(normal[..., 0], plain, atol=1e-4)


def test_other_classes_are_refused(
    train: Any, evaluation: ModuleType, checkpoint: Path, merged_store: Path, tmp_path: Path
) -> None:
    text = load_recipe("fer2013_seven").text.replace("scheme: seven", "scheme: five")
    five = train.built(merged_store, text)
    assert evaluation.main(HomeExport(five), [str(checkpoint), str(five)]) == 1
    (line,) = train.capsys.readouterr().err.splitlines()
    assert "other classes: angry, happy, neutral, sad, surprise" in line
    assert evaluation.main(HomeExport(five), [str(tmp_path / "none.keras")]) == 1
    assert "no such file" in train.capsys.readouterr().err
