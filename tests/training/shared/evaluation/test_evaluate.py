"""What evaluate.py says of rows: out of fold, learned from, or neither known."""

import argparse
import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.recipe.shipped import load_recipe
from fercurate.training.shared.evaluation.evaluate import chosen_rows, evaluate
from fercurate.training.shared.evaluation.predictions import RowPredictions
from fercurate.training.shared.evaluation.trained_model import TrainedModel
from fercurate.training.shared.export import Export, Subset, read_export


@dataclass(frozen=True)
class Undecided(TrainedModel):
    """A model to which all classes are alike."""

    def predict(self, rows: Subset) -> RowPredictions:
        classes = len(self.classes)
        return RowPredictions.likeliest(np.full((len(rows), classes), 1 / classes))


def undecided(export: Export, identity: str, fold: int | None = None) -> Undecided:
    facts = (export.classes, 1, 48, export.recipe_sha256, identity, (), (0.5,), (0.5,))
    return Undecided(Path("best"), "none", *facts, fold)


@pytest.fixture(scope="module")
def export(shared_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Export:
    folder = tmp_path_factory.mktemp("export") / "o"
    build(BuildRequest(load_recipe("fer2013_seven"), shared_store, folder, framework="none"))
    return read_export(folder)


def said(export: Export, model: Undecided, output: Path, *splits: str) -> dict[str, set[str]]:
    """What stands in the column out_of_fold, by split; nothing where there is no such column."""
    options = argparse.Namespace(split=list(splits), no_verify=False)
    evaluate(export, chosen_rows(export, model, options, None), model, output / "o")
    found = {}
    for name in splits:
        with (output / f"o-{name}" / f"predictions_{name}.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        found[name] = {row["out_of_fold"] for row in rows if "out_of_fold" in row}
    return found


def test_rows_say_whether_the_model_learned_from_them(export: Export, tmp_path: Path) -> None:
    own = undecided(export, export.identity)
    assert said(export, own, tmp_path, "train", "test") == {"train": {"0"}, "test": {"1"}}


def test_of_another_export_nothing_is_said(export: Export, tmp_path: Path) -> None:
    assert said(export, undecided(export, "another"), tmp_path, "test") == {"test": set()}
