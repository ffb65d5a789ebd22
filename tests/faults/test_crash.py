"""Kills at every fourth step of what changes a store or writes an export, and full disks."""

import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.pipeline.exporting.choice import chosen_layout
from fercurate.pipeline.exporting.export import LayoutRequest, export_layout
from fercurate.pipeline.ingest.ingest import ingest
from fercurate.pipeline.ingest.request import IngestRequest
from fercurate.pipeline.preview.preview import PreviewRequest, preview
from fercurate.pipeline.stats.stats import measure_balance
from fercurate.recipe.shipped import load_recipe
from fercurate.synthetic.fer2013 import write_fer2013

ROOT = Path(__file__).resolve().parents[2]
DRIVER = [sys.executable, "-m", "tests.faults.crash_driver"]


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one corpus, an export, a layout and a preview of it, and a larger corpus."""
    folder = tmp_path_factory.mktemp("crash")
    write_fer2013(folder / "first", sizes=(30, 10, 10), seed=1, broken=False)
    ingest(IngestRequest((folder / "first",), folder / "base" / "store.h5"))
    store = folder / "base" / "store.h5"
    recipe = load_recipe("fer2013_seven")
    build(BuildRequest(recipe, store, folder / "base" / "out"))
    preview(PreviewRequest(recipe, store, folder / "base" / "looks"))
    arrays, _ = chosen_layout("npz", "", {})
    export_layout(LayoutRequest(folder / "base" / "out", arrays, folder / "base" / "laid"))
    write_fer2013(folder / "second", sizes=(140, 10, 10), seed=2)
    text = (folder / "second" / "fer2013.csv").read_text().splitlines()
    kept = [line for line in text[1:] if "Training" in line][60:140]
    (folder / "second" / "fer2013.csv").unlink()
    (folder / "second" / "fer2013new.csv").unlink()
    _write_tree(folder / "second", kept)
    return folder


def _write_tree(folder: Path, lines: list[str]) -> None:
    """The rows as class folders, so that they get ids of their own."""
    import cv2
    import numpy as np

    for number, line in enumerate(lines):
        label, pixels, _ = line.split(",")
        values = np.array(pixels.split(), dtype=np.int64)
        if values.size == 2304 and values.max() < 256 and int(label) < 7:
            name = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")[int(label)]
            target = folder / "train" / name / f"Training_{number}.png"
            target.parent.mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(target), values.astype(np.uint8).reshape(48, 48))


@pytest.mark.parametrize("mode", ["kill", "full"])
@pytest.mark.parametrize(
    ("action", "fewest"),
    [
        ("ingest", 7),
        ("filter", 7),
        ("build", 7),
        ("rebuild", 7),
        ("preview", 5),
        ("export", 7),
        ("remove", 5),
        ("compact", 10),
        ("merge", 10),
        ("update", 7),
    ],
)
def test_every_step_leaves_a_whole_state(
    base: Path, tmp_path: Path, action: str, fewest: int, mode: str
) -> None:
    shutil.copytree(base / "base", tmp_path / "base")
    command = [*DRIVER, action, mode, str(base), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout) >= fewest


@pytest.mark.parametrize("limit", [3_000, 20_000, 60_000])
def test_a_real_write_limit_is_a_clear_error(base: Path, tmp_path: Path, limit: int) -> None:
    """The system itself refuses the writes (RLIMIT_FSIZE), not a patched function."""
    shutil.copytree(base / "base", tmp_path / "base")
    store = tmp_path / "base" / "store.h5"
    before = measure_balance(store), measure_balance(tmp_path / "base" / "out")
    for command in (
        ["ingest", str(base / "second"), "--store", str(store)],
        ["build", "--recipe", "modified_fer", "--store", str(store), "--overwrite",
         "--output", str(tmp_path / "base" / "out")],
    ):  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-c", "from fercurate.cli.main import run; run()", *command],
            capture_output=True,
            text=True,
            check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
        )
        assert (done.returncode, "disk is full" in done.stderr) == (1, True), done.stderr
        assert "Traceback" not in done.stderr
    assert (measure_balance(store), measure_balance(tmp_path / "base" / "out")) == before
