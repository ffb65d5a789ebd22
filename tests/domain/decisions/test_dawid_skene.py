"""Readers of unequal reliability: better than the majority, and sound where there is little."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as drawn

from fercurate.domain.decisions.dawid_skene import dawid_skene

CLASSES = 4
SKILLS = (0.95, 0.9, 0.35, 0.3, 0.3)


def simulated(seed: int, skills: tuple[float, ...], count: int = 400) -> tuple[np.ndarray, ...]:
    """What is true (N,), and votes (N, R, K) of readers who know it so often, else guess."""
    rng = np.random.default_rng(seed)
    truth = rng.choice(CLASSES, count, p=[0.4, 0.3, 0.2, 0.1])
    guesses = rng.integers(0, CLASSES, (count, len(skills)))
    codes = np.where(rng.random(guesses.shape) < skills, truth[:, None], guesses)
    return truth, codes[:, :, None] == np.arange(CLASSES)


def gain(votes: np.ndarray, truth: np.ndarray) -> float:
    """How much more often the beliefs are right than the majority, the first of equal ones."""
    found, majority = dawid_skene(votes).argmax(axis=1), votes.sum(axis=1).argmax(axis=1)
    return float((found == truth).mean() - (majority == truth).mean())


def test_unequal_readers_are_weighed() -> None:
    gains = []
    for seed in range(8):
        truth, votes = simulated(seed, SKILLS)
        gains.append(gain(votes, truth))
        assert (dawid_skene(votes).argmax(axis=1) == truth).mean() >= 0.93
    assert min(gains) > 0
    assert np.mean(gains) >= 0.03


def test_a_reader_who_swaps_two_classes_still_tells_something() -> None:
    truth, votes = simulated(3, (0.8, 0.8, 0.8))
    his = np.array([1, 0, 2, 3])[truth][:, None] == np.arange(CLASSES)
    four = np.concatenate([votes, his[:, None]], axis=1)
    with_him = (dawid_skene(four).argmax(axis=1) == truth).mean()
    without = (dawid_skene(votes).argmax(axis=1) == truth).mean()
    assert with_him >= without + 0.05


def alone(counts: tuple[int, ...]) -> np.ndarray:
    """Votes (N, 1, K) of one reader who gave each answer so often."""
    return np.repeat(np.eye(len(counts), dtype=np.int64), counts, axis=0)[:, None]


@pytest.mark.parametrize("counts", [(1, 0, 0), (0, 9, 0), (20, 20, 20), (300, 250, 200, 100)])
def test_a_single_reader_is_believed(counts: tuple[int, ...]) -> None:
    votes = alone(counts)
    beliefs = dawid_skene(votes)
    np.testing.assert_array_equal(beliefs.argmax(axis=1), votes[:, 0].argmax(axis=1))
    assert (beliefs.max(axis=1) > 0.5).all()


@pytest.mark.parametrize("counts", [(10, 1, 0, 0), (100, 3, 1), (30, 20, 10, 5, 3, 2, 1, 0, 0)])
def test_a_single_reader_is_believed_about_rare_classes(counts: tuple[int, ...]) -> None:
    votes = alone(counts)
    np.testing.assert_array_equal(dawid_skene(votes).argmax(axis=1), votes[:, 0].argmax(axis=1))


@pytest.mark.parametrize("shape", [(0, 3, 4), (5, 0, 4), (5, 3, 4)])
def test_where_nobody_answers_nothing_is_believed(shape: tuple[int, ...]) -> None:
    beliefs = dawid_skene(np.zeros(shape, dtype=np.int64))
    assert beliefs.shape == (shape[0], shape[2])
    assert not beliefs.any()


def test_who_was_not_asked_changes_nothing() -> None:
    truth, votes = simulated(2, SKILLS, 100)
    silent = np.zeros((7, len(SKILLS), CLASSES), dtype=bool)
    both = dawid_skene(np.concatenate([votes, silent]))
    np.testing.assert_allclose(both[: len(truth)], dawid_skene(votes), atol=1e-12)
    assert not both[len(truth) :].any()


def test_answers_that_are_missing_do_not_count_as_wrong() -> None:
    truth, votes = simulated(4, SKILLS, 600)
    rng = np.random.default_rng(0)
    sparse = votes * (rng.random(votes.shape[:2]) < 0.6)[:, :, None].astype(np.int64)
    asked = sparse.any(axis=(1, 2))
    assert 0 < (~asked).sum() < 30
    assert gain(sparse[asked], truth[asked]) >= 0.05
    np.testing.assert_allclose(dawid_skene(sparse)[asked], dawid_skene(sparse[asked]), atol=1e-12)


VOTES = drawn.arrays(
    np.int64,
    st.tuples(st.integers(0, 8), st.integers(0, 3), st.just(3)),
    elements=st.integers(0, 2),
)


@given(VOTES)
def test_beliefs_are_probabilities_and_the_same_each_time(votes: np.ndarray) -> None:
    beliefs = dawid_skene(votes)
    asked = votes.any(axis=(1, 2))
    np.testing.assert_allclose(beliefs.sum(axis=1), asked)
    assert ((beliefs >= 0) & (beliefs <= 1)).all()
    np.testing.assert_array_equal(beliefs, dawid_skene(votes.astype(np.uint8)))


@given(VOTES, st.randoms(use_true_random=False))
def test_the_order_of_samples_and_readers_makes_no_difference(
    votes: np.ndarray, chance: object
) -> None:
    rows, readers = list(range(votes.shape[0])), list(range(votes.shape[1]))
    chance.shuffle(rows)  # type: ignore[attr-defined]
    chance.shuffle(readers)  # type: ignore[attr-defined]
    np.testing.assert_allclose(
        dawid_skene(votes[rows][:, readers]), dawid_skene(votes)[rows], atol=1e-6
    )
