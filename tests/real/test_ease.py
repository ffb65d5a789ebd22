"""The label-noise ranking on a third of the real FER-2013, held against FER+. Skips without."""

import csv
import os
from pathlib import Path

import numpy as np
import pytest

from fercurate.domain.expression import EXPRESSIONS
from fercurate.domain.votes import VOTE_COLUMNS, VOTE_EXPRESSIONS, majority
from fercurate.screening.ease.degree import EASE_CRITERIA, EaseDegrees, EaseRequest, ease_degree
from fercurate.screening.ease.hog import hog_features

SHARED = Path(os.environ.get("FERCURATE_SHARED", Path(__file__).parents[2].parent / "shared"))


@pytest.fixture(scope="module")
def third() -> tuple[np.ndarray, np.ndarray, EaseDegrees]:
    """Given labels, labels by FER+ (-1 where undecided), and ease, of every third picture."""
    if not (SHARED / "data" / "fer2013.npz").is_file():
        pytest.skip("needs the real FER-2013 in ../shared/data (or FERCURATE_SHARED)")
    with np.load(SHARED / "data" / "fer2013.npz") as file:
        faces, labels = file["images"][::3], file["emotion"][::3].astype(np.int64)
    with (SHARED / "data" / "fer2013new.csv").open(newline="") as lines:
        votes = [[row[name] for name in VOTE_COLUMNS] for row in csv.DictReader(lines)]
    codes = np.array([EXPRESSIONS.index(name) for name in VOTE_EXPRESSIONS] + [-1])
    ruled = codes[majority(np.array(votes[::3], dtype=np.uint8))]
    copies = np.unique([face.tobytes() for face in faces], return_inverse=True)[1]
    found = ease_degree(hog_features(faces), labels, copies, EaseRequest(repeats=2))
    return labels, ruled, found


def average_precision(positive: np.ndarray, score: np.ndarray) -> float:
    ranked = positive[np.argsort(-score, kind="stable")]
    return float((np.cumsum(ranked) / np.arange(1, len(ranked) + 1))[ranked].mean())


def test_labels_that_ferplus_overrules_rank_first(
    third: tuple[np.ndarray, np.ndarray, EaseDegrees],
) -> None:
    labels, ruled, found = third
    decided = ruled >= 0
    wrong = (ruled != labels)[decided]
    noise = EASE_CRITERIA[0].score(found.values())[decided]
    assert 0.31 < wrong.mean() < 0.34
    assert average_precision(wrong, noise) > 0.60
    assert wrong[np.argsort(-noise)[:500]].mean() > 0.75


def test_classifiers_know_most_labels_and_no_class_is_lost(
    third: tuple[np.ndarray, np.ndarray, EaseDegrees],
) -> None:
    labels, _, found = third
    assert found.ease.mean() > 0.52
    assert min(found.ease[labels == k].mean() for k in range(7)) > 0.25
    assert abs(float(found.given.mean()) - 0.41) < 0.02
