"""The order in which samples come: by chance of a fault, with random controls among them."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

EVERY = 20
"""One in so many is drawn at random from all that is left, whatever its chance."""


class ReviewOrder:
    """Places 0..M-1 of a queue, in the order in which they come, less those answered.

    The same answers in the same order give the same sequence: what a page shows is shown again
    after a reload, or by another tab.
    """

    def __init__(self, count: int, seed: int, *, controls: bool) -> None:
        self._ranked = np.arange(count)
        self._drawn = np.random.default_rng(seed).permutation(count) if controls else None
        self._open = np.ones(count, dtype=bool)
        self._starts = [0, 0]
        self._chosen: NDArray[np.bool_] | None = None

    @property
    def answered(self) -> int:
        """How many are answered."""
        return int(len(self._open) - np.count_nonzero(self._open))

    @property
    def unseen(self) -> NDArray[np.bool_]:
        """Who (M,) is not answered."""
        return self._open

    def rank(self, chances: NDArray[np.float64]) -> None:
        """Bring what is left into the order of chances (M,), the largest first."""
        self._ranked = np.argsort(-chances, kind="stable")
        self._starts[0] = 0

    def answer(self, place: int) -> None:
        """Take a place out."""
        self._open[place] = False

    def reopen(self, place: int) -> None:
        """Put a place back: its answer is undone."""
        self._open[place] = True
        self._starts = [0, 0]

    def narrow(self, chosen: NDArray[np.bool_] | None) -> None:
        """Show only some places (M,) bool, without random controls; all of them again for None."""
        self._chosen = chosen
        self._starts = [0, 0]

    def upcoming(self, count: int) -> Iterator[tuple[int, bool]]:
        """Yield the next places, and whether each is a random control."""
        drawing = self._drawn if self._chosen is None else None
        ranked, drawn = self._left(self._ranked, 0), self._left(drawing, 1)
        given: set[int] = set()
        for number in range(self.answered + 1, self.answered + count + 1):
            control = drawing is not None and number % EVERY == 0
            place = next((p for p in (drawn if control else ranked) if p not in given), None)
            if place is None:
                return
            given.add(place)
            yield place, control

    def _left(self, places: NDArray[np.int64] | None, which: int) -> Iterator[int]:
        """Those of some places that are open; answered ones at the start are left behind."""
        if places is None:
            return
        start = self._starts[which]
        while start < len(places) and not self._open[places[start]]:
            start += 1
        self._starts[which] = start
        for place in places[start:]:
            if self._open[place] and (self._chosen is None or self._chosen[place]):
                yield int(place)
