"""A reviewer who answers by known labels, in the order that a review asks in."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fercurate.pipeline.review.faults import fault_order
from fercurate.pipeline.review.learning import AFTER
from fercurate.pipeline.review.order import ReviewOrder
from fercurate.pipeline.review.progress import FEWEST_CONTROLS
from fercurate.screening.base import Score
from fercurate.screening.learned.fault_head import HeadInputs, learned_chances
from fercurate.screening.learned.remaining import Estimate, faults_left


@dataclass(frozen=True)
class SimulatedQueue:
    """What a review starts from: the truth (M,), first chances (M,), and what a head learns from.

    ``first`` (M,) orders the samples before anything is learned, the largest first.
    """

    truth: NDArray[np.bool_]
    chances: Score
    first: NDArray[np.float64]
    inputs: HeadInputs

    def __len__(self) -> int:
        return len(self.truth)


def fault_priority(chances: Score) -> NDArray[np.float64]:
    """Numbers (N,) that fall in the order in which a review of a fault begins."""
    priority = np.empty(len(chances))
    priority[fault_order(chances)] = np.arange(len(chances), 0, -1)
    return priority


@dataclass
class SimulatedReview:
    """One run: who was looked at, in which order, and what was estimated on the way.

    ``wrong`` is the share of answers that are wrong; ``learns`` whether the order learns;
    ``controls`` whether one in twenty is drawn at random.
    """

    queue: SimulatedQueue
    seed: int
    wrong: float = 0.0
    learns: bool = True
    controls: bool = True
    looked_at: list[int] = field(default_factory=list)
    estimates: dict[int, tuple[Estimate, int]] = field(default_factory=dict)

    def run(self, looks: int, estimate_at: tuple[int, ...] = ()) -> "SimulatedReview":
        """Look at so many samples; estimate what is left after some numbers of them."""
        queue, rng = self.queue, np.random.default_rng(self.seed)
        order = ReviewOrder(len(queue), self.seed, controls=self.controls)
        order.rank(queue.first)
        chances = queue.chances
        answers: dict[int, bool] = {}
        shown: dict[int, float] = {}
        for number in range(1, looks + 1):
            place, control = next(iter(order.upcoming(1)))
            order.answer(place)
            self.looked_at.append(place)
            answers[place] = bool(queue.truth[place]) != bool(rng.random() < self.wrong)
            if control:
                shown[place] = float(chances[place])
            if self.learns and number % AFTER == 0:
                learned = _learned(queue, answers)
                if learned is not None:
                    chances = learned
                    order.rank(chances)
            if number in estimate_at and len(shown) >= FEWEST_CONTROLS:
                left = faults_left(
                    np.asarray(chances, dtype=np.float64)[order.unseen],
                    np.array(list(shown.values())),
                    sum(answers[one] for one in shown),
                )
                self.estimates[number] = (left, int(queue.truth[order.unseen].sum()))
        return self

    def found_after(self, looks: int) -> float:
        """The share of all faults among the first so many."""
        return float(self.queue.truth[self.looked_at[:looks]].sum() / self.queue.truth.sum())

    def looks_for(self, share: float) -> float:
        """After which share of the samples so large a share of the faults is found; 1 if never."""
        found = np.cumsum(self.queue.truth[self.looked_at])
        place = int(np.searchsorted(found, np.ceil(share * self.queue.truth.sum())))
        return 1.0 if place >= len(found) else (place + 1) / len(self.queue)


def _learned(queue: SimulatedQueue, answers: dict[int, bool]) -> Score | None:
    places = np.array(list(answers), dtype=np.int64)
    return learned_chances(queue.inputs, places, np.array(list(answers.values()), dtype=bool))
