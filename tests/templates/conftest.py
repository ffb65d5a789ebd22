"""The scripts beside an export, loaded as they run: siblings of one folder, without fercurate."""

import importlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from fercurate.export.scripts import write_scripts
from fercurate.pipeline.build import BuildRequest, build
from fercurate.recipe.shipped import load_recipe

LoadTemplate = Callable[[str, str], ModuleType]


def _taken(folder: Path) -> dict[str, ModuleType]:
    """The modules that are loaded under the names of the folder's scripts and packages."""
    own = {path.stem for path in folder.iterdir() if path.suffix in {".py", ""}}
    return {name: found for name, found in sys.modules.items() if name.split(".")[0] in own}


def _forget(names: dict[str, ModuleType]) -> None:
    for name in names:
        del sys.modules[name]


def _load(folder: Path, name: str) -> ModuleType:
    """Import a script; the names of its folder are free again afterwards."""
    before = _taken(folder)
    _forget(before)
    sys.path.insert(0, str(folder))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(folder))
        _forget(_taken(folder))
        sys.modules.update(before)


@pytest.fixture(scope="session")
def load_template(tmp_path_factory: pytest.TempPathFactory) -> LoadTemplate:
    """`load_template("torch", "training.models")`; skips where the framework is not installed."""
    loaded: dict[tuple[str, str], ModuleType] = {}

    def load(framework: str, name: str) -> ModuleType:
        if framework == "keras":
            os.environ.setdefault("KERAS_BACKEND", "torch")
            pytest.importorskip("torch")
        pytest.importorskip(framework)
        if (framework, name) not in loaded:
            folder = tmp_path_factory.mktemp(framework)
            write_scripts(folder, framework, "", ())
            loaded[framework, name] = _load(folder, name)
        return loaded[framework, name]

    return load


@pytest.fixture(scope="session")
def trained(shared_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export of ``fer2013_seven`` with its PyTorch scripts; ``run/best.pt`` is of a short run.

    Not to be changed.
    """
    pytest.importorskip("torch")
    folder = tmp_path_factory.mktemp("trained") / "fer"
    build(BuildRequest(load_recipe("fer2013_seven"), shared_store, folder))
    command = [sys.executable, "train.py", "--smoke", "--output", "run"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder
