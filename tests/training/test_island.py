"""Copies of the training kit run as people run them, where there is no fercurate."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.recipe.shipped import load_recipe

CHECKPOINT = {"torch": "best.pt", "keras": "best.keras", "sklearn": "model.npz"}
ALONE = (
    "import runpy, sys; sys.modules['fercurate'] = None; sys.argv = sys.argv[1:]; "
    "sys.path.insert(0, sys.argv[0].rpartition('/')[0]); "
    "runpy.run_path(sys.argv[0], run_name='__main__')"
)
"""Runs a script as Python itself does, but for fercurate, which cannot be imported."""


@pytest.mark.parametrize("framework", CHECKPOINT)
def test_a_copied_kit_trains_and_evaluates_alone(
    framework: str, shared_store: Path, tmp_path: Path
) -> None:
    needed = ("keras", "torch") if framework == "keras" else (framework,)
    if missing := [name for name in needed if find_spec(name) is None]:
        pytest.skip(f"needs {', '.join(missing)}")
    folder = tmp_path / "export"
    recipe = load_recipe("fer2013_seven")
    build(BuildRequest(recipe, shared_store, folder, framework=framework))

    def run(script: str, *given: str) -> str:
        command = [sys.executable, "-c", ALONE, str(folder / script), *given]
        environment = {name: value for name, value in os.environ.items() if name != "KERAS_BACKEND"}
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("train.py", "--smoke")
    (results,) = (tmp_path / "runs" / "fer2013_seven").iterdir()
    said = run("evaluate.py", str(results / CHECKPOINT[framework]), str(folder))
    assert "original rows without a twin in train: accuracy" in said
    assert (results / "evaluation" / "metrics.json").is_file()
