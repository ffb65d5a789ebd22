"""train.py for PyTorch: every model runs, runs repeat and resume, faults are one line."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import h5py
import numpy as np
import pytest
from sklearn.metrics import classification_report, confusion_matrix

from fercurate.pipeline.build import BuildRequest, build
from fercurate.recipe.loader import parse_recipe
from fercurate.recipe.shipped import load_recipe

torch = pytest.importorskip("torch")

Train = Callable[..., int]
QUICK = ("--model", "fpt_baseline", "--batch-size", "16")


def exported(store: Path, output: Path, recipe: str, **options: Any) -> Path:
    """Build a shipped recipe, or one of a text."""
    text = "\n" in recipe
    loaded = parse_recipe(recipe, "own.yaml") if text else load_recipe(recipe)
    build(BuildRequest(loaded, store, output, **options))
    return output


@pytest.fixture(scope="session")
def export(shared_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three splits of drawn faces with weights and scripts; not to be changed."""
    text = load_recipe("fer2013_seven").text + "\nclass_weights: balanced\n"
    return exported(shared_store, tmp_path_factory.mktemp("export") / "o", text)


@pytest.fixture(scope="session")
def script(load_template: Any) -> ModuleType:
    torch.set_num_threads(1)
    return load_template("torch", "train")


@pytest.fixture
def train(script: ModuleType, export: Path, tmp_path: Path) -> Train:
    """Run train.py on the export; results go to the folder ``run`` unless told otherwise."""

    def call(*given: object, data: Path = export, output: str = "run") -> int:
        options = ["--data", data, "--output", tmp_path / output, *given]
        return script.main([str(option) for option in options])

    return call


def metrics(folder: Path) -> dict[str, Any]:
    """What a run has found, without the seconds it took."""
    found = json.loads((folder / "metrics.json").read_text())
    for row in found["history"]:
        del row["seconds"]
    return found


MODELS = (
    *("compact", "csun_fer", "csun_ckplus", "fer_paper", "dbs_cnn", "vgg5", "ewu_allconv"),
    *("ewu_blocks", "fpt_baseline", "mini_xception"),
)


@pytest.mark.parametrize("model", MODELS)
def test_every_model_trains_and_reports(train: Train, tmp_path: Path, model: str) -> None:
    assert train("--smoke", "--model", model, "--batch-size", 8) == 0
    found = metrics(tmp_path / "run")
    assert set(found["splits"]) == {"val", "test"}
    assert len(found["history"]) == 1
    assert 0 < found["history"][0]["train_loss"] < 50
    assert found["splits"]["test"]["all"]["rows"] == 30
    names = {"metrics.json", "best.pt", "last.pt", "curves.png", "confusion.png"}
    assert {path.name for path in (tmp_path / "run").iterdir()} == names


def test_the_model_is_described(train: Train, capsys: pytest.CaptureFixture[str]) -> None:
    assert train("--describe", "--json", "--model", "vgg5") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["model"], found["parameters"]) == ("vgg5", 13_111_367)
    assert sum(layer["parameters"] for layer in found["layers"]) == found["parameters"]
    assert train("--describe", "--model", "mini_xception") == 0
    assert "58,423 parameters" in capsys.readouterr().out


def test_one_seed_gives_one_run_and_another_another(train: Train, tmp_path: Path) -> None:
    for output, seed in (("a", 1), ("b", 1), ("c", 2)):
        assert train(*QUICK, "--epochs", 2, "--seed", seed, output=output) == 0
    first, second, third = (metrics(tmp_path / name) for name in "abc")
    assert first == second
    assert first["history"] != third["history"]


@pytest.mark.parametrize("schedule", ["cosine", "plateau"])
def test_a_resumed_run_is_the_run(
    train: Train, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: ModuleType, schedule: str
) -> None:
    options = ("--model", "compact", "--batch-size", 16, "--epochs", 3, "--schedule", schedule)
    assert train(*options, output="whole") == 0
    shown = script.epoch_line

    def stop(row: dict[str, Any], epochs: int) -> str:
        if row["epoch"] == 2:
            raise KeyboardInterrupt
        return shown(row, epochs)

    monkeypatch.setattr(script, "epoch_line", stop)
    assert train(*options, output="broken") == 130
    monkeypatch.setattr(script, "epoch_line", shown)
    assert torch.load(tmp_path / "broken" / "last.pt")["progress"]["epoch"] == 1
    assert train(*options, "--resume", output="broken") == 0
    assert metrics(tmp_path / "broken") == metrics(tmp_path / "whole")
    states = [torch.load(tmp_path / name / "last.pt")["model"] for name in ("whole", "broken")]
    assert all(torch.equal(states[0][name], states[1][name]) for name in states[0])


def test_other_settings_are_not_resumed(train: Train, capsys: pytest.CaptureFixture[str]) -> None:
    assert train(*QUICK, "--smoke") == 0
    assert train(*QUICK, "--smoke", "--lr", 0.5, "--resume") == 1
    assert "was trained with another lr; leave --resume out" in capsys.readouterr().err


