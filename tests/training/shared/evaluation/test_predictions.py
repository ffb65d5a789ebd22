"""The table of predictions: a row's id, its class, what was predicted, and every chance."""

import csv
from pathlib import Path

import h5py
import numpy as np
import pytest

from fercurate.training.shared.errors import ExportError
from fercurate.training.shared.evaluation.predictions import (
    RowPredictions,
    join_predictions,
    predictions_file,
    write_predictions,
)
from fercurate.training.shared.export import Split

CLASSES = ("angry", "of, two words", "happy")
IDS = ["a:1", 'a:"2",x', "a:3\n4", "a:é表", "a:5#flip"]


@pytest.fixture
def split(tmp_path: Path) -> Split:
    labels = np.array([0, 1, 2, 1, 0])
    with h5py.File(tmp_path / "test.h5", "w") as file:
        file["sample_id"] = IDS
    op = np.full(5, "original", dtype=object)
    return Split("test", tmp_path / "test.h5", labels, op, (5, 4, 4), 0)


def test_every_row_stands_there_once_in_its_order(split: Split, tmp_path: Path) -> None:
    chances = np.random.default_rng(1).dirichlet(np.ones(3), 3)
    rows = split.take(np.array([4, 1, 2]))
    path = tmp_path / predictions_file("test")
    write_predictions(path, rows, RowPredictions.likeliest(chances), CLASSES)
    with path.open(newline="", encoding="utf-8") as file:
        head, *lines = csv.reader(file)
    assert head == ["sample_id", "label", "predicted", *(f"p_{name}" for name in CLASSES)]
    assert [line[0] for line in lines] == [IDS[4], IDS[1], IDS[2]]
    assert [line[1] for line in lines] == ["angry", "of, two words", "happy"]
    assert [line[2] for line in lines] == [CLASSES[code] for code in chances.argmax(axis=1)]
    told = np.array([[float(value) for value in line[3:]] for line in lines])
    np.testing.assert_allclose(told, chances, atol=5e-9)


def test_without_chances_there_are_classes_alone(split: Split, tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    write_predictions(path, split.whole(), RowPredictions(np.array([2, 1, 0, 1, 0])), CLASSES)
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["predicted"] for row in rows] == [CLASSES[code] for code in (2, 1, 0, 1, 0)]
    assert list(rows[0]) == ["sample_id", "label", "predicted"]


@pytest.mark.parametrize(("unseen", "said"), [(True, "1"), (False, "0")])
def test_a_table_says_whether_it_is_out_of_fold(
    split: Split, tmp_path: Path, unseen: bool, said: str
) -> None:
    found = RowPredictions.likeliest(np.full((5, 3), 1 / 3))
    write_predictions(tmp_path / "p.csv", split.whole(), found, CLASSES, unseen)
    with (tmp_path / "p.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0])[-1] == "out_of_fold"
    assert {row["out_of_fold"] for row in rows} == {said}


def test_tables_are_joined_row_by_row(split: Split, tmp_path: Path) -> None:
    found = RowPredictions.likeliest(np.full((5, 3), 1 / 3))
    paths = [tmp_path / name for name in ("a.csv", "b.csv", "c.csv")]
    for path, rows in zip(paths, ([2, 0], [4], [1, 3]), strict=True):
        part = RowPredictions(found.classes[rows], np.full((len(rows), 3), 1 / 3))
        write_predictions(path, split.take(np.array(rows)), part, CLASSES, True)
    join_predictions(paths, tmp_path / "all.csv")
    with (tmp_path / "all.csv").open(newline="", encoding="utf-8") as file:
        joined = [row["sample_id"] for row in csv.DictReader(file)]
    assert joined == [IDS[row] for row in (2, 0, 4, 1, 3)]
    write_predictions(paths[1], split.whole(), found, CLASSES)
    with pytest.raises(ExportError, match=r"b\.csv: other columns than .+a\.csv"):
        join_predictions(paths, tmp_path / "other.csv")
    assert not (tmp_path / "other.csv").exists()


def test_a_table_is_whole_or_not_there(split: Split, tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text("before")
    with pytest.raises(IndexError):
        write_predictions(path, split.whole(), RowPredictions(np.array([9] * 5)), CLASSES)
    assert path.read_text() == "before"
    assert {one.name for one in tmp_path.iterdir()} == {"p.csv", "test.h5"}


def test_an_export_without_ids_is_named(split: Split, tmp_path: Path) -> None:
    with h5py.File(split.path, "r+") as file:
        del file["sample_id"]
    with pytest.raises(ExportError, match="no column sample_id"):
        write_predictions(tmp_path / "p.csv", split.whole(), RowPredictions(split.labels), CLASSES)
