"""Confident learning: by hand, on simulated noise, and what it must not flag."""

import numpy as np
import pytest

from fercurate.screening.confident import (
    class_thresholds,
    confident_classes,
    label_error_scores,
)


def two_classes(*first: float) -> np.ndarray:
    """Probabilities of two classes, by those of the first."""
    values = np.array(first)
    return np.stack([values, 1 - values], axis=1)


def test_two_swapped_labels_by_hand() -> None:
    labels = np.array([0, 0, 0, 1, 1, 1])
    probabilities = two_classes(0.9, 0.8, 0.1, 0.3, 0.2, 0.7)
    assert class_thresholds(labels, probabilities) == pytest.approx([0.6, 0.6])
    found = label_error_scores(labels, probabilities)
    assert found.flagged.tolist() == [False, False, True, False, False, True]
    assert found.predicted.tolist() == [0, 0, 1, 1, 1, 0]
    assert found.scores == pytest.approx([0.05, 0.1, 0.95, 0.15, 0.1, 0.85])


def test_a_likelier_class_below_its_threshold_is_not_enough() -> None:
    labels = np.array([0, 0, 1, 1])
    found = label_error_scores(labels, two_classes(0.45, 0.9, 0.1, 0.1))
    assert not found.flagged.any()
    assert found.scores[0] == pytest.approx(0.275)
    assert found.scores.max() == found.scores[0]


def test_a_seldom_sure_class_asks_for_less_but_the_likeliest_label_is_never_flagged() -> None:
    labels = np.array([0, 0, 0, 1, 1])
    probabilities = np.array(
        [[0.95, 0.05], [0.95, 0.05], [0.65, 0.35], [0.7, 0.3], [0.6, 0.4]], dtype=np.float32
    )
    thresholds = class_thresholds(labels, probabilities)
    assert thresholds == pytest.approx([0.85, 0.35])
    assert confident_classes(probabilities, thresholds).tolist() == [0, 0, 1, -1, 1]
    assert label_error_scores(labels, probabilities).flagged.tolist() == [False] * 5


def test_a_class_that_labels_nothing_is_never_confident() -> None:
    labels = np.array([0, 0, 1])
    probabilities = np.array([[0.8, 0.1, 0.1], [0.1, 0.1, 0.8], [0.1, 0.8, 0.1]])
    assert class_thresholds(labels, probabilities)[2] == np.inf
    assert not label_error_scores(labels, probabilities).flagged.any()


def test_equal_probabilities_reach_their_own_mean() -> None:
    probabilities = two_classes(*[0.9] * 3, 0.9)
    found = label_error_scores(np.array([0, 0, 0, 1]), probabilities)
    assert found.flagged.tolist() == [False, False, False, True]


def test_what_is_not_known_has_no_score_and_no_say() -> None:
    labels = np.array([0, 0, 0, 1, 1, 1])
    probabilities = two_classes(0.9, 0.8, 0.1, 0.3, 0.2, 0.7)
    more = np.concatenate([probabilities, two_classes(0.6), np.full((1, 2), np.nan)])
    found = label_error_scores(np.array([*labels, -1, 1]), more)
    assert np.isnan(found.scores[6:]).all()
    assert not found.flagged[6:].any()
    assert found.predicted[6:].tolist() == [0, -1]
    np.testing.assert_array_equal(
        found.scores[:6], label_error_scores(labels, probabilities).scores
    )
    nothing = label_error_scores(np.empty(0, np.int64), np.empty((0, 7)))
    assert len(nothing.scores) == 0


def simulated(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """True classes, labels of which a tenth is wrong, and what a fair model says of the truth."""
    truth = rng.choice(7, 6000, p=[0.14, 0.02, 0.14, 0.25, 0.17, 0.11, 0.17])
    labels = np.where(rng.random(6000) < 0.1, (truth + rng.integers(1, 7, 6000)) % 7, truth)
    logits = rng.normal(size=(6000, 7)) + 3.5 * np.eye(7)[truth]
    values = np.exp(logits)
    return truth, labels, values / values.sum(axis=1, keepdims=True)


def test_flagged_labels_of_a_simulation_are_wrong_and_most_wrong_ones_are_flagged() -> None:
    truth, labels, probabilities = simulated(np.random.default_rng(1))
    found = label_error_scores(labels, probabilities)
    wrong = labels != truth
    assert wrong[found.flagged].mean() > 0.85
    assert found.flagged[wrong].mean() > 0.65
    first = np.argsort(-found.scores)[:200]
    assert wrong[first].mean() > 0.97
    flagged, others = found.scores[found.flagged], found.scores[~found.flagged]
    assert 0.75 <= flagged.min() <= flagged.max() <= 1
    assert 0 <= others.min() <= others.max() <= 0.5


def test_neither_the_order_of_samples_nor_that_of_classes_counts() -> None:
    _, labels, probabilities = simulated(np.random.default_rng(2))
    found = label_error_scores(labels, probabilities)
    rows, columns = np.random.default_rng(3).permutation(6000), np.array([3, 1, 6, 0, 2, 5, 4])
    other = label_error_scores(np.argsort(columns)[labels[rows]], probabilities[rows][:, columns])
    np.testing.assert_allclose(other.scores, found.scores[rows])
    assert columns[other.predicted].tolist() == found.predicted[rows].tolist()


@pytest.mark.parametrize(
    ("labels", "shape"), [([0, 1], (3, 2)), ([0], (1, 1)), ([2], (1, 2)), ([-2], (1, 2))]
)
def test_what_does_not_fit_is_refused(labels: list[int], shape: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match=r"labels; expected|a label outside"):
        label_error_scores(np.array(labels), np.full(shape, 1 / shape[1]))
