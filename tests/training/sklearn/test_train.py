"""train.py for scikit-learn: every kernel on every feature, runs repeat, faults are one line."""

import csv
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.pipeline.ingest.ingest import ingest
from fercurate.pipeline.ingest.request import IngestRequest
from fercurate.recipe.loader import parse_recipe
from fercurate.recipe.shipped import load_recipe
from fercurate.synthetic.ckplus import write_ckplus
from fercurate.training.shared.home import HomeExport
from fercurate.training.sklearn import train as script

Train = Callable[..., int]
QUICK = ("--C", "1", "--gamma", "1")


@pytest.fixture(scope="module")
def export(shared_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three splits of drawn faces with scripts; not to be changed."""
    folder = tmp_path_factory.mktemp("sklearn_export") / "o"
    build(BuildRequest(load_recipe("fer2013_seven"), shared_store, folder, framework="sklearn"))
    return folder


@pytest.fixture(scope="module")
def folds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten folds of people; not to be changed."""
    folder = tmp_path_factory.mktemp("sklearn_folds")
    write_ckplus(folder / "ckplus", subjects=13, sequences=2, seed=1, size=(80, 60))
    ingest(IngestRequest((folder / "ckplus",), folder / "s.h5"))
    recipe = load_recipe("ckplus_10fold")
    build(BuildRequest(recipe, folder / "s.h5", folder / "o", framework="none"))
    return folder / "o"


@pytest.fixture
def train(export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Train:
    """Run train.py on the export, without pictures; results go to ``run`` unless told otherwise."""
    monkeypatch.setattr(script, "write_plots", lambda *_: [])

    def call(*given: object, data: Path = export, output: str = "run") -> int:
        options = ["--data", data, "--jobs", 1, "--output", tmp_path / output, *given]
        return script.main(HomeExport(export), [str(option) for option in options])

    return call


def metrics(folder: Path) -> dict[str, Any]:
    """What a run has found, without the seconds it took."""
    found = json.loads((folder / "metrics.json").read_text())
    found.pop("seconds")
    for point in found["search"]:
        point.pop("seconds")
    return found


def predictions_of(folder: Path) -> set[str]:
    """The tables of predictions of a run, whose figures come out of them again."""
    splits = json.loads((folder / "metrics.json").read_text())["splits"]
    for name, parts in splits.items():
        with (folder / f"predictions_{name}.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        assert len(rows) == parts["all"]["rows"]
        right = sum(row["label"] == row["predicted"] for row in rows)
        assert right / len(rows) == pytest.approx(parts["all"]["accuracy"], abs=1e-6)
        assert list(rows[0]) == ["sample_id", "label", "predicted", "out_of_fold"]
    return {f"predictions_{name}.csv" for name in splits}


@pytest.mark.parametrize("kernel", ["linear", "poly", "rbf"])
@pytest.mark.parametrize("features", ["hog", "lbp", "pca", "pixels"])
def test_smoke(train: Train, tmp_path: Path, features: str, kernel: str) -> None:
    assert train("--smoke", "--features", features, "--kernel", kernel) == 0
    found = metrics(tmp_path / "run")
    assert found["chosen"].items() >= {"kernel": kernel}.items()
    assert [len(point["accuracies"]) for point in found["search"]] == [2, 2]
    assert set(found["splits"]) == {"val", "test"}
    assert {"recipe", "recipe_sha256", "settings", "splits"} <= set(found)
    names = {path.name for path in (tmp_path / "run").iterdir()}
    assert names == {"metrics.json", "model.npz", *predictions_of(tmp_path / "run")}


def test_all_kernels_are_compared(train: Train, tmp_path: Path) -> None:
    assert train("--smoke", "--kernel", "all", "--features", "pca", "--scaling", "minmax") == 0
    found = metrics(tmp_path / "run")
    kernels = [point["kernel"] for point in found["search"]]
    assert kernels == ["linear", "linear", "poly", "poly", "rbf", "rbf"]
    best = max(point["mean"] for point in found["search"])
    chosen = next(point for point in found["search"] if point["mean"] == best)
    assert found["chosen"].pop("gamma_absolute") > 0
    assert chosen.items() >= found["chosen"].items()


def test_it_learns_what_the_faces_show(train: Train, tmp_path: Path) -> None:
    assert train("--C", 0.01, 3, "--gamma", 1) == 0
    found = metrics(tmp_path / "run")
    poor, good = (point["mean"] for point in found["search"])
    assert poor < 0.35
    assert good > 0.45
    assert found["chosen"]["C"] == 3
    assert found["rows"] == {"train": 140, "search": 140, "fit": 140}
    test = found["splits"]["test"]
    assert test["all"]["accuracy"] > 0.5
    twinless = test["original rows without a twin in train"]
    assert 0 < twinless["rows"] < test["all"]["rows"]


def test_the_same_seed_gives_the_same_figures_with_any_number_of_threads(
    train: Train, tmp_path: Path
) -> None:
    given = ("--rows", 100, "--fit-rows", 120, "--gamma", 1, "--C", 1, 3, 10)
    for output, more in {"a": (), "b": ("--jobs", 3), "c": ("--seed", 1)}.items():
        assert train(*given, *more, output=output) == 0
    first, again, other = (metrics(tmp_path / name) for name in "abc")
    assert first == again
    assert first["search"] != other["search"]
    models = [(tmp_path / name / "model.npz").read_bytes() for name in "abc"]
    assert models[0] == models[1] != models[2]


def test_describe(train: Train, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert train("--describe", "--json", "--kernel", "poly", "--rows", 50) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["features"], found["dimension"], found["folds"]) == ("hog", 900, 3)
    assert found["rows"] == {"train": 140, "search": 50, "fit": 140}
    assert {"kernel": "poly", "C": 1.0, "gamma": 0.5, "degree": 3} in found["grid"]
    assert train("--describe", "--features", "pca", "--components", 12, "--C", 0.5) == 0
    out = capsys.readouterr().out
    assert "principal components of the pixels, 12 numbers, zscore" in out
    assert "kernel rbf, C 0.5, gamma 2.0" in out
    assert not (tmp_path / "run").exists()


def test_class_weights_change_what_is_found(train: Train, tmp_path: Path) -> None:
    for weights in ("export", "balanced", "none"):
        assert train(*QUICK, "--C", 0.01, "--class-weights", weights, output=weights) == 0
    found = {name: metrics(tmp_path / name)["splits"] for name in ("export", "balanced", "none")}
    assert found["export"] == found["none"] != found["balanced"]


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        (("--fold", "2"), "--fold 2: the export has no folds"),
        (("--data", "nowhere"), "nowhere: no train.h5"),
    ],
)
def test_faults_are_one_line(
    train: Train, capsys: pytest.CaptureFixture[str], given: tuple[str, ...], fault: str
) -> None:
    assert train(*given) == 1
    err = capsys.readouterr().err
    assert err.startswith(f"error: {fault}")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "given", [("--folds", 1), ("--rows", -1), ("--C", 0), ("--gamma", "nan"), ("--jobs", 0)]
)
def test_numbers_out_of_range_are_refused(
    train: Train, capsys: pytest.CaptureFixture[str], given: tuple[object, ...]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        train(*given)
    assert f"argument {given[0]}: {given[1]}; expected" in capsys.readouterr().err


def test_a_changed_export_is_refused(
    train: Train, export: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = shutil.copytree(export, tmp_path / "copy")
    with h5py.File(copy / "test.h5", "r+") as file:
        file["labels"][0] = (file["labels"][0] + 1) % 7
    assert train("--smoke", data=copy) == 1
    err = capsys.readouterr().err
    assert "test.h5: changed since it was built" in err
    assert err.count("\n") == 1
    assert train("--smoke", "--no-verify", *QUICK, data=copy) == 0


def test_one_class_is_refused(
    train: Train, export: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = shutil.copytree(export, tmp_path / "copy")
    with h5py.File(copy / "train.h5", "r+") as file:
        file["labels"][:] = 3
    assert train("--no-verify", data=copy) == 1
    assert "rows of two classes or more are needed to learn" in capsys.readouterr().err


def test_every_fold(train: Train, folds: Path, tmp_path: Path) -> None:
    assert train("--fold", "all", *QUICK, data=folds) == 0
    summary = json.loads((tmp_path / "run" / "metrics.json").read_text())
    with h5py.File(folds / "train.h5") as file:
        rows = np.bincount(file["fold"][:]).tolist()
    assert [one["rows"] for one in summary["folds"]] == rows
    accuracies = [one["accuracy"] for one in summary["folds"]]
    assert summary["mean"] == pytest.approx(np.mean(accuracies))
    assert summary["std"] == pytest.approx(np.std(accuracies, ddof=1))
    own = metrics(tmp_path / "run" / "fold-03")
    assert (own["search"], own["rows"]["search"]) == ([], 0)
    assert own["splits"]["test"]["all"]["accuracy"] == accuracies[3]
    assert own["rows"]["train"] == sum(rows) - rows[3]
    with (tmp_path / "run" / "predictions_out_of_fold.csv").open(newline="") as file:
        told = [row["out_of_fold"] for row in csv.DictReader(file)]
    assert told == ["1"] * sum(rows)


def test_one_fold(train: Train, folds: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert train("--fold", "10", data=folds) == 1
    assert capsys.readouterr().err == "error: --fold 10: expected 0 to 9, or all\n"
    assert train("--fold", "9", "--smoke", data=folds) == 0
    assert "fold-09" in capsys.readouterr().out


def test_what_an_svm_leaves_out_is_said(
    train: Train, shared_store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build(BuildRequest(load_recipe("modified_fer"), shared_store, tmp_path / "m"))
    assert train("--smoke", *QUICK, data=tmp_path / "m") == 0
    out = capsys.readouterr().out
    assert "the recipe's augmentation during training is left out" in out
    assert "original rows: accuracy" in out


def test_the_scripts_run_without_fercurate(export: Path, tmp_path: Path) -> None:
    code = (
        "import runpy, sys; sys.modules['fercurate'] = None; sys.argv = sys.argv[1:]; "
        "sys.path.insert(0, sys.argv[0].rpartition('/')[0]); "
        "runpy.run_path(sys.argv[0], run_name='__main__')"
    )
    given = ["--smoke", *QUICK]
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, str(export / "train.py"), *given],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    folder = tmp_path / "runs" / "fer2013_seven" / "svm_hog_rbf-smoke"
    assert (folder / "confusion.png").read_bytes().startswith(b"\x89PNG")
    assert (
        "in runs/fer2013_seven/svm_hog_rbf-smoke: metrics.json, predictions_val.csv, "
        "predictions_test.csv, model.npz, confusion.png" in done.stdout
    )


def test_without_scikit_learn_one_line_says_what_to_install(export: Path) -> None:
    code = "import runpy, sys; sys.modules['sklearn'] = None; sys.path.insert(0, '.'); "
    code += "runpy.run_path('train.py', run_name='__main__')"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=export, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr == ("error: scikit-learn missing; get it with: pip install scikit-learn\n")


@pytest.mark.parametrize("empty", ["first", "last"])
def test_a_class_that_no_row_has_is_trained_around(
    train: Train, shared_store: Path, tmp_path: Path, empty: str
) -> None:
    classes = ["scorn: [contempt]", "negative: [angry, fear, sad]", "happy: [happy]"]
    written = ", ".join(classes if empty == "first" else classes[::-1])
    text = load_recipe("fer2013_seven").text.replace(
        "scheme: seven", f"scheme: {{name: own, classes: {{{written}}}}}"
    )
    recipe = parse_recipe(f"{text}\nclass_weights: balanced\n", "own")
    build(BuildRequest(recipe, shared_store, tmp_path / "own", framework="none"))
    assert train("--smoke", data=tmp_path / "own") == 0
    tested = metrics(tmp_path / "run")["splits"]["test"]["all"]
    assert 0 < tested["accuracy"] <= 1
    assert tested["classes"]["scorn"]["rows"] == 0
