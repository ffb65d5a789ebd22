"""What is known of a sample: votes, scores, copies, near pictures; what is not is empty."""

from pathlib import Path

import numpy as np
import pytest

from fercurate.domain.votes import VOTE_COLUMNS
from fercurate.pipeline.measure.known import known_scores
from fercurate.pipeline.measure.measure import MeasureRequest, measure
from fercurate.pipeline.review.details import SampleDetails
from fercurate.screening.learned.features import ScreenerFeatures
from fercurate.screening.screener import Screener
from fercurate.store.store import Store
from tests.pipeline.care.stores import MEASURES, fill, toy


@pytest.fixture
def copies(tmp_path: Path) -> Path:
    """Pictures 1, 2 and 3 are one, the others each another."""
    image = toy(1).image
    samples = [toy(number, image=image) for number in (1, 2, 3)]
    path = fill(tmp_path / "c.h5", samples + [toy(number) for number in range(4, 12)])
    with Store.open(path) as store:
        measure(store, MEASURES).close()
    return path


def test_votes_and_scores_are_those_of_the_store(shared_filtered: Path) -> None:
    with Store.open(shared_filtered) as store:
        details, scores = SampleDetails.of(store), known_scores(store)
        assert len(scores) > 5
        for row in (0, 7, 150, 199):
            told = details.to_json(row)
            one = store.manifest.take(np.array([row]))
            assert told["id"] == one.text("id")[0]
            assert told["label"] == one.text("expression")[0]
            assert (told["source"], told["split"]) == ("fer2013", one.text("native_split")[0])
            votes = dict(zip(VOTE_COLUMNS, store.votes[row].tolist(), strict=True))
            assert told["votes"] == {name: count for name, count in votes.items() if count}
            assert told["scores"] == {
                name: round(float(score[row]), 3)
                for name, score in scores.items()
                if np.isfinite(score[row])
            }


def test_what_is_not_measured_is_empty(shared_store: Path) -> None:
    with Store.open(shared_store) as store:
        told = SampleDetails.of(store).to_json(3)
    assert (told["copies"], told["neighbors"]) == ([], [])
    assert not {"label_noise", "occluded", "not_human"} & set(told["scores"])


def test_copies_are_named_with_their_labels(copies: Path) -> None:
    with Store.open(copies) as store:
        details = SampleDetails.of(store)
        assert details.to_json(1)["copies"] == [
            {"id": f"toy:no_{number:04d}", "label": "happy"} for number in (1, 3)
        ]
        assert details.to_json(5)["copies"] == []


def test_near_pictures_are_others_and_no_copies(copies: Path) -> None:
    request = MeasureRequest((ScreenerFeatures(Screener()),), jobs=1)
    with Store.open(copies) as store, measure(store, request) as measured:
        maker = ScreenerFeatures(Screener())
        values = measured.measured(maker.kind, maker.method).values
        told = SampleDetails.of(measured).to_json(0)["neighbors"]
        names = measured.manifest.text("id").tolist()
    near = [names.index(one["id"]) for one in told]
    assert len(set(near)) == 6
    assert not {0, 1, 2} & set(near)
    centered = values - values.mean(axis=0)
    likeness = centered @ centered[0] / np.linalg.norm(centered, axis=1)
    others = sorted(range(3, 11), key=lambda row: -likeness[row])
    assert near == others[:6]


def test_a_sample_is_not_near_itself(tmp_path: Path) -> None:
    path = fill(tmp_path / "few.h5", [toy(number) for number in range(4)])
    request = MeasureRequest((ScreenerFeatures(Screener()),), jobs=1)
    with Store.open(path) as store, measure(store, request) as measured:
        told = SampleDetails.of(measured).to_json(0)["neighbors"]
    assert {one["id"] for one in told} == {f"toy:no_{number:04d}" for number in (1, 2, 3)}
