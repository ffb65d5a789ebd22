"""Near vectors among very many: trees that cut along random directions, in linear-like time.

Every tree sorts all vectors along a direction, cuts them in two halves, sorts and cuts each half
along another direction, until a leaf is small enough to compare each with each. The directions
weigh frequencies by how much they vary, since along these near vectors are seldom parted. What
one tree parts another does not. All is done in whole numbers with a fixed seed.
"""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.groups import Pairs, distinct
from fercurate.files.parallel import map_ordered
from fercurate.screening.duplicates.products import CROWD
from fercurate.screening.duplicates.spectrum import Vectors

TREES = 10
LEAF = 512
"""Vectors in a leaf, at most."""

_SEED = 20130
_STEPS, _REACH = 1024.0, 63.0
_LEAVES_AT_ONCE = 64


def forest_pairs(vectors: Vectors, threshold: float, jobs: int = 0) -> Pairs:
    """Pairs (P, 2) of vectors (N, K) in one leaf whose product reaches ``threshold``, in order."""
    from threadpoolctl import threadpool_limits  # noqa: PLC0415

    whole = vectors[:, :-1] * np.float32(_STEPS)
    np.rint(whole, out=whole)
    spread = np.array([column.astype(np.float64).std() for column in whole.T])
    keys = np.empty(0, dtype=np.int64)
    with threadpool_limits(1, "blas"):
        for tree in range(TREES):
            order = _leaf_order(whole, _directions(spread, len(whole), tree))
            keys = distinct(keys, _leaf_keys(vectors, order, threshold, jobs))
    return np.stack(np.divmod(keys, max(len(vectors), 1)), axis=1)


def _cuts(count: int) -> int:
    """How often ``count`` vectors are halved until no more than ``LEAF`` are together."""
    return max(int(np.ceil(np.log2(max(count, 1) / LEAF))), 0)


def _directions(spread: NDArray[np.float64], count: int, tree: int) -> NDArray[np.float32]:
    """Directions (L, K) of a tree's cuts, one a level: whole numbers from -63 to 63."""
    rng = np.random.default_rng([_SEED, tree])
    drawn = rng.standard_normal((_cuts(count), len(spread))) * spread
    size = np.abs(drawn).max(axis=1, keepdims=True)
    return np.rint(drawn / np.where(size > 0, size, 1.0) * _REACH).astype(np.float32)


def _leaf_order(whole: Vectors, directions: NDArray[np.float32]) -> NDArray[np.int64]:
    """Positions (N,) in the order of the leaves, which are even parts of it."""
    order = np.arange(len(whole))
    for level, direction in enumerate(directions):
        places = whole @ direction
        node = np.arange(len(order)) * (1 << level) // len(order)
        order = order[np.lexsort((places[order], node))]
    return order


def _leaf_keys(
    vectors: Vectors, order: NDArray[np.int64], threshold: float, jobs: int
) -> NDArray[np.int64]:
    """The pairs within leaves, as numbers: the smaller position times N and the larger."""
    leaves = 1 << _cuts(len(order))
    bounds = -(-np.arange(leaves + 1) * len(order) // leaves)

    def some(start: int) -> NDArray[np.int64]:
        ends = bounds[start : start + _LEAVES_AT_ONCE + 1]
        parts = [order[a:b] for a, b in pairwise(ends)]
        return np.concatenate([_pairs_of(vectors, rows, threshold) for rows in parts])

    starts = range(0, leaves, _LEAVES_AT_ONCE)
    return np.concatenate([np.empty(0, np.int64), *map_ordered(some, starts, jobs, ahead=2)])


def _pairs_of(vectors: Vectors, rows: NDArray[np.int64], threshold: float) -> NDArray[np.int64]:
    """The close pairs within a leaf; of a crowd each with its first ``CROWD`` only."""
    rows = np.sort(rows)
    block = vectors[rows]
    first, second = np.nonzero(np.triu(block @ block.T >= threshold, 1))
    near = np.arange(len(first)) - np.searchsorted(first, first) < CROWD
    return np.asarray(rows[first[near]] * len(vectors) + rows[second[near]])
