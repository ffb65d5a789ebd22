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
    """Which pairs are looked for: from ``threshold`` on, by ``jobs`` threads (0: one a core)."""

    threshold: float
    jobs: int = 0


def close_pairs(
    left: Vectors,
    right: Vectors,
    search: ProductSearch,
    after: NDArray[np.int64] | None = None,
) -> Pairs:
    """Pairs (P, 2) of positions in ``left`` (M, K) and ``right`` (N, K), in order.

    ``after`` (M,), ascending: only later positions in ``right`` count; for a table with itself
    each row's own. Of a position in ``left`` at most ``CROWD`` partners in a block of ``right``
    are kept, the first ones. The blocks are the same for any number of threads.
    """
    from threadpoolctl import threadpool_limits  # noqa: PLC0415

    later = np.full(len(left), -1) if after is None else after

    def one(start: int) -> Pairs:
        stop = start + _SIDE
        pairs = _block_pairs(left[start:stop], right, later[start:stop], search.threshold)
        return np.add(pairs, (start, 0))

    with threadpool_limits(1, "blas"):
        parts = list(map_ordered(one, range(0, len(left), _SIDE), search.jobs, ahead=2))
    return np.concatenate([np.empty((0, 2), np.int64), *parts])


def _block_pairs(
    block: Vectors, right: Vectors, later: NDArray[np.int64], threshold: float
) -> Pairs:
    """The pairs of a block with ``right``, those of each position together."""
    products = np.empty((len(block), _SIDE), dtype=np.float32)
    reached = np.empty(products.shape, dtype=bool)
    found = [np.empty((0, 2), np.int64)]
    for begin in range((int(later[0]) + 1) // _SIDE * _SIDE, len(right), _SIDE):
        others = right[begin : begin + _SIDE]
        if len(others) < _SIDE:
            products = np.empty((len(block), len(others)), dtype=np.float32)
            reached = np.empty(products.shape, dtype=bool)
        np.greater_equal(np.matmul(block, others.T, out=products), threshold, out=reached)
        if begin <= later[-1]:
            reached &= np.arange(begin, begin + len(others)) > later[:, None]
        found.append(np.add(_positions(reached), (0, begin)))
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
