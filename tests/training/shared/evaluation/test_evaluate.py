"""What evaluate.py says of rows: out of fold, learned from, or neither known."""

import argparse
import csv
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.recipe.shipped import load_recipe
from fercurate.training.shared.evaluation.evaluate import (
    chosen_rows,
    evaluate,
    evaluate_exports,
)
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


def test_each_group_is_counted_by_its_own_rows(
    export: Export, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(export.folder, folder)
    with (folder / "samples.csv").open(newline="") as file:
        tested = [row for row in csv.DictReader(file) if row["split"] == "test"]
    genders = {row["sample_id"]: ("female", "male")[n % 2] for n, row in enumerate(tested[:-4])}
    table = [f"{name},{gender}\n" for name, gender in genders.items()]
    (folder / "attributes.csv").write_text("sample_id,gender\n" + "".join(table))
    evaluate_exports(undecided(export, export.identity), [folder], asked_of(tmp_path))
    (found,) = json.loads((tmp_path / "out" / "metrics.json").read_text())["exports"]
    groups = found["groups"]["test"]["gender"]["groups"]
    said = capsys.readouterr().out
    for gender in ("female", "male"):
        own = [row["class"] for row in tested if genders.get(row["sample_id"]) == gender]
        assert groups[gender]["rows"] == len(own)
        assert groups[gender]["accuracy"] == pytest.approx(own.count("angry") / len(own), abs=1e-6)
        assert f"{gender} {groups[gender]['accuracy']:.2%} of {len(own):,}" in said


def test_without_attributes_no_group_is_spoken_of(
    export: Export, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    evaluate_exports(undecided(export, export.identity), [export.folder], asked_of(tmp_path))
    (found,) = json.loads((tmp_path / "out" / "metrics.json").read_text())["exports"]
    assert "groups" not in found
    assert "\nby " not in capsys.readouterr().out


def asked_of(folder: Path) -> argparse.Namespace:
    options = {"split": ["test"], "fold": None, "json": None, "no_verify": True}
    return argparse.Namespace(output=folder / "out", checkpoint=folder / "best", **options)
