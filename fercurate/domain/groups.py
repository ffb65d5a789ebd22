"""Groups of samples: who must stay on one side of a split, and who duplicates whom.

A grouping is one number a sample (N,) int64: the position of the first sample of its group.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.columns import CodedText

Groups = NDArray[np.int64]
Pairs = NDArray[np.int64]
"""Pairs of positions (P, 2) int64."""

Keys = NDArray[Any]
"""One value a sample (N,): text as ``str`` objects or fixed-length UTF-8, or whole numbers."""


def distinct(*numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """All whole numbers once, in order: of millions numpy's own way takes ten times as long."""
    joined = np.concatenate(numbers)
    joined.sort()
    first = np.ones(len(joined), dtype=bool)
    np.not_equal(joined[1:], joined[:-1], out=first[1:])
    return np.asarray(joined[first])


def alone(count: int) -> Groups:
    """Every sample in a group of its own."""
    return np.arange(count, dtype=np.int64)


def group_equal(*columns: Keys | CodedText) -> Groups:
    """Group samples that agree in every column (N,); an empty text in the last one means alone.

    Columns are text, encoded or not, or numbers.
    """
    groups = _equal(columns[0])
    for column in columns[1:]:
        groups = regroup(groups * len(groups) + _equal(column))
    last = columns[-1]
    if isinstance(last, CodedText):
        nameless = last.mask(np.array([b""]))
    elif last.dtype.kind in "OS":
        nameless = last == ("" if last.dtype.kind == "O" else b"")
    else:
        return groups
    own = np.flatnonzero(nameless)
    groups[own] = own
    return groups


def _equal(column: Keys | CodedText) -> Groups:
    """The groups of one column."""
    if isinstance(column, CodedText):
        return regroup(column.codes)
    if column.dtype.kind != "O":
        return regroup(column)
    first: dict[str, int] = {}
    places = (first.setdefault(value, row) for row, value in enumerate(column.tolist()))
    return np.fromiter(places, dtype=np.int64, count=len(column))


def regroup(groups: Keys) -> Groups:
    """Name groups anew by their first positions, for instance after some samples were taken."""
    _, first, inverse = np.unique(groups, return_index=True, return_inverse=True)
    return first[inverse].astype(np.int64)


def join_pairs(count: int, pairs: Iterable[tuple[int, int]] | Pairs) -> Groups:
    """Group positions 0..count-1 that pairs connect, however indirectly."""
    joined = np.array(pairs if isinstance(pairs, np.ndarray) else list(pairs), dtype=np.int64)
    nodes, places = np.unique(joined, return_inverse=True)
    parent = list(range(len(nodes)))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for left, right in places.reshape(-1, 2).tolist():
        a, b = root(left), root(right)
        if a != b:
            parent[max(a, b)] = min(a, b)
    groups = alone(count)
    groups[nodes] = nodes[[root(node) for node in range(len(nodes))]]
    return groups


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
