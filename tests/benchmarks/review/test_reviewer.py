"""A simulated reviewer asks as a review does, and counts what it finds."""

import numpy as np
import pytest

from benchmarks.review.reviewer import SimulatedQueue, SimulatedReview, fault_priority
from fercurate.pipeline.review.order import EVERY
from fercurate.screening.learned.fault_head import HeadInputs

COUNT = 3000


@pytest.fixture(scope="module")
def queue() -> SimulatedQueue:
    rng = np.random.default_rng(0)
    logits = rng.normal(-3, 1.5, (COUNT, 4)).astype(np.float32)
    features = rng.normal(0, 1, (COUNT, 16)).astype(np.float32)
    chances = 1 / (1 + np.exp(-logits[:, 0].astype(np.float64)))
    truth = rng.random(COUNT) < 1 / (1 + np.exp(-logits[:, 0] - 2 * features[:, 0]))
    return SimulatedQueue(
        truth, chances, fault_priority(chances), HeadInputs.of(logits, 0, features)
    )


def test_nobody_is_looked_at_twice_and_everybody_once(queue: SimulatedQueue) -> None:
    run = SimulatedReview(queue, 0, learns=False).run(COUNT)
    assert sorted(run.looked_at) == list(range(COUNT))
    assert run.found_after(COUNT) == 1.0
    assert run.found_after(0) == 0.0


def test_learning_finds_sooner_what_the_scores_do_not_tell(queue: SimulatedQueue) -> None:
    looks = COUNT // 5
    learning = np.mean([SimulatedReview(queue, s).run(looks).found_after(looks) for s in range(3)])
    static = SimulatedReview(queue, 0, learns=False).run(looks).found_after(looks)
    assert learning > static + 0.03


def test_one_in_twenty_is_drawn_whatever_its_chance(queue: SimulatedQueue) -> None:
    run = SimulatedReview(queue, 1, learns=False).run(400)
    drawn = queue.chances[run.looked_at[EVERY - 1 :: EVERY]]
    ranked = queue.chances[[p for n, p in enumerate(run.looked_at, 1) if n % EVERY]]
    assert drawn.mean() < 0.5 * ranked.mean()


def test_an_estimate_comes_with_the_truth(queue: SimulatedQueue) -> None:
    run = SimulatedReview(queue, 2).run(600, (50, 300, 600))
    assert set(run.estimates) == {300, 600}
    left, truth = run.estimates[600]
    unseen = np.setdiff1d(np.arange(COUNT), run.looked_at)
    assert truth == queue.truth[unseen].sum()
    assert 0 <= left.low <= left.value <= left.high


def test_the_undecided_come_first_then_the_faulty_then_the_rest() -> None:
    chances = np.array([0.01, 0.95, 0.5, 0.1, 0.2, 0.99])
    assert np.argsort(-fault_priority(chances)).tolist() == [2, 4, 5, 1, 3, 0]
