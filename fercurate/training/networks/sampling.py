"""Which rows of train an epoch goes through, and in which order: the same whenever it is drawn."""

import numpy as np
from numpy.typing import NDArray

SAMPLERS = ("shuffled", "balanced")
"""``shuffled`` goes once through all rows, ``balanced`` draws every class as often."""


def drawn_rows(labels: NDArray[np.int64], sampler: str, seed: int, epoch: int) -> NDArray[np.int64]:
    """Positions (N,) of rows with labels (N,) in the order of an epoch.

    Balanced, rows of rare classes come several times and some of the others not at all.
    """
    draw, count = np.random.default_rng((seed, epoch)), len(labels)
    if sampler != "balanced":
        return draw.permutation(count)
    by_class = [np.flatnonzero(labels == label) for label in np.unique(labels)]
    turns = draw.permutation(np.arange(count) % max(len(by_class), 1))
    places = np.empty(count, dtype=np.int64)
    for number, own in enumerate(by_class):
        turn = np.flatnonzero(turns == number)
        places[turn] = own[(draw.random(len(turn)) * len(own)).astype(np.int64)]
    return places
