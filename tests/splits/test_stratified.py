"""Random splits: groups whole, shares met, whatever the order of samples."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from fercurate.domain.groups import group_equal
from fercurate.domain.seeding import draw_key
from fercurate.splits.stratified import assign_stratified

GROUPED = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 30)), min_size=12, max_size=80)


def keys(count: int, seed: int) -> np.ndarray:
    return np.array([draw_key(seed, str(row)) for row in range(count)], dtype=object)


def columns(samples: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    labels = np.array([label for label, _ in samples], dtype=np.int64)
    names = np.array([str(group) for _, group in samples], dtype=object)
    return labels, group_equal(names)


@given(GROUPED, st.integers(0, 5))
@settings(max_examples=60, deadline=None)
def test_stratified_splits_never_divide_a_group(samples: list[tuple[int, int]], seed: int) -> None:
    labels, groups = columns(samples)
    rows = np.arange(len(labels), dtype=np.int64) + 100
    shares = {"train": 0.6, "val": 0.2, "test": 0.2}
    result = assign_stratified(rows, labels, groups, shares, keys(len(labels), seed))
    assert sorted(np.concatenate(list(result.rows.values()))) == list(rows)
    held = {name: set(groups[r - 100]) for name, r in result.rows.items()}
    assert not held["train"] & held["val"]
    assert not held["train"] & held["test"]
    assert not held["val"] & held["test"]
    again = assign_stratified(rows, labels, groups, shares, keys(len(labels), seed))
    for name, r in result.rows.items():
        np.testing.assert_array_equal(r, again.rows[name])


def test_single_samples_meet_the_shares_of_every_class() -> None:
    rng = np.random.default_rng(0)
    labels = rng.choice(7, 5000, p=[0.3, 0.2, 0.2, 0.1, 0.1, 0.09, 0.01])
    groups = np.arange(5000)
    shares = {"train": 0.8, "val": 0.1, "test": 0.1}
    result = assign_stratified(np.arange(5000), labels, groups, shares, keys(5000, 1))
    for name, share in shares.items():
        counts = np.bincount(labels[result.rows[name]], minlength=7)
        assert np.abs(counts - share * np.bincount(labels)).max() <= 1
    other = assign_stratified(np.arange(5000), labels, groups, shares, keys(5000, 2))
    assert not np.array_equal(result.rows["test"], other.rows["test"])


def test_the_order_of_samples_does_not_matter() -> None:
    rng = np.random.default_rng(7)
    labels, groups = rng.integers(0, 4, 300), rng.integers(0, 120, 300)
    names, shares = keys(300, 5), {"train": 0.7, "val": 0.15, "test": 0.15}
    order = rng.permutation(300)
    first = assign_stratified(np.arange(300), labels, groups, shares, names)
    second = assign_stratified(order, labels[order], groups[order], shares, names[order])
    for name in shares:
        assert set(first.rows[name]) == set(second.rows[name])
