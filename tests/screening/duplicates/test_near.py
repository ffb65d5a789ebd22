"""All near duplicates are found, by blocks and by trees, with any number of threads."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fercurate.domain.groups import join_pairs
from fercurate.screening.duplicates.near import near_pairs
from fercurate.screening.duplicates.recall import measured_recall
from fercurate.screening.duplicates.similarity import similar
from fercurate.screening.duplicates.spectrum import bounding_vectors


def smooth(rng: np.random.Generator) -> np.ndarray:
    sized = cv2.resize(rng.uniform(0, 255, (6, 6)), (32, 32), interpolation=cv2.INTER_CUBIC)
    return np.asarray(sized, dtype=np.float64)


def clustered(count: int, seed: int, spread: float = 12.0, flat: float = 0.05) -> np.ndarray:
    """Smooth pictures, a third of them changed copies of others, some flat."""
    rng = np.random.default_rng(seed)
    made: list[np.ndarray] = []
    for number in range(count):
        if number and rng.random() < 0.35:
            base = made[rng.integers(number)].astype(np.float64)
            picture: np.ndarray = base * rng.uniform(0.6, 1.1) + rng.normal(
                0, rng.uniform(0, spread), (32, 32)
            )
        elif rng.random() < flat:
            picture = np.full((32, 32), float(rng.integers(0, 4)), dtype=np.float64)
        else:
            picture = cv2.resize(
                rng.uniform(0, 255, (6, 6)), (32, 32), interpolation=cv2.INTER_CUBIC
            )
        made.append(np.clip(picture, 0, 255).astype(np.uint8))
    return np.stack(made)


def brute_force(small: np.ndarray) -> list[list[int]]:
    pairs = []
    for first in range(len(small) - 1):
        others = np.arange(first + 1, len(small))
        near = similar(np.repeat(small[first : first + 1], len(others), axis=0), small[others])
        pairs += [[first, second] for second in others[near].tolist()]
    return pairs


@given(st.integers(0, 2**32 - 1), st.integers(1, 50), st.floats(1, 60))
@settings(max_examples=60, deadline=None)
def test_near_pairs_are_those_of_brute_force(seed: int, count: int, spread: float) -> None:
    small = clustered(count, seed, spread)
    assert near_pairs(small, 1).tolist() == brute_force(small)


def test_products_of_bounding_vectors_bound_the_correlations() -> None:
    small = clustered(300, 3)
    vectors = bounding_vectors(small).astype(np.float64)
    flat = small.reshape(300, -1).std(axis=1) == 0
    true = np.corrcoef(small[~flat].reshape(-1, 1024))
    bounds = vectors[~flat] @ vectors[~flat].T
    assert (bounds >= true - 5e-4).all()
    assert np.median(bounds - true) < 0.1


def test_blocks_and_threads_change_nothing() -> None:
    small = clustered(1500, 7)
    alone = near_pairs(small, 1)
    assert alone.tolist() == brute_force(small)
    assert np.array_equal(near_pairs(small, 3), alone)
    trees = near_pairs(small, 1, limit=100)
    assert np.array_equal(near_pairs(small, 3, limit=100), trees)


def test_trees_find_nearly_all_and_their_recall_is_measured() -> None:
    small = clustered(3000, 11, flat=0)
    true = {tuple(pair) for pair in near_pairs(small, 1).tolist()}
    trees = near_pairs(small, 1, limit=100)
    found = {tuple(pair) for pair in trees.tolist()}
    assert found <= true
    share = len(found) / len(true)
    assert share > 0.98
    recall = measured_recall(small, trees)
    assert (recall.sampled, recall.pairs, recall.known) == (3000, len(true), len(found))
    assert recall.share == pytest.approx(share)
    assert measured_recall(small, trees[:100]).share < 0.9


def test_a_crowd_of_alike_pictures_is_linked() -> None:
    rng = np.random.default_rng(3)
    small = np.clip(smooth(rng) + rng.normal(0, 3, (3000, 32, 32)), 0, 255).astype(np.uint8)
    pairs = near_pairs(small, 2)
    assert len(pairs) < 200 * len(small)
    assert len(set(join_pairs(len(small), pairs))) == 1


def test_none_and_one_have_no_pairs() -> None:
    assert near_pairs(clustered(3, 0)[:0]).shape == (0, 2)
    assert near_pairs(clustered(3, 0)[:1]).shape == (0, 2)
