"""Agreement of votes by answer, against published tables, scikit-learn and the same by reader."""

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from fercurate.domain.decisions.agreement import (
    class_alpha,
    class_alpha_of_counts,
    class_kappa,
    cohen_kappa,
    fleiss_kappa,
    fleiss_kappa_of_counts,
    krippendorff_alpha,
    krippendorff_alpha_of_counts,
)

PSYCHIATRIC = """
00060 03003 01401 00006 03030 20400 00402 20310 20040 00006 10050 11040 03300 10050 02031
00501 30012 51000 02040 10203 00006 01050 02013 20040 10041 05010 40002 02040 10500 00006
"""
"""Fleiss 1971: 30 patients, six diagnoses each in five classes; his kappa is 0.430."""

FOURTEEN = """
0,0,0,0,14 0,2,6,4,2 0,0,3,5,6 0,3,9,2,0 2,2,8,1,1 7,7,0,0,0 3,2,6,3,0 2,5,3,2,2 6,5,2,1,0
0,2,2,3,7
"""
"""Ten subjects, 14 raters, five categories: 0.210 in every textbook."""

FOUR_OBSERVERS = np.array([
    [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
    [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
]).T - 1  # fmt: skip
"""Krippendorff's example of 12 units, 0 (here -1) where one is missing; nominal alpha 0.743."""


def counted(codes: np.ndarray) -> np.ndarray:
    return np.stack([(codes == code).sum(axis=1) for code in range(codes.max() + 1)], axis=1)


def drawn(seed: int, readers: int, silent: float) -> np.ndarray:
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 4, 200)
    codes = np.where(
        rng.random((200, readers)) < 0.6, truth[:, None], rng.integers(0, 4, 200)[:, None]
    )
    return np.where(rng.random((200, readers)) < silent, -1, codes)


def test_published_tables_of_fleiss() -> None:
    psychiatric = np.array([[int(one) for one in row] for row in PSYCHIATRIC.split()])
    assert psychiatric.sum(axis=0).tolist() == [26, 26, 30, 55, 43]
    assert fleiss_kappa_of_counts(psychiatric) == pytest.approx(0.430, abs=5e-4)
    fourteen = np.array([[int(one) for one in row.split(",")] for row in FOURTEEN.split()])
    assert fleiss_kappa_of_counts(fourteen) == pytest.approx(0.210, abs=5e-4)


def test_the_published_example_of_krippendorff() -> None:
    assert krippendorff_alpha(FOUR_OBSERVERS) == pytest.approx(0.743, abs=5e-4)
    assert krippendorff_alpha_of_counts(counted(FOUR_OBSERVERS)) == pytest.approx(0.743, abs=5e-4)


@pytest.mark.parametrize("seed", range(3))
def test_counts_and_readers_give_the_same(seed: int) -> None:
    codes = drawn(seed, 5, 0.3)
    assert krippendorff_alpha_of_counts(counted(codes)) == pytest.approx(krippendorff_alpha(codes))
    for code in range(4):
        by_count = class_alpha_of_counts(counted(codes), code)
        assert by_count == pytest.approx(class_alpha(codes, code))
    full = drawn(seed, 3, 0)
    assert fleiss_kappa_of_counts(counted(full)) == pytest.approx(fleiss_kappa(full))


@pytest.mark.parametrize("seed", range(3))
def test_cohen_is_that_of_scikit_learn(seed: int) -> None:
    first, second = drawn(seed, 2, 0.1).T
    both = (first >= 0) & (second >= 0)
    assert cohen_kappa(first, second) == pytest.approx(cohen_kappa_score(first[both], second[both]))
    for code in range(4):
        told = cohen_kappa_score(first[both] == code, second[both] == code)
        assert class_kappa(first, second, code) == pytest.approx(told)


def test_samples_with_fewer_than_two_votes_do_not_count() -> None:
    counts = np.array([[3, 0], [1, 2], [0, 1], [0, 0]], dtype=np.uint8)
    assert fleiss_kappa_of_counts(counts) == fleiss_kappa_of_counts(counts[:2])
    assert krippendorff_alpha_of_counts(counts) == krippendorff_alpha_of_counts(counts[:2])


def test_samples_of_different_numbers_of_votes_weigh_the_same_for_fleiss() -> None:
    counts = np.array([[2, 0], [5, 5]])
    observed, chance = (1 + 40 / 90) / 2, (7 / 12) ** 2 + (5 / 12) ** 2
    assert fleiss_kappa_of_counts(counts) == pytest.approx((observed - chance) / (1 - chance))


@pytest.mark.parametrize("counts", [[[0, 0]], [[1, 0]], [[3, 0], [2, 0]]], ids=str)
def test_what_is_not_defined_is_nan(counts: list[list[int]]) -> None:
    assert np.isnan(fleiss_kappa_of_counts(np.array(counts)))
    assert np.isnan(krippendorff_alpha_of_counts(np.array(counts)))


def test_many_votes_do_not_overflow_a_byte() -> None:
    counts = np.array([[200, 200], [255, 0]], dtype=np.uint8)
    assert fleiss_kappa_of_counts(counts) == fleiss_kappa_of_counts(counts.astype(np.int64))