def changed(export: Path, folder: Path) -> Path:
    return shutil.copytree(export, folder)


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
    data = changed(export, tmp_path / "x")
    with h5py.File(data / "test.h5", "r+") as file:
        file["labels"][0] = (file["labels"][0] + 1) % 7
    assert "test.h5: changed since it was built" in fault(train, capsys, data)
    assert train("--smoke", *QUICK, "--no-verify", data=data) == 0


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (lambda d: (d / "train.h5").unlink(), "no train.h5"),
        (lambda d: (d / "recipe.lock").unlink(), "recipe.lock is missing"),
        (lambda d: (d / "recipe.lock").write_text("{}"), "recipe.lock is missing or does not"),
        (lambda d: (d / "test.h5").write_bytes(b"nothing"), "changed since"),
    ],
)
def test_what_is_missing_is_said(
    train: Train,
    export: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    harm: Callable[[Path], object],
    says: str,
) -> None:
    data = changed(export, tmp_path / "x")
    harm(data)
    assert says in fault(train, capsys, data)


@pytest.mark.parametrize(
    ("attribute", "value", "says"),
    [
        ("class_names", ["disgust", "angry", "fear", "happy", "sad", "surprise", "neutral"],
         "classes disgust, angry"),
        ("recipe_sha256", "0" * 64, "of another recipe than train.h5"),
        ("format_version", 9, "format version 9, this script reads 1"),
        ("type", "other", "no export of fercurate"),
    ],
)  # fmt: skip
def test_files_that_disagree_are_refused(
    train: Train,
    export: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    attribute: str,
    value: Any,
    says: str,
) -> None:
    data = changed(export, tmp_path / "x")
    with h5py.File(data / "test.h5", "r+") as file:
        file.attrs[attribute] = value
    assert says in fault(train, capsys, data, "--no-verify")


