"""train.py of networks: exports that do not match and packages that are missing are one line."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import pytest

from fercurate.recipe.shipped import load_recipe

# NumPy wants another argument of the arrays that Keras's variables turn into.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def copied(train: Any, folder: Path) -> Path:
    return shutil.copytree(train.export, folder)


def test_a_changed_file_is_noticed(train: Any, tmp_path: Path) -> None:
    data = copied(train, tmp_path / "x")
    with h5py.File(data / "test.h5", "r+") as file:
        file["labels"][0] = (file["labels"][0] + 1) % 7
    assert "test.h5: changed since it was built" in train.fault(data=data)
    assert train.quick("--smoke", "--no-verify", data=data) == 0


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (lambda d: (d / "train.h5").unlink(), "no train.h5"),
        (lambda d: (d / "recipe.lock").unlink(), "recipe.lock is missing"),
        (lambda d: (d / "recipe.lock").write_text("{}"), "recipe.lock: damaged"),
        (lambda d: (d / "test.h5").write_bytes(b"nothing"), "changed since"),
    ],
)
def test_what_is_missing_is_said(
    train: Any, tmp_path: Path, harm: Callable[[Path], object], says: str
) -> None:
    data = copied(train, tmp_path / "x")
    harm(data)
    assert says in train.fault(data=data)


@pytest.mark.parametrize(
    ("attribute", "value", "says"),
    [
        ("class_names", ["disgust", "angry", "fear", "happy", "sad", "surprise", "neutral"],
         "classes disgust, angry"),
        ("recipe_sha256", "0" * 64, "of another recipe than train.h5"),
        ("format_version", 9, "format version 9; expected at most 1"),
        ("type", "other", "an HDF5 file of type other"),
    ],
)  # fmt: skip
def test_files_that_disagree_are_refused(
    train: Any, tmp_path: Path, attribute: str, value: Any, says: str
) -> None:
    data = copied(train, tmp_path / "x")
    with h5py.File(data / "test.h5", "r+") as file:
        file.attrs[attribute] = value
    assert says in train.fault("--no-verify", data=data)


def test_scripts_refuse_another_export(train: Any, merged_store: Path) -> None:
    other = train.built(merged_store, "ckplus_10fold")
    run = [sys.executable, str(train.export / "train.py"), "--data", str(other), "--smoke"]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "these scripts were built for angry, disgust" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "given",
    [
        *(("--epochs", 0), ("--batch-size", 1), ("--lr", "nan"), ("--lr", -1), ("--patience", -1)),
        *(("--seed", -1), ("--seed", 2**63), ("--epochs", "many")),
    ],
)
def test_numbers_out_of_range_are_refused(train: Any, given: tuple[object, object]) -> None:
    with pytest.raises(SystemExit, match="2"):
        train.quick(*given)
    assert f"argument {given[0]}: " in train.capsys.readouterr().err


def test_an_output_that_is_a_file(train: Any, tmp_path: Path) -> None:
    (tmp_path / "run").write_text("not a folder")
    assert "run" in train.fault()


@pytest.mark.parametrize("name", ["train", "evaluate", "predict", "export_onnx"])
def test_a_missing_framework_is_one_line(train: Any, name: str) -> None:
    if not (train.export / f"{name}.py").is_file():
        pytest.skip(f"no {name}.py for {train.framework}")
    code = (
        "import sys, runpy; sys.modules[sys.argv[1]] = None; sys.path.insert(0, '.');"
        "script = sys.argv[2]; sys.argv = [script, 'a', 'b'];"
        "runpy.run_path(script, run_name='__main__')"
    )
    command = [sys.executable, "-c", code, train.framework, f"{name}.py"]
    done = subprocess.run(command, cwd=train.export, capture_output=True, text=True, check=False)
    package = train.framework
    assert done.returncode == 1
    assert done.stderr == f"error: {package} missing; get it with: pip install {package}\n"


def test_pictures_too_small_for_a_model(train: Any, shared_store: Path) -> None:
    text = load_recipe("fer2013_seven").text.replace("size: 48", "size: 16")
    data = train.built(shared_store, text)
    assert "pictures of 38x38 or more, not 16x16" in train.fault(data=data)


def test_folds_that_an_export_does_not_have(train: Any) -> None:
    assert "--fold 1: the export has no folds" in train.fault("--fold", 1)


def test_a_run_that_diverges_ends_with_a_line(train: Any, tmp_path: Path) -> None:
    assert train.quick("--epochs", 3, "--lr", 1e6) == 1
    err = train.capsys.readouterr().err
    assert "the loss is no number any more; pass a lower --lr than 1e+06" in err
    assert err.count("\n") == 1
    assert not (tmp_path / "run" / "metrics.json").exists()


def test_foreign_checkpoints_are_not_resumed(train: Any, tmp_path: Path) -> None:
    last = tmp_path / "run" / ("last.pt" if train.framework == "torch" else "last.keras")
    last.parent.mkdir()
    for content in (b"", b"nothing", b"PK\x05\x06" + bytes(18)):
        last.write_bytes(content)
        fault = train.fault("--resume")
        assert str(last) in fault
        assert "no checkpoint of train.py" in fault
