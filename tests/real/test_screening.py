"""The learned screener and the clean recipes on the real FER-2013; skips where it is missing."""

import csv
import os
from pathlib import Path

import numpy as np
import pytest

from benchmarks.screener.figures import average_precision
from benchmarks.screener.material import LABELS_CSV
from fercurate.export.reader import read_export
from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.pipeline.filter.filter import filter_store
from fercurate.pipeline.filter.request import FilterRequest
from fercurate.pipeline.ingest.ingest import ingest
from fercurate.pipeline.ingest.request import IngestRequest
from fercurate.recipe.shipped import load_recipe
from fercurate.screening.screener import FAULTS, Screener

SHARED = Path(os.environ.get("FERCURATE_SHARED", Path(__file__).parents[2].parent / "shared"))


@pytest.fixture(scope="module")
def pictures() -> np.ndarray:
    if not (SHARED / "data" / "fer2013.npz").is_file():
        pytest.skip("needs the real FER-2013 in ../shared/data (or FERCURATE_SHARED)")
    with np.load(SHARED / "data" / "fer2013.npz") as file:
        found: np.ndarray = file["images"]
        return found


def test_pictures_voted_no_face_stand_out(pictures: np.ndarray) -> None:
    """150 of the 176 were learned from: this checks the file, not how well it does."""
    with (SHARED / "data" / "fer2013new.csv").open(newline="") as lines:
        not_face = np.array([row["NF"] == "10" for row in csv.DictReader(lines)])
    rows = np.sort([*np.flatnonzero(not_face), *np.flatnonzero(~not_face)[::35]])
    logits = Screener().measure(list(pictures[rows]))
    assert average_precision(not_face[rows], logits[:, 0].astype(float)) >= 0.95


@pytest.mark.parametrize(("fault", "least"), [("not_human", 0.8), ("occluded", 0.9)])
def test_what_was_learned_is_still_known(pictures: np.ndarray, fault: str, least: float) -> None:
    """The network has learned from these rows: this checks the file, not how well it does."""
    with LABELS_CSV.open(newline="") as lines:
        labels = [row for row in csv.DictReader(lines) if row[fault] and row["sample"] == "random"]
    some = labels[::5]
    truth = np.array([row[fault] == "1" for row in some])
    logits = Screener().measure([pictures[int(row["row"])] for row in some])
    score = logits[:, FAULTS.index(fault)].astype(float)
    assert average_precision(truth, score) >= least


@pytest.fixture(scope="module")
def small_store(real_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every twelfth row of the real CSV, all usages."""
    folder = tmp_path_factory.mktemp("small")
    with (real_folder / "fer2013.csv").open() as lines, (folder / "fer2013.csv").open("w") as out:
        out.writelines(line for number, line in enumerate(lines) if number % 12 == 1 or not number)
    ingest(IngestRequest((folder / "fer2013.csv",), folder / "s.h5"))
    return folder / "s.h5"


def test_the_clean_recipes_on_real_pictures(small_store: Path, tmp_path: Path) -> None:
    for name in ("clean_five", "clean_seven"):
        build(BuildRequest(load_recipe(name), small_store, tmp_path / name))
    five = {rows.split: rows for rows in read_export(tmp_path / "clean_five")}
    counts = np.sum([np.bincount(rows.labels, minlength=5) for rows in five.values()], axis=0)
    assert five["train"].classes == ("angry", "fear", "happy", "neutral", "sad")
    assert (counts <= [966, 859, 2477, 1466, 1326]).all()
    seven = {rows.split: rows for rows in read_export(tmp_path / "clean_seven")}
    official = seven["test"].text["sample_id"]
    passing = seven["test_screened"].text["sample_id"]
    assert 0.75 < len(passing) / len(official) < 0.97
    assert set(passing) < set(official)
    scores = filter_store(FilterRequest(small_store, ease=False)).scores["occluded"]
    assert 0.02 < (scores > 0.5).mean() < 0.2
