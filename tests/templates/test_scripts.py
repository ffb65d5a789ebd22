"""The scripts beside an export: complete, typed, in need of nothing but what they say."""

import ast
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from fercurate.export.scripts import FRAMEWORKS, script_files, write_scripts
from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.recipe.shipped import load_recipe

WRITTEN = [name for name in FRAMEWORKS if name != "none"]
CLASSES = ("angry", 'sa"d')
OPTIONAL = {"matplotlib", "albumentations", "cv2", "PIL", "tensorflow", "torch", "onnx", "joblib"}
OPTIONAL |= {"threadpoolctl", "scipy"}  # come with scikit-learn


def imported(path: Path) -> set[str]:
    """Top-level names of all packages that a file imports, wherever it does."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            found.add(str(node.module).partition(".")[0])
    return found


@pytest.mark.parametrize("framework", WRITTEN)
def test_scripts_need_the_framework_numpy_and_h5py(framework: str) -> None:
    allowed = {"training", "numpy", "h5py", framework, *OPTIONAL, *sys.stdlib_module_names}
    for name, path in script_files(framework).items():
        assert imported(path) <= allowed, name


@pytest.mark.parametrize("framework", WRITTEN)
def test_scripts_know_the_export_that_they_were_written_for(framework: str, tmp_path: Path) -> None:
    names = write_scripts(tmp_path, framework, "ab" * 32, CLASSES)
    assert {"train.py", "evaluate.py", "training/job.py", "training/export.py"} <= set(names)
    assert names == sorted(names)
    assert {p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*.py")} == set(names)
    values = {}
    for node in ast.parse((tmp_path / "training" / "job.py").read_text()).body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            values[ast.unparse(target)] = ast.literal_eval(ast.unparse(node.value))  # type: ignore
    assert values == {"RECIPE_SHA256": "ab" * 32, "CLASSES": CLASSES}


@pytest.mark.parametrize("framework", WRITTEN)
def test_scripts_are_typed(framework: str, tmp_path: Path) -> None:
    if find_spec("torch" if framework != "sklearn" else "sklearn") is None:
        pytest.skip(f"needs {framework}")
    names = write_scripts(tmp_path, framework, "", ())
    command = [sys.executable, "-m", "mypy", "--strict", "--ignore-missing-imports", *names]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_build_lists_its_scripts(framework: str, shared_store: Path, tmp_path: Path) -> None:
    request = BuildRequest(
        load_recipe("fer2013_seven"), shared_store, tmp_path / "o", framework=framework
    )
    files = set(build(request).files)
    scripts = {name for name in files if name.endswith(".py")}
    assert scripts == (set() if framework == "none" else set(script_files(framework)))
    text = (tmp_path / "o" / "datasheet.md").read_text()
    assert ("`train.py`" in text) == (framework != "none")
    assert ("--framework" in text) == (framework != "torch")
