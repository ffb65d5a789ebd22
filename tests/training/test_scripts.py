"""The scripts beside an export: the kit as it lies, in need of nothing but what it says."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from fercurate.export.scripts import FRAMEWORKS, entry_scripts, kit_files, write_scripts
from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.recipe.shipped import load_recipe

WRITTEN = [name for name in FRAMEWORKS if name != "none"]
CLASSES = ("angry", 'sa"d')
OPTIONAL = {"matplotlib", "albumentations", "cv2", "PIL", "tensorflow", "torch", "onnx", "joblib"}
OPTIONAL |= {"threadpoolctl", "scipy"}  # come with scikit-learn
LIGHT_TERMS = ("__init__", "shared/__init__", "shared/errors", "shared/home", "shared/requirements")
"""What a script imports before it says what is missing."""


def imported(path: Path) -> set[str]:
    """Top-level names of all packages that a file imports, wherever it does; empty for its own."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add(str(node.module).partition(".")[0])
    return found


@pytest.mark.parametrize("framework", WRITTEN)
def test_the_kit_needs_the_framework_numpy_and_h5py(framework: str) -> None:
    allowed = {"numpy", "h5py", framework, *OPTIONAL, *sys.stdlib_module_names}
    for name, path in kit_files(framework).items():
        assert imported(path) <= allowed, name


@pytest.mark.parametrize("framework", WRITTEN)
def test_what_is_missing_is_said_before_anything_is_needed(framework: str) -> None:
    for name in (*LIGHT_TERMS, f"{framework}/__init__", f"{framework}/requirements"):
        assert imported(kit_files(framework)[f"training/{name}.py"]) <= sys.stdlib_module_names


@pytest.mark.parametrize("framework", WRITTEN)
def test_copies_are_the_files_of_the_package(framework: str, tmp_path: Path) -> None:
    names = write_scripts(tmp_path, framework, "ab" * 32, CLASSES)
    kit = kit_files(framework)
    assert {"train.py", "evaluate.py", "training/__init__.py", "training/shared/export.py"} <= set(
        names
    )
    assert names == sorted(names)
    assert {p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*.py")} == set(names)
    assert {name.split("/")[1] for name in kit if name.count("/") > 1} <= {
        *("shared", "networks", framework)
    }
    for name, path in kit.items():
        assert (tmp_path / name).read_bytes() == path.read_bytes()


@pytest.mark.parametrize("framework", WRITTEN)
def test_scripts_know_the_export_that_they_were_written_for(framework: str) -> None:
    entries = entry_scripts(framework, "ab" * 32, CLASSES)
    for name in ("train.py", "evaluate.py"):
        (call,) = [
            node.value
            for node in ast.parse(entries[name]).body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        ]
        stated = {one.arg: one.value for one in call.keywords}
        assert ast.literal_eval(stated["recipe_sha256"]) == "ab" * 32
        assert ast.literal_eval(stated["classes"]) == CLASSES


@pytest.mark.parametrize("framework", WRITTEN)
def test_every_script_is_short_and_well_kept(framework: str, tmp_path: Path) -> None:
    entries = entry_scripts(framework, "ab" * 32, ("angry", "happy"))
    networks = {"train.py", "evaluate.py", "predict.py"}
    expected = {"torch": networks | {"export_onnx.py"}, "keras": networks}
    assert set(entries) == expected.get(framework, {"train.py", "evaluate.py"})
    for name, text in entries.items():
        assert text.count("\n") <= 26, name
    (tmp_path / "ruff.toml").write_text(
        'line-length = 100\nlint.select = ["E", "F", "I", "W"]\n'
        'lint.isort.known-first-party = ["training"]\n'
    )
    names = write_scripts(tmp_path, framework, "ab" * 32, ("angry", "happy"))
    for way in (["check"], ["format", "--check"]):
        command = [sys.executable, "-m", "ruff", *way, "--no-cache", *names]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_build_lists_its_scripts(framework: str, shared_store: Path, tmp_path: Path) -> None:
    request = BuildRequest(
        load_recipe("fer2013_seven"), shared_store, tmp_path / "o", framework=framework
    )
    files = set(build(request).files)
    scripts = {name for name in files if name.endswith(".py")}
    written = [] if framework == "none" else write_scripts(tmp_path, framework, "", ())
    assert scripts == set(written)
    text = (tmp_path / "o" / "datasheet.md").read_text()
    assert ("`train.py`" in text) == (framework != "none")
    assert ("--framework" in text) == (framework != "torch")
