"""Keras: every model runs, runs repeat and resume, checkpoints are evaluated, faults are a line."""

import io
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import h5py
import numpy as np
import pytest

from fercurate.pipeline.build import BuildRequest, build
from fercurate.recipe.loader import parse_recipe
from fercurate.recipe.shipped import load_recipe

# NumPy wants another argument of the arrays that Keras's variables turn into.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

Train = Callable[..., int]
QUICK = ("--model", "fpt_baseline", "--batch-size", "16")


def exported(store: Path, output: Path, text: str, **options: Any) -> Path:
    """Build a recipe with the scripts of Keras."""
    options = {"framework": "keras", **options}
    build(BuildRequest(parse_recipe(text, "own.yaml"), store, output, **options))
    return output


@pytest.fixture(scope="session")
def export(shared_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three splits of drawn faces with weights and scripts; not to be changed."""
    text = load_recipe("fer2013_seven").text + "\nclass_weights: balanced\n"
    return exported(shared_store, tmp_path_factory.mktemp("keras") / "o", text)


@pytest.fixture(scope="session")
def script(load_template: Any) -> ModuleType:
    found: ModuleType = load_template("keras", "train")
    pytest.importorskip("torch").set_num_threads(1)
    return found


@pytest.fixture(scope="session")
def evaluation(load_template: Any) -> ModuleType:
    found: ModuleType = load_template("keras", "evaluate")
    return found


@pytest.fixture
def train(script: ModuleType, export: Path, tmp_path: Path) -> Train:
    """Run train.py on the export; results go to the folder ``run`` unless told otherwise."""

    def call(*given: object, data: Path = export, output: str = "run") -> int:
        options = ["--data", data, "--output", tmp_path / output, *given]
        return int(script.main([str(option) for option in options]))

    return call


def own(script: ModuleType) -> dict[str, Any]:
    """What the loop sees: ``Trainer``, ``FaceBatches``, ``settings_for`` and others by name."""
    loop = script.Trainer.__init__.__globals__
    return {
        **loop["change_for"].__globals__,
        **loop["FaceBatches"].__getitem__.__globals__,
        **script.chosen_settings.__globals__,
        **script.run.__globals__,
        **loop,
    }


def metrics(folder: Path) -> dict[str, Any]:
    """What a run has found, without the seconds it took."""
    found: dict[str, Any] = json.loads((folder / "metrics.json").read_text())
    for row in found["history"]:
        del row["seconds"]
    return found


MODELS = (
    *("compact", "csun_fer", "csun_ckplus", "fer_paper", "dbs_cnn", "vgg5", "ewu_allconv"),
    *("ewu_blocks", "fpt_baseline", "mini_xception"),
)


@pytest.mark.parametrize("model", MODELS)
def test_every_model_trains_and_reports(train: Train, tmp_path: Path, model: str) -> None:
    assert train("--smoke", "--model", model, "--batch-size", 4) == 0
    found = metrics(tmp_path / "run")
    assert set(found["splits"]) == {"val", "test"}
    assert len(found["history"]) == 1
    assert 0 < found["history"][0]["train_loss"] < 50
    assert found["splits"]["test"]["all"]["rows"] == 30
    assert found["settings"]["precision"] == "float32"
    names = {"metrics.json", "best.keras", "last.keras", "curves.png", "confusion.png"}
    assert {path.name for path in (tmp_path / "run").iterdir()} == names


def test_the_model_is_described(train: Train, capsys: pytest.CaptureFixture[str]) -> None:
    assert train("--describe", "--json", "--model", "csun_fer") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["model"], found["parameters"]) == ("csun_fer", 3_931_975)
    assert found["trainable"] == 3_929_031
    assert sum(layer["parameters"] for layer in found["layers"]) == found["parameters"]
    assert train("--describe", "--model", "mini_xception") == 0
    assert "58,423 parameters" in capsys.readouterr().out


def test_one_seed_gives_one_run_and_another_another(train: Train, tmp_path: Path) -> None:
    for output, seed in (("a", 1), ("b", 1), ("c", 2)):
        assert train(*QUICK, "--epochs", 2, "--seed", seed, output=output) == 0
    first, second, third = (metrics(tmp_path / name) for name in "abc")
    assert first == second
    assert first["history"] != third["history"]


@pytest.mark.parametrize(
    ("model", "schedule"), [("compact", "cosine"), ("fpt_baseline", "plateau")]
)
def test_a_resumed_run_is_the_run(
    train: Train,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    script: ModuleType,
    model: str,
    schedule: str,
) -> None:
    options = ("--model", model, "--batch-size", 16, "--epochs", 2, "--schedule", schedule)
    assert train(*options, output="whole") == 0
    shown = script.epoch_line

    def stop(row: dict[str, Any], epochs: int) -> str:
        if row["epoch"] == 2:
            raise KeyboardInterrupt
        return str(shown(row, epochs))

    monkeypatch.setattr(script, "epoch_line", stop)
    assert train(*options, output="broken") == 130
    monkeypatch.setattr(script, "epoch_line", shown)
    assert script.read_state(tmp_path / "broken" / "last.keras")["progress"]["epoch"] == 1
    assert train(*options, "--resume", output="broken") == 0
    assert metrics(tmp_path / "broken") == metrics(tmp_path / "whole")
    for name in ("last.keras", "best.keras"):
        ours, theirs = (weights(tmp_path / run / name) for run in ("broken", "whole"))
        assert list(ours) == list(theirs)
        assert all(np.array_equal(ours[key], theirs[key]) for key in ours)


def weights(path: Path) -> dict[str, Any]:
    """All numbers that a .keras file holds, the optimizer's included."""
    found: dict[str, Any] = {}

    def note(_: str, item: Any) -> None:
        if isinstance(item, h5py.Dataset):
            found[str(len(found))] = item[...]

    with zipfile.ZipFile(path) as archive:
        inner = io.BytesIO(archive.read("model.weights.h5"))
    with h5py.File(inner, "r") as file:
        file.visititems(note)
    assert found
    return found


def test_other_settings_are_not_resumed(train: Train, capsys: pytest.CaptureFixture[str]) -> None:
    assert train(*QUICK, "--smoke") == 0
    assert train(*QUICK, "--smoke", "--lr", 0.5, "--resume") == 1
    assert "was trained with another lr; leave --resume out" in capsys.readouterr().err


def test_patience_ends_a_run(train: Train, tmp_path: Path) -> None:
    """A learning rate of nothing gains nothing: the first epoch stays the best."""
    assert train(*QUICK, "--epochs", 9, "--lr", 1e-30, "--patience", 2) == 0
    found = metrics(tmp_path / "run")
    assert len(found["history"]) == 3
    assert found["chosen_epoch"] == 1


def fault(train: Train, capsys: pytest.CaptureFixture[str], data: Path, *given: object) -> str:
    """The one line of a run that fails."""
    capsys.readouterr()
    assert train("--smoke", *QUICK, *given, data=data) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("error: ")
    return line


def test_a_changed_file_is_noticed(
    train: Train, export: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = shutil.copytree(export, tmp_path / "x")
    with h5py.File(data / "test.h5", "r+") as file:
        file["labels"][0] = (file["labels"][0] + 1) % 7
    assert "test.h5: changed since it was built" in fault(train, capsys, data)
    assert "the export has no folds" in fault(train, capsys, export, "--fold", 1)


def test_damaged_and_foreign_checkpoints_are_one_line(
    train: Train, export: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    last = tmp_path / "run" / "last.keras"
    last.parent.mkdir()
    for content in (b"nothing", b"PK\x05\x06" + bytes(18)):
        last.write_bytes(content)
        assert "damaged, or no checkpoint" in fault(train, capsys, export, "--resume")


def test_pictures_too_small_for_a_model(
    train: Train, shared_store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = load_recipe("fer2013_seven").text.replace("size: 48", "size: 16")
    data = exported(shared_store, tmp_path / "o", text)
    assert "pictures of 38x38 or more, not 16x16" in fault(train, capsys, data)


def test_folds_are_trained_one_by_one(train: Train, merged_store: Path, tmp_path: Path) -> None:
    text = load_recipe("ckplus_10fold").text.replace("folds: 10", "folds: 3")
    data = exported(merged_store, tmp_path / "o", text)
    assert train("--smoke", *QUICK, "--fold", "all", data=data) == 0
    summary = json.loads((tmp_path / "run" / "metrics.json").read_text())
    accuracies = [one["accuracy"] for one in summary["folds"]]
    assert summary["mean"] == pytest.approx(np.mean(accuracies))
    assert len(accuracies) == 3


ONLINE = """
online:
  - {kind: albumentations, transform: HorizontalFlip, p: 0.5}
  - {kind: albumentations, transform: Affine, rotate: [-9, 9]}
"""


def test_soft_targets_and_albumentations(
    train: Train, script: ModuleType, shared_store: Path, tmp_path: Path
) -> None:
    labels = "scheme: seven\n  ferplus: {mode: probability}"
    text = load_recipe("fer2013_seven").text.replace("scheme: seven", labels) + ONLINE
    data = exported(shared_store, tmp_path / "o", text)
    assert train("--smoke", *QUICK, data=data) == 0
    trainer = trained(script, data, "fpt_baseline")
    assert not trainer.model.loss.certain
    with h5py.File(data / "train.h5") as file:
        expected, pictures = file["targets"][:], file["images"][:]
    np.testing.assert_array_equal(trainer.batches.answers, expected)
    first, again = (trainer.batches[0][0] for _ in range(2))
    np.testing.assert_array_equal(first, again)
    trainer.batches.change = None
    plain, _ = trainer.batches[0]
    assert plain[0, :, :, 0].astype(np.uint8).tobytes() in {one.tobytes() for one in pictures}
    assert np.abs(first - plain).max() > 10
    trainer.batches.on_epoch_end()
    assert np.abs(trainer.batches[0][0] - plain).max() > 10


def trained(script: ModuleType, data: Path, model: str, **given: Any) -> Any:
    """A trainer of an export before its first epoch."""
    names = own(script)
    opened = names["read_export"](data)
    split = opened.splits["train"]
    settings = names["settings_for"](model, {"batch_size": 16, **given})
    return script.Trainer(opened, settings, split.take(np.arange(len(split))))


@pytest.fixture(scope="session")
def checkpoint(script: ModuleType, export: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("run")
    options = ["--data", export, "--output", output, *QUICK, "--epochs", 1]
    assert script.main([str(option) for option in options]) == 0
    return output / "best.keras"


def test_a_checkpoint_gives_the_figures_of_its_run(
    evaluation: ModuleType, export: Path, checkpoint: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluation.main([str(checkpoint), str(export)]) == 0
    found = json.loads((checkpoint.parent / "evaluation" / "metrics.json").read_text())
    (only,) = found["exports"]
    assert only["splits"] == metrics(checkpoint.parent)["splits"]
    assert only["trained_on_it"]
    assert "accuracy" in capsys.readouterr().out


def test_keras_alone_reads_a_checkpoint(script: ModuleType, checkpoint: Path, export: Path) -> None:
    model = script.keras.saving.load_model(checkpoint)
    assert not model.compiled
    trainer = trained(script, export, "fpt_baseline")
    trainer.batches.change = trainer.batches.seed = None
    pictures, _ = trainer.batches[0]
    trainer.judged.load_weights(checkpoint)
    made, expected = (one.predict(pictures, verbose=0) for one in (model, trainer.judged))
    np.testing.assert_allclose(made, expected, rtol=1e-5)
    normal = script.keras.ops.convert_to_numpy(model.layers[1](pictures))
    with h5py.File(export / "train.h5") as file:
        plain = (file["images"][:16] / 255 - file.attrs["mean"]) / file.attrs["std"]
    np.testing.assert_allclose(normal[..., 0], plain, atol=1e-4)


def test_other_classes_are_refused(
    evaluation: ModuleType,
    checkpoint: Path,
    merged_store: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = load_recipe("fer2013_seven").text.replace("scheme: seven", "scheme: five")
    five = exported(merged_store, tmp_path / "five", text, framework="none")
    assert evaluation.main([str(checkpoint), str(five)]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "other classes: angry, happy, neutral, sad, surprise" in line
    assert evaluation.main([str(tmp_path / "none.keras")]) == 1
    assert "no such file" in capsys.readouterr().err
