"""Splits: groups whole, shares met, folds by the book, leaks found and repaired."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fercurate.domain.groups import group_equal, join_groups, join_pairs, members
from fercurate.domain.plan import SplitAssignment
from fercurate.domain.seeding import draw_key
from fercurate.splits.leakage import leak_matrix, repair
from fercurate.splits.stratified import assign_stratified, stratified_folds
from fercurate.splits.subjects import one_fold_per_subject, ordered_folds

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


def test_ordered_folds_are_the_convention() -> None:
    rng = np.random.default_rng(3)
    names = [f"S{n:03d}" for n in rng.permutation(999)[:118]]
    subjects = np.array([names[i] for i in rng.integers(0, 118, 900)] + names, dtype=object)
    folds = ordered_folds(subjects, 10)
    for k in range(10):
        assert sorted(set(subjects[folds == k])) == sorted(set(subjects))[k::10]


def test_balanced_folds_keep_people_whole_and_spread_classes() -> None:
    rng = np.random.default_rng(4)
    subjects = np.array([f"S{n:03d}" for n in rng.integers(0, 60, 1200)], dtype=object)
    labels = rng.integers(0, 7, 1200)
    folds = stratified_folds(labels, group_equal(subjects), 10, keys(1200, 0))
    for name in set(subjects):
        assert len(set(folds[subjects == name])) == 1
    counts = np.array([np.bincount(labels[folds == k], minlength=7) for k in range(10)])
    ordered = ordered_folds(subjects, 10)
    plain = np.array([np.bincount(labels[ordered == k], minlength=7) for k in range(10)])
    assert counts.std(axis=0).sum() < plain.std(axis=0).sum()


def test_leave_one_subject_out_and_its_refusals() -> None:
    subjects = np.array(["b", "a", "b", "c"], dtype=object)
    assert list(one_fold_per_subject(subjects)) == [1, 0, 1, 2]
    with pytest.raises(ValueError, match="3 subjects cannot form 4 folds"):
        ordered_folds(subjects, 4)
    with pytest.raises(ValueError, match="1 samples have no subject"):
        one_fold_per_subject(np.array(["a", ""], dtype=object))


@given(st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=30))
def test_joined_groups_are_connected_components(pairs: list[tuple[int, int]]) -> None:
    groups = join_pairs(20, pairs)
    assert all(groups[a] == groups[b] for a, b in pairs)
    assert all(groups[g] == g <= i for i, g in enumerate(groups))
    count = len(set(groups))
    for keep in range(len(pairs)):
        fewer = pairs[:keep] + pairs[keep + 1 :]
        assert len(set(join_pairs(20, fewer))) in (count, count + 1)


def test_groups_of_text_leave_the_nameless_alone() -> None:
    source = np.array(["a", "a", "b", "a", "a"], dtype=object)
    subject = np.array(["S1", "S1", "S1", "", ""], dtype=object)
    groups = group_equal(source, subject)
    assert list(groups) == [0, 0, 2, 3, 4]
    assert list(join_groups(groups, join_pairs(5, [(4, 1)]))) == [0, 0, 2, 3, 0]
    assert {k: list(v) for k, v in members(groups).items()} == {0: [0, 1]}


SPLIT = np.array(["train"] * 4 + ["val"] * 2 + ["test"] * 3, dtype=object)
TWINS = np.array([0, 1, 2, 3, 0, 5, 1, 5, 8])  # 0~4 train-val, 1~6 train-test, 5~7 val-test


def assignment() -> SplitAssignment:
    return SplitAssignment({n: np.flatnonzero(n == SPLIT) for n in ("train", "val", "test")})


def test_the_leak_matrix_counts_rows_of_the_first_split() -> None:
    matrix = leak_matrix(SPLIT, TWINS, ("train", "val", "test"))
    assert matrix.tolist() == [[0, 1, 1], [1, 0, 1], [1, 1, 0]]


@pytest.mark.parametrize(
    ("policy", "train", "val", "test"),
    [
        ("keep", [0, 1, 2, 3], [4, 5], [6, 7, 8]),
        ("drop_train", [2, 3], [4], [6, 7, 8]),
        ("drop_eval", [0, 1, 2, 3], [5], [8]),
        ("move", [0, 1, 2, 3, 4, 6], [5, 7], [8]),
    ],
)
def test_repair_by_policy(policy: str, train: list[int], val: list[int], test: list[int]) -> None:
    repaired, left = repair(assignment(), TWINS, policy)
    assert [list(repaired.rows[n]) for n in ("train", "val", "test")] == [train, val, test]
    if policy != "keep":
        split = np.full(9, "", dtype=object)
        for name, rows in repaired.rows.items():
            split[rows] = name
        assert not leak_matrix(split, TWINS, ("train", "val", "test")).any()
        gone = sorted(row for rows in left.values() for row in rows)
        before = {(n, r) for n, rows in assignment().rows.items() for r in rows}
        after = {(n, r) for n, rows in repaired.rows.items() for r in rows}
        assert gone == sorted(row for _, row in before - after)


def test_the_order_of_samples_does_not_matter() -> None:
    rng = np.random.default_rng(7)
    labels, groups = rng.integers(0, 4, 300), rng.integers(0, 120, 300)
    names, shares = keys(300, 5), {"train": 0.7, "val": 0.15, "test": 0.15}
    order = rng.permutation(300)
    first = assign_stratified(np.arange(300), labels, groups, shares, names)
    second = assign_stratified(order, labels[order], groups[order], shares, names[order])
    for name in shares:
        assert set(first.rows[name]) == set(second.rows[name])
