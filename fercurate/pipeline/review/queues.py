"""Which samples a review asks about, what it asks, and in which order at first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fercurate.screening.base import Score
from fercurate.screening.learned.fault_head import HeadInputs

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class ReviewQueue:
    """Samples to ask about, the most urgent first.

    Attributes:
        name: of the queue, which decisions repeat.
        question: what is asked (``domain.decisions``).
        rows: manifest rows (M,), in the order in which they come at first.
        chances: the chance (M,) 0..1 that the answer finds a fault: a wrong label, a yes.
        suggestions: what may be the answer (M,) text, "" for none; None where nothing is known.
        others: the row of the sample that ``same_picture`` compares with, by row.
        inputs: gives what a head learns from (M, K), which takes a while for a large store; None
            where the order does not learn.
        whole: whether ``rows`` are all samples that the question could be asked of, so that random
            controls tell what the order misses.
        estimates: whether ``chances`` are known, so that their sum tells how many faults are left.
    """

    name: str
    question: str
    rows: Rows
    chances: Score
    suggestions: NDArray[np.object_] | None = None
    others: Mapping[int, int] = field(default_factory=dict)
    inputs: Callable[[], HeadInputs] | None = None
    whole: bool = True
    estimates: bool = True

    def __len__(self) -> int:
        return len(self.rows)

    def only(self, chosen: NDArray[np.bool_]) -> "ReviewQueue":
        """The same of those samples (N,) bool of the store that are chosen."""
        places, inputs = np.flatnonzero(chosen[self.rows]), self.inputs
        return ReviewQueue(
            self.name,
            self.question,
            self.rows[places],
            self.chances[places],
            None if self.suggestions is None else self.suggestions[places],
            self.others,
            None if inputs is None else lambda: inputs().take(places),
            self.whole,
            self.estimates,
        )
