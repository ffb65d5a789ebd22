"""The snippets of docs/training.md by which other programs read an export."""

import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.recipe.shipped import load_recipe

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "training.md").read_text()
SNIPPETS = re.findall(r"```python\n(.*?)```", PAGE.partition("## Other readers")[2], re.DOTALL)

CHECKS = {
    "numpy": "assert images.shape == (140, 48, 48) and labels.shape == (140,) and names[6]",
    "datasets": "assert len(rows['train']) == 140 and len(rows['test'][0]['images']) == 48; "
    "assert rows['test'].features['labels'].names[6] == 'neutral'; "
    "assert rows['test'][0]['sample_id'].startswith('fer2013:')",
    "torch": "assert next(iter(batches))[0].shape == (64, 1, 48, 48)",
    "tensorflow": "assert next(iter(batches))[0].shape == (64, 48, 48)",
    "fiftyone": "assert len(dataset) == 30 and dataset.first().expression.label in names",
}
"""What must hold after the snippet of a package; there are 140 train rows and 30 test rows."""


@pytest.fixture(scope="module")
def export(shared_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("export") / "o"
    build(BuildRequest(load_recipe("fer2013_seven"), shared_store, output))
    return output


def snippet(package: str) -> str:
    """The one that imports a package first."""
    (found,) = [
        one for one in SNIPPETS if re.search(rf"^(import|from) .*\b{package}\b", one, re.MULTILINE)
    ]
    return str(found)


@pytest.mark.parametrize(
    "package",
    [pytest.param(name, marks=pytest.mark.torch if name == "torch" else ()) for name in CHECKS],
)
def test_the_snippet_of_a_reader_runs(package: str, export: Path, tmp_path: Path) -> None:
    if find_spec(package) is None:
        pytest.skip(f"needs the package {package}")
    places = {name: str(tmp_path) for name in ("HF_HOME", "HOME", "FIFTYONE_DATABASE_DIR")}
    folder = shutil.copytree(export, tmp_path / "export")
    done = subprocess.run(
        [sys.executable, "-c", f"{snippet(package)}\n{CHECKS[package]}"],
        cwd=folder,
        env=os.environ | places,
        capture_output=True,
        text=True,
        check=False,
    )
    if "MongoDB could not be installed" in done.stderr:
        pytest.skip("FiftyOne has no MongoDB here")
    assert done.returncode == 0, done.stderr[-2000:]


def test_every_snippet_is_tried() -> None:
    assert len(SNIPPETS) == len(CHECKS)
    assert sorted(SNIPPETS) == sorted(snippet(package) for package in CHECKS)
