"""Subject-independent folds: by the book, people whole, classes spread."""

import numpy as np
import pytest

from fercurate.domain.groups import group_equal
from fercurate.domain.seeding import draw_key
from fercurate.splits.stratified import stratified_folds
from fercurate.splits.subjects import one_fold_per_subject, ordered_folds


def keys(count: int, seed: int) -> np.ndarray:
    return np.array([draw_key(seed, str(row)) for row in range(count)], dtype=object)


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
    with pytest.raises(ValueError, match="3 subjects cannot form 4 folds, at most 3"):
        ordered_folds(subjects, 4)
    with pytest.raises(ValueError, match="1 samples have no subject"):
        one_fold_per_subject(np.array(["a", ""], dtype=object))
