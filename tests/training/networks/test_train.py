"""train.py of networks: every model runs, runs repeat and resume, folds are trained."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from fercurate.training.shared.home import HomeExport

# NumPy wants another argument of the arrays that Keras's variables turn into.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

ENDING = {"torch": "pt", "keras": "keras"}
MODELS = (
    *(
        "compact",
        "compact_small",
        "csun_fer",
        "csun_ckplus",
        "fer_paper",
        "dbs_cnn",
        "vgg5",
        "ewu_allconv",
    ),
    *("ewu_blocks", "fpt_baseline", "mini_xception"),
)


@pytest.mark.parametrize("model", MODELS)
def test_every_model_trains_and_reports(train: Any, tmp_path: Path, model: str) -> None:
    assert train("--smoke", "--model", model, "--batch-size", 4) == 0
    found = train.metrics()
    assert set(found["splits"]) == {"val", "test"}
    assert len(found["history"]) == 1
    assert 0 < found["history"][0]["train_loss"] < 50
    assert found["splits"]["test"]["all"]["rows"] == 30
    checkpoints = {f"{name}.{ENDING[train.framework]}" for name in ("best", "last")}
    names = {"metrics.json", "curves.png", "confusion.png"} | checkpoints
    names |= {"predictions_val.csv", "predictions_test.csv"}
    assert {path.name for path in (tmp_path / "run").iterdir()} == names


def test_predictions_tell_each_row_and_give_the_figures_again(train: Any, tmp_path: Path) -> None:
    assert train.quick("--epochs", 1) == 0
    for name, parts in train.metrics()["splits"].items():
        with (tmp_path / "run" / f"predictions_{name}.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        with h5py.File(train.export / f"{name}.h5") as file:
            classes, codes = list(file.attrs["class_names"]), file["labels"][:]
            assert [row["sample_id"] for row in rows] == file["sample_id"].asstr()[:].tolist()
        assert [row["label"] for row in rows] == [classes[code] for code in codes]
        assert list(rows[0])[3:] == [*(f"p_{one}" for one in classes), "out_of_fold"]
        assert {row["out_of_fold"] for row in rows} == {"1"}
        chances = np.array([[float(row[f"p_{one}"]) for one in classes] for row in rows])
        np.testing.assert_allclose(chances.sum(axis=1), 1, atol=1e-6)
        predicted = chances.argmax(axis=1)
        assert [row["predicted"] for row in rows] == [classes[code] for code in predicted]
        confusion = np.zeros((len(classes),) * 2, dtype=int)
        np.add.at(confusion, (codes, predicted), 1)
        assert confusion.tolist() == parts["all"]["confusion"]


def test_the_model_is_described(train: Any, capsys: pytest.CaptureFixture[str]) -> None:
    for model, parameters in (("vgg5", 13_111_367), ("csun_fer", 3_931_975)):
        assert train("--describe", "--json", "--model", model) == 0
        found = json.loads(capsys.readouterr().out)
        assert (found["model"], found["parameters"]) == (model, parameters)
        assert sum(layer["parameters"] for layer in found["layers"]) == found["parameters"]
    assert found["trainable"] == 3_929_031
    assert train("--describe", "--model", "mini_xception") == 0
    assert "58,423 parameters" in capsys.readouterr().out


def test_one_seed_gives_one_run_and_another_another(train: Any) -> None:
    for output, seed in (("a", 1), ("b", 1), ("c", 2)):
        assert train.quick("--epochs", 2, "--seed", seed, output=output) == 0
    first, second, third = (train.metrics(name) for name in "abc")
    assert first == second
    assert first["history"] != third["history"]


@pytest.mark.parametrize(
    ("model", "schedule"), [("compact", "cosine"), ("fpt_baseline", "plateau")]
)
def test_a_resumed_run_is_the_run(
    train: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: str, schedule: str
) -> None:
    options = ("--model", model, "--batch-size", 16, "--epochs", 3, "--schedule", schedule)
    assert train(*options, output="whole") == 0
    shown = train.script.epoch_line

    def stop(row: dict[str, Any], epochs: int) -> str:
        if row["epoch"] == 2:
            raise KeyboardInterrupt
        return str(shown(row, epochs))

    monkeypatch.setattr(train.script, "epoch_line", stop)
    assert train(*options, output="broken") == 130
    assert "interrupted; --resume in the same command goes on" in train.capsys.readouterr().err
    monkeypatch.setattr(train.script, "epoch_line", shown)
    assert train(*options, "--resume", output="broken") == 0
    assert train.metrics("broken") == train.metrics("whole")
    for name in ("last", "best"):
        end = f"{name}.{ENDING[train.framework]}"
        ours, theirs = (weights(tmp_path / run / end) for run in ("broken", "whole"))
        assert list(ours) == list(theirs)
        assert all(np.array_equal(ours[key], theirs[key]) for key in ours)


def weights(path: Path) -> dict[str, Any]:
    """All numbers that a checkpoint holds; of a .keras file the optimizer's too."""
    found: dict[str, Any] = {}
    if path.suffix == ".pt":
        import torch

        return {name: one.numpy() for name, one in torch.load(path)["model"].items()}

    def note(_: str, item: Any) -> None:
        if isinstance(item, h5py.Dataset):
            found[str(len(found))] = item[...]

    with zipfile.ZipFile(path) as archive:
        inner = io.BytesIO(archive.read("model.weights.h5"))
    with h5py.File(inner, "r") as file:
        file.visititems(note)
    assert found
    return found