def test_scripts_refuse_another_export(export: Path, merged_store: Path, tmp_path: Path) -> None:
    other = exported(merged_store, tmp_path / "o", "ckplus_10fold", framework="none")
    run = [sys.executable, str(export / "train.py"), "--data", str(other), "--smoke"]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "these scripts were built for angry, disgust" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_no_pytorch_is_one_line(export: Path) -> None:
    code = (
        "import sys, runpy; sys.modules['torch'] = None; sys.path.insert(0, sys.argv[1]);"
        "runpy.run_path(sys.argv[1] + '/train.py', run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(export)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr == "error: torch missing; get it with: pip install torch\n"


def test_folds_are_trained_one_by_one(
    train: Train, merged_store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = load_recipe("ckplus_10fold").text.replace("folds: 10", "folds: 3")
    data = exported(merged_store, tmp_path / "o", text)
    assert train("--smoke", *QUICK, "--fold", "all", data=data, output="all") == 0
    summary = json.loads((tmp_path / "all" / "metrics.json").read_text())
    accuracies = [one["accuracy"] for one in summary["folds"]]
    assert len(accuracies) == 3
    assert summary["mean"] == pytest.approx(np.mean(accuracies))
    assert summary["std"] == pytest.approx(np.std(accuracies, ddof=1))
    assert train("--smoke", *QUICK, "--fold", 2, data=data, output="two") == 0
    assert metrics(tmp_path / "two" / "fold-02") == metrics(tmp_path / "all" / "fold-02")
    assert "expected 0 to 2, or all" in fault(train, capsys, data, "--fold", 3)


@pytest.mark.parametrize("layout", ["standard", "legacy"])
def test_folders_of_folds_and_the_legacy_layout_are_read(
    train: Train, merged_store: Path, tmp_path: Path, layout: str
) -> None:
    text = load_recipe("ckplus_10fold").text.replace("folds: 10", "folds: 3\n  fold_files: true")
    data = exported(merged_store, tmp_path / "o", text, layout=layout)
    assert train("--smoke", *QUICK, "--fold", "1", data=data) == 0
    assert metrics(tmp_path / "run" / "fold-01")["splits"]["test"]["all"]["rows"] > 0


ONLINE = """
online:
  - {kind: albumentations, transform: HorizontalFlip, p: 0.5}
  - {kind: albumentations, transform: Affine, rotate: [-9, 9]}
"""


def test_albumentations_of_a_recipe_are_repeatable(
    train: Train, shared_store: Path, tmp_path: Path
) -> None:
    text = load_recipe("fer2013_seven").text + ONLINE
    data = exported(shared_store, tmp_path / "o", text)
    for output in "ab":
        assert train(*QUICK, "--epochs", 2, data=data, output=output) == 0
    assert metrics(tmp_path / "a") == metrics(tmp_path / "b")
    assert train(*QUICK, "--epochs", 2, "--augment", "none", data=data, output="c") == 0
    assert metrics(tmp_path / "a")["history"] != metrics(tmp_path / "c")["history"]


def test_soft_targets_are_learned(train: Train, shared_store: Path, tmp_path: Path) -> None:
    labels = "scheme: seven\n  ferplus: {mode: probability}"
    text = load_recipe("fer2013_seven").text.replace("scheme: seven", labels)
    data = exported(shared_store, tmp_path / "o", text)
    assert train("--smoke", *QUICK, data=data) == 0


def test_class_weights_reach_the_loss(script: ModuleType, export: Path, load_template: Any) -> None:
    found = script.Trainer.__init__.__globals__
    read, make = script.run.__globals__["read_export"], found["Settings"]
    opened = read(export)
    machine = script.Machine.chosen("cpu", "float32", 0)
    expected = h5py.File(export / "train.h5").attrs["class_weights"]
    assert expected.max() > 2
    for wanted in (True, False):
        settings = make(model="fpt_baseline", class_weights=wanted)
        trainer = script.Trainer(opened, script.built("fpt_baseline", opened), settings, machine)
        if wanted:
            np.testing.assert_allclose(trainer.weights.numpy(), expected, rtol=1e-6)
        else:
            assert trainer.weights is None


def test_batches_hold_the_rows_that_h5py_reads(script: ModuleType, export: Path) -> None:
    made = script.Trainer.epochs.__globals__
    opened = script.run.__globals__["read_export"](export)
    rows = opened.splits["train"].take(np.array([5, 3, 70, 11]))
    faces = made["Faces"](rows)
    ((pictures, labels),) = made["make_loader"](faces, 8, 0)
    with h5py.File(export / "train.h5") as file:
        expected = np.stack([file["images"][row] for row in (5, 3, 70, 11)])
        np.testing.assert_array_equal(labels, [file["labels"][row] for row in (5, 3, 70, 11)])
    np.testing.assert_array_equal(pictures.numpy()[:, 0], expected)
    assert pictures.shape == (4, 1, 48, 48)
    one, label = faces[2]
    np.testing.assert_array_equal(one.numpy()[0], expected[2])
    assert label == labels[2]
    assert faces.__getstate__()["_pictures"] is None  # each worker maps the file for itself
    ((shared, _),) = made["make_loader"](faces, 8, 2)
    np.testing.assert_array_equal(shared, pictures)


def test_every_epoch_sees_all_rows_in_its_own_order(script: ModuleType) -> None:
    order = script.Trainer.epochs.__globals__["Shuffled"](100, seed=3)
    first = list(order)
    order.epoch = 1
    second = list(order)
    assert sorted(first) == sorted(second) == list(range(100))
    assert first != second
    order.epoch = 0
    assert list(order) == first


def test_accuracy_without_twins_and_on_originals(
    train: Train, shared_store: Path, tmp_path: Path
) -> None:
    data = exported(shared_store, tmp_path / "o", "modified_fer")
    assert train(*QUICK, "--epochs", 1, "--model", "fpt_baseline", data=data) == 0
    found = metrics(tmp_path / "run")["splits"]["test"]
    with h5py.File(data / "train.h5") as file, h5py.File(data / "test.h5") as test:
        seen = {picture.tobytes() for picture in file["images"][:]}
        twin = [picture.tobytes() in seen for picture in test["images"][:]]
        original = int((test["op"].asstr()[:] == "original").sum())
    assert sum(twin) > 0
    assert found["original rows"]["rows"] == original == found["all"]["rows"] // 4
    assert found["rows without a twin in train"]["rows"] == len(twin) - sum(twin)


def test_figures_are_those_of_scikit_learn(script: ModuleType) -> None:
    figures = script.run.__globals__["figures_by_rows"].__globals__["figures"]
    rng = np.random.default_rng(0)
    labels, predicted = rng.integers(0, 3, 200), rng.integers(0, 4, 200)
    names = ["a", "b", "c", "d"]
    found = figures(labels, predicted, names)
    report = classification_report(
        labels, predicted, labels=range(4), target_names=names, output_dict=True, zero_division=0
    )
    expected = confusion_matrix(labels, predicted, labels=range(4))
    np.testing.assert_array_equal(found["confusion"], expected)
    for name in names:
        for key, theirs in (("precision", "precision"), ("recall", "recall"), ("f1", "f1-score")):
            assert found["classes"][name][key] == pytest.approx(report[name][theirs], abs=1e-6)
    assert found["accuracy"] == pytest.approx((labels == predicted).mean())


def test_a_short_run_is_judged_by_its_last_weights_too(script: ModuleType, export: Path) -> None:
    """Its running mean remembers a tenth of the run, and leaves the first weights behind."""
    opened = script.run.__globals__["read_export"](export)
    made = script.Trainer.__init__.__globals__["Settings"](model="fpt_baseline", epochs=12, lr=0.01)
    machine = script.Machine.chosen("cpu", "float32", 0)
    trainer = script.Trainer(opened, script.built("fpt_baseline", opened), made, machine)
    train = opened.splits["train"].take(np.arange(64))
    start = {name: value.clone() for name, value in trainer.judged.state_dict().items()}
    list(trainer.epochs(train, None))
    judged, last = trainer.judged.state_dict(), trainer.model.state_dict()
    moved = sum(float((last[name] - start[name]).square().sum()) for name in start)
    behind = sum(float((last[name] - judged[name]).square().sum()) for name in start)
    assert moved > 0
    assert behind < 0.5 * moved
