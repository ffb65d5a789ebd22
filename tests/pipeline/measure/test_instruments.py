"""Scores of a store: what they rest on, and what changes them."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from fercurate.domain.groups import group_equal
from fercurate.errors import StoreError
from fercurate.pipeline.building.face_geometry import detected_boxes
from fercurate.pipeline.ingest.ingest import ingest
from fercurate.pipeline.ingest.request import IngestRequest
from fercurate.pipeline.measure.duplicates import face_identities
from fercurate.pipeline.measure.instruments import (
    Instruments,
    choose_instruments,
    criterion_scores,
    measured_values,
)
from fercurate.pipeline.measure.measure import lacking, measure
from fercurate.screening.judge import Scores
from fercurate.store.store import Store
from fercurate.synthetic.affectnet import write_affectnet


def stored_scores(store: Path, names: tuple[str, ...]) -> Scores:
    """Scores of a store by criterion, measured first."""
    chosen = choose_instruments(names, None)
    with Store.open(store) as before, measure(before, chosen.request(0)) as opened:
        return criterion_scores(measured_values(opened, chosen), names)


def measure_now(path: Path, chosen: Instruments) -> dict[str, int]:
    """Measure a store; returns by kind how many samples it lacked."""
    with Store.open(path) as store:
        counts = lacking(store, chosen.request(0))
        measure(store, chosen.request(0)).close()
    return counts


def test_only_what_criteria_rest_on_is_measured() -> None:
    found = choose_instruments(("not_face", "occluded"), None)
    assert [one.kind for one in found.single] == ["screener"]
    assert found.together == ()
    assert [one.kind for one in choose_instruments(("duplicate", "hard"), None).together] == [
        "twins",
        "ease",
    ]
    assert choose_instruments(("votes_not_face",), None).single == ()


def test_scores_that_are_not_measured_are_named(shared_store: Path) -> None:
    with (
        Store.open(shared_store) as store,
        pytest.raises(StoreError, match="exposure is not measured by exposure-1"),
    ):
        measured_values(store, choose_instruments(("constant",), None))


def test_duplicates_are_scored_after_the_first(store: Path) -> None:
    scores = stored_scores(store, ("duplicate",))["duplicate"]
    with Store.open(store) as opened:
        identity = face_identities(opened)
    later = group_equal(identity) != np.arange(len(identity))
    assert later.any()
    assert (scores[later] == 1).all()
    assert set(np.unique(scores)) <= {0.0, 0.95, 1.0}


def test_votes_are_no_measurement_but_are_scored(store: Path) -> None:
    scores = stored_scores(store, ("votes_not_face", "low_agreement"))
    with Store.open(store) as opened:
        votes = opened.votes.astype(float)
    voted = votes.any(axis=1)
    expected = votes[voted, 9] / votes[voted].sum(axis=1)
    assert np.allclose(scores["votes_not_face"][voted], expected)
    assert np.isnan(scores["votes_not_face"][~voted]).all()


def test_ease_knows_labels_only_where_there_are_any(merged_store: Path, tmp_path: Path) -> None:
    store = _copy(merged_store, tmp_path)
    scores = stored_scores(store, ("hard", "label_noise"))
    with Store.open(store) as opened:
        labeled = opened.manifest.text("expression") != ""
    assert np.isnan(scores["hard"][~labeled]).all()
    known = np.isfinite(scores["hard"])
    assert known[labeled].mean() > 0.9
    assert ((scores["hard"][known] >= 0) & (scores["hard"][known] <= 1)).all()


def test_a_new_sample_makes_what_rests_on_all_of_them_measured_anew(
    store: Path, tmp_path: Path
) -> None:
    both = choose_instruments(("duplicate", "constant"), None)
    assert measure_now(store, both) == {"exposure": 200, "thumbnail": 200, "twins": 200}
    write_affectnet(tmp_path / "more", per_class=2, seed=3, size=64)
    ingest(IngestRequest((tmp_path / "more",), store))
    with Store.open(store) as opened:
        count = len(opened)
    assert count > 200
    new = count - 200
    assert measure_now(store, both) == {"exposure": new, "thumbnail": new, "twins": count}


def test_boxes_of_the_detector_lie_in_the_picture(merged_store: Path, tmp_path: Path) -> None:
    store = _copy(merged_store, tmp_path)
    faces = choose_instruments(("no_face",), None)
    with Store.open(store) as before, measure(before, faces.request(0)) as opened:
        boxes = detected_boxes(opened, measured_values(opened, faces)["face"])
        manifest, own = opened.manifest, opened.array("box")
    assert boxes.shape == own.shape
    found = np.isfinite(boxes).all(axis=1)
    assert found.any()
    sizes = np.stack([manifest.numbers(name) for name in ("width", "height")], axis=1)
    assert (boxes[found, :2] > -sizes[found] / 2).all()
    assert (boxes[found, 2:] > 0).all()


def test_scores_are_between_0_and_1(store: Path) -> None:
    from fercurate.screening.registry import CRITERIA

    names = tuple(one.name for one in CRITERIA if not one.from_answers)
    for name, score in stored_scores(store, names).items():
        known = score[np.isfinite(score)]
        assert ((known >= 0) & (known <= 1)).all(), name


def test_scoring_takes_no_store() -> None:
    values = {"votes": np.array([[0, 0, 0, 0, 0, 0, 0, 0, 0, 10]], dtype=np.float32)}
    assert criterion_scores(values, ("votes_not_face",))["votes_not_face"].tolist() == [1.0]


def _copy(store: Path, folder: Path) -> Path:
    shutil.copy(store, folder / "s.h5")
    shutil.copytree(store.with_name("s.h5.parts"), folder / "s.h5.parts")
    return folder / "s.h5"


def test_every_measure_gives_the_same_for_any_number_of_workers(
    shared_store: Path, tmp_path: Path
) -> None:
    from fercurate.screening.registry import CRITERIA

    names = tuple(one.name for one in CRITERIA if not one.from_answers)
    found = []
    for jobs in (1, 3):
        folder = tmp_path / str(jobs)
        folder.mkdir()
        shutil.copy(shared_store, folder / "s.h5")
        shutil.copytree(shared_store.with_name("store.h5.parts"), folder / "s.h5.parts")
        chosen = choose_instruments(names, None)
        path = folder / "s.h5"
        with Store.open(path) as before, measure(before, chosen.request(jobs)) as opened:
            found.append(measured_values(opened, chosen))
    for kind, values in found[0].items():
        assert np.array_equal(values, found[1][kind], equal_nan=True), kind
