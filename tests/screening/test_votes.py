"""Criteria on FER+ votes."""

import numpy as np
import pytest

from fercurate.domain.votes import VOTE_COLUMNS
from fercurate.screening.votes import VOTE_CRITERIA


def votes(**counts: int) -> np.ndarray:
    return np.array([[counts.get(name, 0) for name in VOTE_COLUMNS]], dtype=np.uint8)


def vote_scores(rows: np.ndarray) -> dict[str, np.ndarray]:
    values = rows.astype(np.float32)
    return {criterion.name: criterion.score(values) for criterion in VOTE_CRITERIA}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"NF": 10}, (1.0, 0.0, 0.0)),
        ({"unknown": 4, "neutral": 6}, (0.0, 0.4, 0.4)),
        ({"happiness": 10}, (0.0, 0.0, 0.0)),
        ({"happiness": 5, "sadness": 4, "NF": 1}, (0.1, 0.0, 0.5)),
        ({"neutral": 3, "anger": 1, "fear": 1}, (0.0, 0.0, 0.4)),
        (dict.fromkeys(VOTE_COLUMNS, 1), (0.1, 0.1, 0.9)),
        ({}, (np.nan, np.nan, np.nan)),
    ],
    ids=["no-face", "unknown", "agreed", "split", "five-voters", "singles-count", "no-votes"],
)
def test_scores_of_votes(given: dict[str, int], expected: tuple[float, ...]) -> None:
    found = vote_scores(votes(**given))
    assert list(found) == ["votes_not_face", "votes_unknown", "low_agreement"]
    np.testing.assert_allclose([score[0] for score in found.values()], expected)


def test_rows_are_scored_independently() -> None:
    rows = np.concatenate([votes(), votes(NF=3, anger=1), votes(anger=2, sadness=2)])
    found = vote_scores(rows)
    np.testing.assert_array_equal(found["votes_not_face"], [np.nan, 0.75, 0.0])
    np.testing.assert_array_equal(found["low_agreement"], [np.nan, 0.25, 0.5])


def test_large_counts_do_not_wrap_around() -> None:
    assert vote_scores(votes(anger=200, sadness=200))["low_agreement"].tolist() == [0.5]


def test_no_votes_at_all() -> None:
    empty = np.empty((0, 10), dtype=np.float32)
    assert [criterion.score(empty).shape for criterion in VOTE_CRITERIA] == [(0,)] * 3
