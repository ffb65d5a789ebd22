"""Groups of samples: who must stay on one side of a split, and who duplicates whom.

A grouping is one number a sample (N,) int64: the position of the first sample of its group.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Groups = NDArray[np.int64]
Pairs = NDArray[np.int64]
"""Pairs of positions (P, 2) int64."""


def alone(count: int) -> Groups:
    """Every sample in a group of its own."""
    return np.arange(count, dtype=np.int64)


def group_equal(*columns: NDArray[np.object_]) -> Groups:
    """Group samples that agree in every text column (N,); an empty last column means alone."""
    groups = alone(len(columns[-1]))
    named = np.flatnonzero(columns[-1].astype(str) != "")
    first: dict[tuple[str, ...], int] = {}
    for row in named:
        groups[row] = first.setdefault(tuple(column[row] for column in columns), int(row))
    return groups


def regroup(groups: Groups) -> Groups:
    """Name groups anew by their first positions, for instance after some samples were taken."""
    _, first, inverse = np.unique(groups, return_index=True, return_inverse=True)
    return first[inverse].astype(np.int64)


def join_pairs(count: int, pairs: Iterable[tuple[int, int]] | Pairs) -> Groups:
    """Group positions 0..count-1 that pairs connect, however indirectly."""
    parent = list(range(count))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for left, right in pairs:
        a, b = root(int(left)), root(int(right))
        if a != b:
            parent[max(a, b)] = min(a, b)
    return np.array([root(node) for node in range(count)], dtype=np.int64)


def join_groups(*groupings: Groups) -> Groups:
    """Join groupings of the same samples: who shares a group in any of them shares one."""
    count = len(groupings[0])
    own = alone(count)
    links = [np.stack([own, g], axis=1)[g != own] for g in groupings]
    return join_pairs(count, np.concatenate(links))


def members(groups: Groups) -> dict[int, NDArray[np.int64]]:
    """Return the groups of two and more: first position -> all positions, ascending."""
    order = np.argsort(groups, kind="stable")
    names, starts, counts = np.unique(groups[order], return_index=True, return_counts=True)
    several = np.flatnonzero(counts > 1)
    return {int(names[i]): order[starts[i] : starts[i] + counts[i]] for i in several}
