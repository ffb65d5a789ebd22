"""A head starts from the screener's order, and answers move it."""

import numpy as np
import pytest
from numpy.typing import NDArray

from fercurate.screening.learned.fault_head import FEWEST, HeadInputs, learned_chances

COUNT = 4000


def a_world(seed: int, told: float) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Logits (N, 4) and the truth (N,), of which the first column tells a part."""
    rng = np.random.default_rng(seed)
    hidden = rng.normal(-3, 2, COUNT)
    truth = rng.random(COUNT) < 1 / (1 + np.exp(-hidden))
    logits = rng.normal(-3, 1, (COUNT, 4))
    logits[:, 0] = told * hidden + (1 - told) * rng.normal(-3, 2, COUNT)
    return logits.astype(np.float32), truth


def found(chances: NDArray[np.float64], truth: NDArray[np.bool_], looks: int) -> int:
    return int(truth[np.argsort(-chances, kind="stable")[:looks]].sum())


def test_without_enough_answers_of_either_kind_nothing_is_learned() -> None:
    logits, _ = a_world(0, 0.9)
    inputs, rows = HeadInputs.of(logits, 0), np.arange(10)
    for faulty in (np.zeros(10), np.ones(10), np.arange(10) < FEWEST - 1):
        assert learned_chances(inputs, rows, faulty.astype(bool)) is None
    assert learned_chances(inputs, rows, np.arange(10) < FEWEST) is not None


def test_few_answers_leave_the_order_nearly_as_it_was() -> None:
    logits, truth = a_world(1, 0.9)
    rows = np.arange(2 * FEWEST)
    learned = learned_chances(HeadInputs.of(logits, 0), rows, rows < FEWEST)
    assert learned is not None
    order, before = np.argsort(learned), np.argsort(logits[:, 0])
    assert np.corrcoef(np.argsort(order), np.argsort(before))[0, 1] > 0.999
    assert found(learned, truth, 400) > 0.95 * found(logits[:, 0].astype(float), truth, 400)


def test_answers_teach_what_the_screener_does_not_know() -> None:
    rng = np.random.default_rng(2)
    logits, _ = a_world(2, 0.0)
    features = rng.normal(0, 1, (COUNT, 256)).astype(np.float32)
    truth = features[:, 7] > 1.5
    answered = rng.permutation(COUNT)[:800]
    learned = learned_chances(HeadInputs.of(logits, 0, features), answered, truth[answered])
    assert learned is not None
    assert found(learned, truth, 400) > 2 * found(logits[:, 0].astype(float), truth, 400)


def test_a_screener_that_is_wrong_throughout_is_turned_around() -> None:
    logits, truth = a_world(3, 1.0)
    turned = logits.copy()
    turned[:, 0] = -6 - logits[:, 0]
    answered = np.random.default_rng(3).permutation(COUNT)[:1500]
    learned = learned_chances(HeadInputs.of(turned, 0), answered, truth[answered])
    assert learned is not None
    assert found(learned, truth, 400) > found(turned[:, 0].astype(float), truth, 400)


def test_chances_are_calibrated_by_answers_drawn_at_random() -> None:
    logits, truth = a_world(4, 1.0)
    shifted = logits.copy()
    shifted[:, 0] += 2  # says too much of everything
    answered = np.random.default_rng(4).permutation(COUNT)[:1500]
    learned = learned_chances(HeadInputs.of(shifted, 0), answered, truth[answered])
    before = 1 / (1 + np.exp(-shifted[:, 0]))
    assert learned is not None
    assert abs(learned.sum() - truth.sum()) < 0.3 * abs(before.sum() - truth.sum())


def test_unknown_numbers_count_as_the_mean() -> None:
    logits, truth = a_world(5, 0.9)
    rng = np.random.default_rng(5)
    scores = rng.random((COUNT, 3))
    scores[::3, 1], scores[:, 2] = np.nan, np.nan
    features = rng.normal(0, 1, (COUNT, 8)).astype(np.float32)
    features[5] = np.nan
    inputs = HeadInputs.of(logits, 1, features, scores)
    assert np.isfinite(inputs.values).all()
    assert np.allclose(inputs.values[5, 4:12], 0)
    assert (inputs.values[:, -1] == 0).all()
    learned = learned_chances(inputs, np.arange(500), truth[:500])
    assert learned is not None
    assert np.isfinite(learned).all()


def test_a_class_that_is_often_wrong_shows_after_few_answers() -> None:
    rng = np.random.default_rng(6)
    labels = rng.integers(0, 8, COUNT)
    ease = np.stack(
        [rng.random(COUNT), np.full(COUNT, 0.4), rng.integers(0, 8, COUNT), np.full(COUNT, 0.3)],
        axis=1,
    ).astype(np.float32)
    wrong = rng.random(COUNT) < np.where(labels == 2, 0.9, 0.1)
    inputs = HeadInputs.of_labels(ease, labels, 8)
    learned = learned_chances(inputs, np.arange(300), wrong[:300])
    assert learned is not None
    rest = slice(300, None)
    assert learned[rest][labels[rest] == 2].mean() > 3 * learned[rest][labels[rest] != 2].mean()


def test_labels_that_nothing_is_known_of_do_no_harm() -> None:
    ease = np.full((20, 4), np.nan, dtype=np.float32)
    inputs = HeadInputs.of_labels(ease, np.full(20, -1), 8)
    assert np.isfinite(inputs.values).all()
    assert (inputs.values[:, 2:] == 0).all()


@pytest.mark.parametrize("seed", range(3))
def test_the_same_answers_give_the_same_chances(seed: int) -> None:
    logits, truth = a_world(seed, 0.8)
    inputs, rows = HeadInputs.of(logits, 2), np.arange(400)
    first, second = (learned_chances(inputs, rows, truth[:400]) for _ in range(2))
    assert first is not None
    assert second is not None
    assert np.array_equal(first, second)
