"""Photographs made small: a few at a time, the same bytes whatever the budget is."""

import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest
from PIL import Image

from fercurate.errors import InputError
from fercurate.files import blocks
from fercurate.files.budget import ByteBudget
from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.pipeline.ingest.ingest import IngestRequest, ingest
from fercurate.recipe.loader import parse_recipe

RECIPE = """\
version: 1
name: photos
description: Photographs made small
sources: [folder]
labels: {scheme: seven}
splits: {kind: native, train: [Training], test: [Test]}
normalize: [{kind: grayscale}, {kind: resize, size: 48}]
balance:
  - {kind: offline, copies: [{kind: flip}, {kind: rotate, degrees: 20}]}
  - {kind: smote, strategy: {sad: 40}, k_neighbors: 2, allow_augmented_parents: true}
"""


def write_photographs(folder: Path, size: tuple[int, int], count: int) -> Path:
    rng = np.random.default_rng(3)
    for number in range(count):
        split, name = ("test", "train")[number % 5 > 0], ("sad", "neutral")[number % 2]
        path = folder / split / name / f"{number:02d}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        blob = rng.integers(0, 256, (9, 9, 3), dtype=np.uint8)
        Image.fromarray(blob).resize(size, Image.Resampling.BICUBIC).save(path, quality=80)
    return folder


def contents(path: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in path.iterdir() if file.is_file()}


@pytest.fixture(scope="module")
def photographs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("photos")
    write_photographs(folder / "in", (300, 200), 30)
    ingest(IngestRequest((folder / "in",), folder / "s.h5"))
    return folder / "s.h5"


def make(store: Path, output: Path, jobs: int, text: str = RECIPE) -> dict[str, bytes]:
    build(BuildRequest(parse_recipe(text, "photos.yaml"), store, output, jobs=jobs))
    return contents(output)


@pytest.mark.parametrize("jobs", [1, 3])
def test_the_budget_changes_no_byte(photographs, jobs, tmp_path, monkeypatch) -> None:
    expected = make(photographs, tmp_path / "wide", 2)
    monkeypatch.setattr(blocks, "MAX_BYTES", 300_000)
    monkeypatch.setattr(blocks, "_IN_FLIGHT", ByteBudget(400_000))
    assert make(photographs, tmp_path / "narrow", jobs) == expected
    with h5py.File(tmp_path / "narrow" / "train.h5") as file:
        assert set(file["op"].asstr()[:]) == {"original", "flip", "rotate(degrees=20)", "smote"}


def test_pictures_of_different_shapes_are_named_across_blocks(
    photographs, tmp_path, monkeypatch
) -> None:
    write_photographs(tmp_path / "in", (200, 300), 10)
    store = tmp_path / "s.h5"
    ingest(IngestRequest((tmp_path / "in",), store))
    write_photographs(tmp_path / "other", (300, 200), 10)
    ingest(IngestRequest((tmp_path / "other",), store, name="other"))
    monkeypatch.setattr(blocks, "MAX_BYTES", 200_000)
    text = RECIPE.replace(", {kind: resize, size: 48}", "").replace("[folder]", "[folder, other]")
    text = text[: text.index("balance")]
    with pytest.raises(InputError, match=r"different shapes remain \(200x300, 300x200\)"):
        make(store, tmp_path / "out", 1, text)


BUILD = """
import resource, sys
from pathlib import Path
from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.recipe.loader import parse_recipe
recipe = parse_recipe(Path(sys.argv[1]).read_text(), "photos.yaml")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
build(BuildRequest(recipe, Path(sys.argv[2]), Path(sys.argv[3]), jobs=4))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_memory_does_not_grow_with_the_number_of_photographs(tmp_path) -> None:
    """20 photographs of 12 megapixels fill 720 MB; the sheet alone held nine at a time."""
    write_photographs(tmp_path / "in", (4000, 3000), 20)
    ingest(IngestRequest((tmp_path / "in",), tmp_path / "s.h5", jobs=1))
    (tmp_path / "r.yaml").write_text(RECIPE[: RECIPE.index("balance")])
    names = [str(tmp_path / name) for name in ("r.yaml", "s.h5", "out")]
    command = [sys.executable, "-c", BUILD, *names]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) * 1024 < 650_000_000
