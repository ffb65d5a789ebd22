"""Class weights against scikit-learn and the published formulas."""

import numpy as np
import pytest
from sklearn.utils.class_weight import compute_class_weight

from fercurate.balance.weights import WEIGHTINGS, ClassWeighting, effective_number

FER2013 = np.array([3995, 436, 4097, 7215, 4830, 3171, 4965])


def test_balanced_is_what_scikit_learn_calls_balanced() -> None:
    labels = np.repeat(np.arange(7), FER2013)
    expected = compute_class_weight("balanced", classes=np.arange(7), y=labels)
    np.testing.assert_allclose(WEIGHTINGS["balanced"](FER2013), expected, rtol=1e-15)
    assert WEIGHTINGS["balanced"](FER2013)[1] == pytest.approx(28709 / (7 * 436))


def test_inverse_square_roots_have_mean_one_over_the_samples() -> None:
    weights = WEIGHTINGS["inverse_sqrt"](FER2013)
    np.testing.assert_allclose(weights[1] / weights[3], np.sqrt(7215 / 436))
    np.testing.assert_allclose((weights * FER2013).sum(), FER2013.sum())


def test_effective_numbers_follow_the_formula_of_cui_and_others() -> None:
    expected = (1 - 0.9999 ** FER2013.astype(float)) / (1 - 0.9999)
    np.testing.assert_allclose(effective_number(FER2013), expected, rtol=1e-9)
    weights = WEIGHTINGS["effective_number"](FER2013)
    np.testing.assert_allclose(weights * expected, (weights * expected)[0])
    np.testing.assert_allclose(weights.sum(), 7)


@pytest.mark.parametrize(("beta", "expected"), [(0.0, [1, 1, 0]), (0.5, [1, 1.75, 0])])
def test_effective_numbers_lie_between_one_and_the_count(
    beta: float, expected: list[float]
) -> None:
    np.testing.assert_allclose(effective_number(np.array([1, 3, 0]), beta), expected)


@pytest.mark.parametrize("name", sorted(WEIGHTINGS))
def test_a_class_without_samples_weighs_nothing_and_equal_classes_one(
    name: ClassWeighting,
) -> None:
    np.testing.assert_allclose(WEIGHTINGS[name](np.array([5, 5, 5])), 1)
    if name != "none":
        weights = WEIGHTINGS[name](np.array([5, 0, 5]))
        assert weights[1] == 0
        assert np.isfinite(weights).all()
        assert not WEIGHTINGS[name](np.zeros(3, dtype=np.int64)).any()
