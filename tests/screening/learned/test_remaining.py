"""What is left, how sure that is, and when one may stop."""

import numpy as np
import pytest

from fercurate.screening.learned.remaining import (
    Estimate,
    faults_left,
    may_stop,
    wilson_interval,
)


@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    [  # Newcombe, Statistics in Medicine 17 (1998), table I: method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilsons_interval_is_the_published_one(
    count: int, total: int, low: float, high: float
) -> None:
    interval = wilson_interval(count, total)
    assert interval.value == count / total
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=6e-5)


def test_nothing_says_nothing() -> None:
    assert wilson_interval(0, 0) == Estimate(0.0, 0.0, 1.0)
    nobody = np.empty(0)
    assert faults_left(nobody, nobody, 0) == Estimate(0.0, 0.0, 0.0)


def test_chances_that_are_right_are_summed() -> None:
    left = faults_left(np.full(1000, 0.05), np.full(40, 0.05), 2)
    assert left.value == pytest.approx(50)
    assert left.low < 50 < left.high


def test_controls_correct_chances_that_are_too_small_or_too_large() -> None:
    many = faults_left(np.full(1000, 0.01), np.full(100, 0.01), 10)
    none = faults_left(np.full(1000, 0.30), np.full(100, 0.30), 0)
    assert many.value > 3 * 10
    assert none.value < 300 / 5


def test_no_more_is_left_than_there_are_samples() -> None:
    left = faults_left(np.full(50, 0.9), np.full(20, 0.4), 20)
    assert left.high <= 50


def test_the_lower_end_allows_for_wrong_answers() -> None:
    """Controls without a fault, of which one in twenty is called one by mistake."""
    left = faults_left(np.full(5000, 0.001), np.full(200, 0.001), 10)
    assert left.low <= 5 <= left.high


@pytest.mark.parametrize("wrong", [0.0, 0.05])
@pytest.mark.parametrize("scale", [0.5, 1.0, 2.0])
def test_the_interval_holds_the_truth_in_nine_of_ten_worlds(wrong: float, scale: float) -> None:
    """Chances that are off by a factor, controls drawn at random, answers that may be wrong."""
    held, width = [], []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        chances = rng.beta(0.3, 6, 3000)
        truth = rng.random(3000) < np.minimum(scale * chances, 1)
        drawn = rng.permutation(3000)[:60]
        answers = truth[drawn] != (rng.random(60) < wrong)
        rest = np.setdiff1d(np.arange(3000), drawn)
        left = faults_left(chances[rest], chances[drawn], int(answers.sum()))
        found = truth[rest].sum()
        held.append(left.low <= found <= left.high)
        width.append((left.high - left.low) / found)
    assert np.mean(held) >= 0.9
    assert np.median(width) < 6


def test_one_may_stop_where_next_to_nothing_is_left() -> None:
    assert may_stop(Estimate(9, 0, 30), 1000)
    assert not may_stop(Estimate(11, 0, 30), 1000)
    assert may_stop(Estimate(0, 0, 0), 0)
