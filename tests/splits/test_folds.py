"""Random folds: groups whole, classes and sizes even, as good as scikit-learn's."""

import warnings
from typing import Any

import numpy as np
import pytest

from fercurate.domain.groups import Groups, regroup
from fercurate.domain.manifest import NUMBER_COLUMNS, TEXT_COLUMNS, Manifest
from fercurate.domain.seeding import draw_key
from fercurate.splits.base import SplitEvidence
from fercurate.splits.folds import StratifiedFolds
from fercurate.splits.stratified import stratified_folds

CASES = [(300, 120, 5), (1500, 1200, 5), (600, 90, 10), (200, 200, 3)]
"""Samples, groups, folds."""


def drawn(count: int, groups: int) -> tuple[np.ndarray, Groups, np.ndarray]:
    rng = np.random.default_rng(count)
    labels = rng.choice(7, count, p=[0.25, 0.2, 0.2, 0.15, 0.1, 0.08, 0.02])
    keys = np.array([draw_key(1, str(row)) for row in range(count)], dtype=object)
    return labels, regroup(rng.integers(0, groups, count)), keys


def unevenness(labels: np.ndarray, folds: np.ndarray) -> float:
    """By how much the folds' shares of a class differ, the mean over classes."""
    counts = np.array([np.bincount(labels[folds == f], minlength=7) for f in np.unique(folds)])
    return float((counts / np.maximum(counts.sum(axis=0), 1)).std(axis=0).mean())


def spread(folds: np.ndarray, count: int) -> int:
    """By how many samples the largest fold exceeds the smallest."""
    sizes = np.bincount(folds, minlength=count)
    return int(sizes.max() - sizes.min())


@pytest.mark.parametrize(("count", "groups", "folds"), CASES)
def test_folds_are_as_even_as_scikit_learn_s(count: int, groups: int, folds: int) -> None:
    selection = pytest.importorskip("sklearn.model_selection")
    labels, kin, keys = drawn(count, groups)
    ours = stratified_folds(labels, kin, folds, keys, even=True)
    theirs = np.zeros(count, dtype=np.int64)
    splitter = selection.StratifiedGroupKFold(folds, shuffle=True, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a class with fewer samples than folds
        for fold, (_, tested) in enumerate(splitter.split(labels, labels, kin)):
            theirs[tested] = fold
    assert unevenness(labels, ours) <= unevenness(labels, theirs) + 1e-9
    assert spread(ours, folds) <= max(spread(theirs, folds), 2)


@pytest.mark.parametrize(("count", "groups", "folds"), CASES)
def test_no_group_is_divided_and_the_order_does_not_matter(
    count: int, groups: int, folds: int
) -> None:
    labels, kin, keys = drawn(count, groups)
    found = stratified_folds(labels, kin, folds, keys, even=True)
    assert all(len(set(found[kin == group])) == 1 for group in set(kin))
    assert set(found) == set(range(folds))
    order = np.random.default_rng(2).permutation(count)
    again = stratified_folds(labels[order], kin[order], folds, keys[order], even=True)
    np.testing.assert_array_equal(found[order], again)


def evidence(count: int, kin: Any, seed: int = 0) -> SplitEvidence:
    texts = {name: np.full(count, "", dtype=object) for name in TEXT_COLUMNS}
    texts["id"] = np.array([f"a:{n}" for n in range(count)], dtype=object)
    numbers = {name: np.full(count, -1, kind) for name, kind in NUMBER_COLUMNS.items()}
    manifest = Manifest.from_columns({**texts, **numbers})
    return SplitEvidence(manifest, np.arange(count), np.arange(count) % 2, seed, kin)


def test_people_need_not_be_known() -> None:
    splitter = StratifiedFolds(folds=4)
    folds = splitter.assign_folds(evidence(40, lambda rows: np.arange(len(rows)) // 2 * 2))
    assert (folds[::2] == folds[1::2]).all()
    assert np.bincount(folds).tolist() == [10] * 4
    other = splitter.assign_folds(evidence(40, lambda rows: np.arange(len(rows)) // 2 * 2, seed=1))
    assert not np.array_equal(folds, other)


def test_fewer_groups_than_folds_are_refused() -> None:
    with pytest.raises(ValueError, match=r"2 groups of samples .* cannot form 3 folds, at most 2"):
        StratifiedFolds(folds=3).assign_folds(evidence(8, lambda rows: rows % 2))