def test_runs_of_other_settings_and_other_rows_are_not_resumed(
    train: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert train.quick("--smoke") == 0
    capsys.readouterr()
    assert train.quick("--smoke", "--lr", 0.5, "--resume") == 1
    assert "was trained with another lr; leave --resume out" in capsys.readouterr().err
    assert train.quick("--resume") == 1
    err = capsys.readouterr().err
    assert "was trained on 32 rows, now there are 140 (--smoke takes only a few)" in err
    assert err.count("\n") == 1


def test_results_are_replaced_only_when_told(train: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert train.quick("--epochs", 1) == 0
    before = train.metrics()
    fault = train.fault()
    assert "run: holds results already; pass --overwrite to begin anew, --resume to go on" in fault
    assert train.metrics() == before
    assert train.quick("--epochs", 1, "--seed", 3, "--overwrite") == 0
    assert train.metrics()["history"] != before["history"]


def test_a_kill_between_two_checkpoints_is_survived(
    train: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After each of the first checkpoints: the next run gives what a whole one does."""
    assert train.quick("--epochs", 2, output="whole") == 0
    save = train.script.save
    for kill in (2, 3):
        count = iter(range(1, 99))

        def dies(*given: Any, count: Any = count, kill: int = kill) -> None:
            if next(count) == kill:
                raise KeyboardInterrupt
            save(*given)

        monkeypatch.setattr(train.script, "save", dies)
        output = f"killed-{kill}"
        assert train.quick("--epochs", 2, output=output) == 130
        monkeypatch.setattr(train.script, "save", save)
        assert train.quick("--epochs", 2, "--resume", output=output) == 0
        assert train.metrics(output) == train.metrics("whole")


def test_a_best_of_another_epoch_is_not_reported(train: Any, shared_store: Path) -> None:
    """Without validation the last epoch is the one that counts."""
    data, best = train.built(shared_store, "modified_fer"), f"best.{ENDING[train.framework]}"
    for output, epochs in (("one", 1), ("two", 2)):
        assert train.quick("--epochs", epochs, data=data, output=output) == 0
    (train.folder / "one" / best).replace(train.folder / "two" / best)
    assert train.quick("--epochs", 2, "--resume", data=data, output="two") == 1
    assert (
        f"{best}: is not of this run; begin anew with --overwrite" in train.capsys.readouterr().err
    )
    (train.folder / "two" / best).unlink()
    assert train.quick("--epochs", 2, "--resume", data=data, output="two") == 1
    assert f"{best}: no such file" in train.capsys.readouterr().err


@pytest.fixture
def own_policy(train: Any) -> Iterator[None]:
    """Keras's policy is one for the process: put it back."""
    yield
    if train.framework == "keras":
        train.script.keras.config.set_dtype_policy("float32")


@pytest.mark.usefixtures("own_policy")
def test_mixed_precision_learns_about_the_same(train: Any, load_kit: Any) -> None:
    for precision in ("float32", "bfloat16"):
        assert train.quick("--epochs", 2, "--precision", precision, output=precision) == 0
    one, other = (train.metrics(name) for name in ("float32", "bfloat16"))
    assert other["computed_by"]["precision"] == "bfloat16"
    losses = [[row["train_loss"] for row in found["history"]] for found in (one, other)]
    assert losses[0] != losses[1]
    np.testing.assert_allclose(losses[0], losses[1], rtol=0.02)
    folder = train.folder / "bfloat16"
    checkpoint, evaluation = (
        f"best.{ENDING[train.framework]}",
        load_kit(train.framework, "evaluate"),
    )
    given = [str(folder / checkpoint), str(train.export)]
    assert evaluation.main(HomeExport(train.export), given) == 0
    (found,) = json.loads((folder / "evaluation" / "metrics.json").read_text())["exports"]
    assert found["splits"] == other["splits"]


def test_patience_ends_a_run(train: Any) -> None:
    """A learning rate of nothing gains nothing: the first epoch stays the best."""
    given = ("--epochs", 9, "--lr", 1e-30, "--patience", 2, "--augment", "none")
    assert train.quick(*given) == 0
    found = train.metrics()
    assert len(found["history"]) == 3
    assert found["chosen_epoch"] == 1
