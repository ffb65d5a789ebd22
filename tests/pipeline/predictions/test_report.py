"""What predictions say of a store: confusion, agreement, errors; and the command's words."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fercurate.pipeline.predictions.add import AddRequest, add_predictions
from fercurate.pipeline.predictions.report import PredictionReport, prediction_report
from tests.pipeline.predictions.made import SEVEN, favoring, ids_and_labels, write_table

SWAPPED = 12


@pytest.fixture
def wrong(store: Path) -> list[int]:
    """Rows of ``fear`` of which the model is sure that they are ``sad``; it agrees with others."""
    ids, labels = ids_and_labels(store)
    rows = [row for row, name in enumerate(labels) if name == "fear"][:SWAPPED]
    told = ["sad" if row in rows else name for row, name in enumerate(labels)]
    values = favoring(told, SEVEN)
    values[rows] = np.where(np.array(SEVEN) == "sad", 0.97, 0.005)
    table = write_table(store.parent / "mine.csv", ids, values, SEVEN)
    add_predictions(AddRequest(store, table, out_of_fold=True))
    return rows


def test_the_swapped_labels_are_found(store: Path, wrong: list[int]) -> None:
    report = prediction_report(store)
    assert np.flatnonzero(report.errors.flagged).tolist() == wrong
    assert report.error_cells() == {("fear", "sad"): SWAPPED}
    table = report.confusion()
    fear, sad = report.labels.index("fear"), SEVEN.index("sad")
    assert table.sum() == 200
    assert table[fear, sad] == SWAPPED
    assert np.trace(table) == 200 - SWAPPED
    same = report.agreement(report.expressions)
    assert (same.count, same.compared, same.share) == (188, 200, 0.94)


def test_the_votes_are_asked_too(store: Path, wrong: list[int]) -> None:
    report = prediction_report(store)
    decided = report.winners != ""
    votes = report.agreement(report.winners)
    assert 0 < votes.compared <= decided.sum()
    assert votes.count == (report.winners == report.predicted).sum()
    among = report.contradicted(report.errors.flagged)
    assert among.compared == decided[wrong].sum()
    assert among.count == (report.winners[wrong] != "fear")[decided[wrong]].sum()


def test_a_model_of_fewer_classes_is_compared_by_its_own(store: Path) -> None:
    ids, labels = ids_and_labels(store)
    three = ("happy", "sad", "neutral")
    told = [name if name in three else "neutral" for name in labels]
    table = write_table(store.parent / "few.csv", ids, favoring(told, three), three)
    add_predictions(AddRequest(store, table, out_of_fold=True))
    report = prediction_report(store)
    own = sum(name in three for name in labels)
    assert report.agreement(report.expressions).compared == own < 200
    assert report.compared.sum() == own
    assert report.confusion().shape == (7, 3)
    assert np.isnan(report.errors.scores[~report.compared]).all()


def test_the_table_and_the_json_say_the_same(store: Path, wrong: list[int]) -> None:
    report = prediction_report(store)
    frame = report.to_frame()
    worst = frame.nlargest(SWAPPED, "score")
    assert set(worst["sample_id"]) == {report.ids[row] for row in wrong}
    assert worst["flagged"].all()
    np.testing.assert_allclose(frame.filter(like="p_").sum(axis=1), 1, atol=1e-6)
    facts = json.loads(json.dumps(report.to_json()))
    assert facts["label_errors"]["count"] == frame["flagged"].sum()
    assert facts["confusion"]["fear"]["sad"] == SWAPPED
    assert facts["label_errors"]["cells"] == [
        {"label": "fear", "predicted": "sad", "count": SWAPPED}
    ]
    assert f"{SWAPPED} likely label errors" in str(report)


def test_in_sample_predictions_warn(run: Any, store: Path, wrong: list[int]) -> None:
    assert len(wrong) == SWAPPED
    done = run("predictions", "add", store, "mine.csv", "--in-sample")
    assert (done.code, done.err) == (0, "")
    assert "predictions mine (in-sample): added; 200 of 200 samples, 7 classes" in done.out
    shown = run("predictions", "show", store, "--name", "mine")
    assert "warning: mine: in-sample predictions hide label errors" in shown.err
    assert f"fear as sad {SWAPPED}" in shown.out
    queue = f"fercurate review {store} --queue predictions"
    assert f"look at them:     {queue}\n" in shown.out
    assert f"at one cell only: {queue} --cell fear:sad\n" in shown.out


def test_a_file_that_does_not_say_how_is_taken_with_a_warning(run: Any, store: Path) -> None:
    ids, labels = ids_and_labels(store)
    write_table(store.parent / "Any one.csv", ids[:9], favoring(labels[:9], SEVEN), SEVEN)
    done = run("predictions", "add", store, "Any one.csv", "--json")
    assert json.loads(done.out)["out_of_fold"] is False
    assert "say --out-of-fold" in done.err
    listed = json.loads(run("predictions", "list", store, "--json").out)
    (one,) = listed["predictions"]
    assert (one["name"], one["samples"], one["agreement"]) == ("any-one", 9, 1.0)
    assert run("predictions", "add", store, "none.csv").code == 1
    assert run("predictions", "add", store, "Any one.csv", "--name", "A").code == 2
    empty = run("predictions", "show", store, "--name", "anyone")
    assert (empty.code, "did you mean 'any-one'?" in empty.err) == (1, True)


def test_a_report_of_no_errors_names_a_cell_all_the_same(store: Path) -> None:
    ids, labels = ids_and_labels(store)
    table = write_table(store.parent / "m.csv", ids[:50], favoring(labels[:50], SEVEN), SEVEN)
    add_predictions(AddRequest(store, table, out_of_fold=True))
    report: PredictionReport = prediction_report(store)
    assert not report.errors.flagged.any()
    assert report.commands()["cell"].endswith("--cell fear:sad")
