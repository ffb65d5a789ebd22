"""Budgets of the default model, and views of a tested picture: said, and the same afterwards."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fercurate.training.networks.views import ONE, VIEWS, View, mean_of_views

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def numbered(*shape: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    return np.arange(np.prod(shape), dtype=np.uint8).reshape(shape)


def test_a_view_moves_and_then_mirrors() -> None:
    pictures = numbered(1, 4, 5)
    assert ONE(pictures) is pictures
    np.testing.assert_array_equal(View(mirror=True)(pictures)[0, 0], [4, 3, 2, 1, 0])
    np.testing.assert_array_equal(View(right=1)(pictures)[0, 0], [0, 0, 1, 2, 3])
    np.testing.assert_array_equal(View(right=-1)(pictures)[0, 0], [1, 2, 3, 4, 4])
    np.testing.assert_array_equal(View(down=1)(pictures)[0, :, 0], [0, 0, 5, 10])
    np.testing.assert_array_equal(View(1, 0, True)(pictures)[0, 0], [3, 2, 1, 0, 0])
    colored = numbered(2, 3, 4, 3)
    np.testing.assert_array_equal(View(mirror=True)(colored), colored[:, :, ::-1, :])
    wide = np.zeros((1, 96, 96), np.uint8)
    wide[0, :, 10] = 1
    assert View(right=1)(wide)[0, 0].argmax() == 14  # two pixels of 48 are four of 96


def test_a_prediction_is_the_mean_of_all_views() -> None:
    told = iter(range(10))
    found = mean_of_views(lambda _: np.full((2, 3), next(told), dtype=float), "shifts")
    np.testing.assert_array_equal(found, np.full((2, 3), 4.5))
    assert len(set(VIEWS["shifts"])) == 10
    assert [len(views) for views in VIEWS.values()] == [1, 2, 10]


def test_views_are_said_and_an_evaluation_takes_them_as_well(train: Any, tmp_path: Path) -> None:
    for views in ("one", "mirror"):
        assert train.quick("--epochs", 1, "--views", views, output=views) == 0
    one, mirror = train.metrics("one"), train.metrics("mirror")
    assert one["history"] == mirror["history"]
    assert (one["settings"]["views"], mirror["settings"]["views"]) == ("one", "mirror")
    ending = "pt" if train.framework == "torch" else "keras"
    checkpoint = train.folder / "mirror" / f"best.{ending}"
    chances = (train.folder / "mirror" / "predictions_test.csv").read_text()
    assert chances != (train.folder / "one" / "predictions_test.csv").read_text()
    script = train.of("evaluate")
    again = [str(checkpoint), str(train.export), "--split", "test", "--output", str(tmp_path / "e")]
    assert script.main(train.home, again) == 0
    (found,) = json.loads((tmp_path / "e" / "metrics.json").read_text())["exports"]
    assert found["splits"]["test"] == mirror["splits"]["test"]


@pytest.mark.parametrize(
    ("budget", "model", "epochs"),
    [("quick", "compact_small", 6), ("standard", "compact", 24), ("long", "compact_wide", 60)],
)
def test_a_budget_sets_width_and_epochs(train: Any, budget: str, model: str, epochs: int) -> None:
    options = train.script.arguments(train.home, ["--budget", budget])
    settings = train.script.chosen_settings(options)
    assert (settings.model, settings.epochs) == (model, epochs)
    options = train.script.arguments(train.home, ["--budget", budget, "--epochs", "3"])
    assert train.script.chosen_settings(options).epochs == 3


def test_a_budget_is_for_the_default_model_alone(
    train: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        train("--budget", "quick", "--model", "vgg5")
    assert "beside --model say --epochs" in capsys.readouterr().err
