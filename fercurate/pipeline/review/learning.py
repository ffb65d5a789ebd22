"""Ranking what is left of a queue anew, in a thread of its own, by what was answered."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache

import numpy as np
from numpy.typing import NDArray

from fercurate.screening.base import Score
from fercurate.screening.learned.fault_head import HeadInputs, learned_chances

AFTER = 50
"""So many new answers, and what is left is ranked anew."""

ChanceListener = Callable[[Score], None]
"""Takes the chances (M,) of all samples of the queue, in the thread that found them."""


class ReviewLearner:
    """Learns beside the requests; one fit at a time, and never more than it was told.

    What it learns from is read when the first fit needs it.
    """

    def __init__(self, inputs: Callable[[], HeadInputs], tell: ChanceListener) -> None:
        self._inputs = cache(inputs)
        self._tell = tell
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="ranking")
        self._running: Future[None] | None = None
        self._known = 0

    def learn_from(self, places: NDArray[np.int64], faulty: NDArray[np.bool_]) -> None:
        """Learn from the answers (K,) so far, in the order of time, if there are 50 more.

        Always from the first 50, 100, 150, ...: who comes back sees the order that was left.
        """
        busy = self._running is not None and not self._running.done()
        count = len(places) // AFTER * AFTER
        if busy or count == self._known:
            return
        self._known = count
        if count:
            self._running = self._pool.submit(self._learn, places[:count], faulty[:count])

    def _learn(self, places: NDArray[np.int64], faulty: NDArray[np.bool_]) -> None:
        chances = learned_chances(self._inputs(), places, faulty)
        if chances is not None:
            self._tell(chances)

    def wait(self) -> None:
        """Wait until the running fit is done.

        Raises:
            Exception: whatever it stumbled over.
        """
        if self._running is not None:
            self._running.result()

    def close(self) -> None:
        """Let the running fit end, and start no other."""
        self._pool.shutdown(cancel_futures=True)
