"""The training kit in place, and exports to run it on."""

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.recipe.loader import parse_recipe
from fercurate.recipe.shipped import load_recipe
from fercurate.training.shared.home import HomeExport

LoadKit = Callable[[str, str], ModuleType]


@pytest.fixture(scope="session")
def load_kit() -> LoadKit:
    """`load_kit("torch", "models")`; skips where the framework is not installed."""

    def load(framework: str, name: str) -> ModuleType:
        if framework == "keras":
            os.environ.setdefault("KERAS_BACKEND", "torch")
            pytest.importorskip("torch")
        pytest.importorskip(framework)
        return importlib.import_module(f"fercurate.training.{framework}.{name}")

    return load


@dataclass(frozen=True)
class Train:
    """``train.py`` of a framework, on an export, with results in a scratch folder."""

    framework: str
    script: ModuleType
    export: Path
    folder: Path
    capsys: pytest.CaptureFixture[str]

    @property
    def home(self) -> HomeExport:
        """The export that the scripts lie in."""
        return HomeExport(self.export)

    def __call__(self, *given: object, data: Path | None = None, output: str = "run") -> int:
        """Run it; returns the exit status."""
        options = ["--data", data or self.export, "--output", self.folder / output, *given]
        code: int = self.script.main(self.home, [str(one) for one in options])
        return code

    def quick(self, *given: object, data: Path | None = None, output: str = "run") -> int:
        """Run it with the smallest model."""
        small = ("--model", "fpt_baseline", "--batch-size", 16)
        return self(*small, *given, data=data, output=output)

    def fault(self, *given: object, data: Path | None = None) -> str:
        """Return the one line of a short run that fails."""
        self.capsys.readouterr()
        assert self.quick("--smoke", *given, data=data) == 1
        (line,) = self.capsys.readouterr().err.splitlines()
        assert line.startswith("error: ")
        return line

    def metrics(self, output: str = "run") -> dict[str, Any]:
        """Return what a run has found, without the seconds it took."""
        found: dict[str, Any] = json.loads((self.folder / output / "metrics.json").read_text())
        for row in found["history"]:
            del row["seconds"]
        return found

    def built(self, store: Path, recipe: str, name: str = "built", **options: Any) -> Path:
        """Build an export in the scratch folder from a shipped recipe, or one of a text."""
        return exported(store, self.folder / name, recipe, framework=self.framework, **options)

    def of(self, name: str) -> ModuleType:
        """Return a module of the framework: ``of("loop")``."""
        return importlib.import_module(f"fercurate.training.{self.framework}.{name}")


def exported(store: Path, output: Path, recipe: str, **options: Any) -> Path:
    """Build a shipped recipe, or one of a text."""
    text = "\n" in recipe
    loaded = parse_recipe(recipe, "own.yaml") if text else load_recipe(recipe)
    build(BuildRequest(loaded, store, output, **options))
    return output


@pytest.fixture(params=["torch", "keras"])
def framework(request: pytest.FixtureRequest) -> str:
    """Every framework in which networks learn; a test module may ask for one alone."""
    return str(request.param)


@pytest.fixture
def script(framework: str, load_kit: LoadKit) -> ModuleType:
    """``train.py``."""
    found = load_kit(framework, "train")
    pytest.importorskip("torch").set_num_threads(1)
    return found


@pytest.fixture(scope="session")
def weighted_export(
    shared_store: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Path]:
    """Three splits of drawn faces with weights and a framework's scripts; not to be changed."""
    made: dict[str, Path] = {}

    def make(framework: str) -> Path:
        if framework not in made:
            text = load_recipe("fer2013_seven").text + "\nclass_weights: balanced\n"
            folder = tmp_path_factory.mktemp(framework) / "o"
            made[framework] = exported(shared_store, folder, text, framework=framework)
        return made[framework]

    return make


@pytest.fixture
def export(framework: str, weighted_export: Callable[[str], Path]) -> Path:
    """``weighted_export`` of the framework."""
    return weighted_export(framework)


@pytest.fixture
def train(
    framework: str,
    script: ModuleType,
    export: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> Train:
    """Run ``train.py`` on the export; results go to the folder ``run`` unless told otherwise."""
    return Train(framework, script, export, tmp_path, capsys)


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
