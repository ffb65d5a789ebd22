"""All pairs of vectors whose product reaches a threshold, in blocks that fit a cache."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.groups import Pairs
from fercurate.files.parallel import map_ordered
from fercurate.screening.duplicates.spectrum import Vectors

_SIDE = 1024
CROWD = 64
"""So many partners of a vector are kept; a crowd of alike pictures is linked, not paired."""


@dataclass(frozen=True, slots=True)
class ProductSearch:
    """Which pairs are looked for: those from ``threshold`` on, by ``jobs`` threads (0: one a core).

    ``ahead``: of a table with itself, only pairs whose first position is the smaller one.
    """

    threshold: float
    ahead: bool = False
    jobs: int = 0


def close_pairs(left: Vectors, right: Vectors, search: ProductSearch) -> Pairs:
    """Pairs (P, 2) of positions in ``left`` (M, K) and ``right`` (N, K), in order.

    Of a position in ``left`` at most ``CROWD`` partners in a block of ``right`` are kept, the
    first ones. The blocks are the same for any number of threads.
    """
    from threadpoolctl import threadpool_limits  # noqa: PLC0415

    def one(start: int) -> Pairs:
        return _rows_of(left, right, start, search)

    with threadpool_limits(1, "blas"):
        parts = list(map_ordered(one, range(0, len(left), _SIDE), search.jobs, ahead=2))
    return np.concatenate([np.empty((0, 2), np.int64), *parts])


def _rows_of(left: Vectors, right: Vectors, start: int, search: ProductSearch) -> Pairs:
    """The pairs of a block of ``left``, those of each position together."""
    block = left[start : start + _SIDE]
    products = np.empty((len(block), _SIDE), dtype=np.float32)
    reached = np.empty(products.shape, dtype=bool)
    found = [np.empty((0, 2), np.int64)]
    for begin in range(start if search.ahead else 0, len(right), _SIDE):
        others = right[begin : begin + _SIDE]
        if len(others) < _SIDE:
            products = np.empty((len(block), len(others)), dtype=np.float32)
            reached = np.empty(products.shape, dtype=bool)
        np.greater_equal(np.matmul(block, others.T, out=products), search.threshold, out=reached)
        pairs = _positions(np.triu(reached, 1) if search.ahead and begin == start else reached)
        if len(pairs):
            found.append(np.add(pairs, (start, begin)))
    joined = np.concatenate(found)
    return joined[np.argsort(joined[:, 0], kind="stable")]


def _positions(reached: NDArray[np.bool_]) -> Pairs:
    """Positions (P, 2) in a table, of each row the first ``CROWD``."""
    flat = np.flatnonzero(reached)
    rows, columns = np.divmod(flat, reached.shape[1])
    pairs = np.stack([rows, columns], axis=1)
    if len(pairs) <= CROWD:
        return pairs
    first = np.searchsorted(rows, rows)
    return pairs[np.arange(len(rows)) - first < CROWD]
