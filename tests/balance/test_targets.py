"""Targets in imbalanced-learn's words mean what they mean there."""

from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from imblearn.utils import check_sampling_strategy

from fercurate.balance.targets import OverWord, UnderWord, lowered, raised

CLASSES = ("angry", "disgust", "happy", "sad")
COUNTS = np.array([30, 4, 70, 0])


@pytest.mark.parametrize("word", get_args(OverWord))
@given(counts=st.lists(st.integers(1, 60), min_size=2, max_size=5))
def test_over_sampling_words_are_those_of_imbalanced_learn(word: str, counts: list[int]) -> None:
    labels = np.repeat(np.arange(len(counts)), counts)
    theirs = check_sampling_strategy(word, labels, "over-sampling")
    expected = [count + theirs.get(label, 0) for label, count in enumerate(counts)]
    found = raised(word, np.array(counts), CLASSES)  # type: ignore[arg-type]
    assert found.tolist() == expected


@pytest.mark.parametrize("word", get_args(UnderWord))
@given(counts=st.lists(st.integers(1, 60), min_size=2, max_size=5))
def test_under_sampling_words_are_those_of_imbalanced_learn(word: str, counts: list[int]) -> None:
    labels = np.repeat(np.arange(len(counts)), counts)
    theirs = check_sampling_strategy(word, labels, "under-sampling")
    expected = [theirs.get(label, count) for label, count in enumerate(counts)]
    found = lowered(word, np.array(counts), CLASSES)  # type: ignore[arg-type]
    assert found.tolist() == expected


def test_a_ratio_is_of_the_largest_or_the_smallest_class() -> None:
    assert raised(0.5, COUNTS, CLASSES).tolist() == [35, 35, 70, 0]
    assert lowered(0.5, COUNTS, CLASSES).tolist() == [8, 4, 8, 0]
    two = np.array([40, 100])
    labels = np.repeat([0, 1], two)
    theirs = check_sampling_strategy(0.73, labels, "over-sampling")
    assert raised(0.73, two, CLASSES)[0] == 40 + theirs[0]
    theirs = check_sampling_strategy(0.73, labels, "under-sampling")
    assert lowered(0.73, two, CLASSES)[1] == theirs[1]


def test_a_map_names_classes() -> None:
    assert raised({"disgust": 9}, COUNTS, CLASSES).tolist() == [30, 9, 70, 0]
    assert lowered({"happy": 7}, COUNTS, CLASSES).tolist() == [30, 4, 7, 0]


@pytest.mark.parametrize(
    ("way", "goals", "says"),
    [
        (raised, {"happy": 69}, "happy: 69 asked for, 70 are there; over-sampling cannot"),
        (lowered, {"disgust": 5}, "disgust: 5 asked for, 4 are there; under-sampling cannot"),
        (raised, {"sad": 5}, "sad: there is no sample"),
        (lowered, {"sad": 5}, "sad: there is no sample"),
    ],
)
def test_an_impossible_map_is_refused(way: object, goals: dict[str, int], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        way(goals, COUNTS, CLASSES)  # type: ignore[operator]


def test_empty_classes_stay_empty_and_nothing_is_nothing() -> None:
    assert raised("all", COUNTS, CLASSES).tolist() == [70, 70, 70, 0]
    assert lowered("all", COUNTS, CLASSES).tolist() == [4, 4, 4, 0]
    none = np.zeros(4, dtype=np.int64)
    assert raised("auto", none, CLASSES).tolist() == [0, 0, 0, 0]
    assert lowered("auto", none, CLASSES).tolist() == [0, 0, 0, 0]
