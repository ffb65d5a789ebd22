"""Which rows share something with rows of other splits: by groups, and pair by pair."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.groups import Groups, Pairs, members

_PAIRS_AT_ONCE = 65_536
NOTHING: Pairs = np.empty((0, 2), dtype=np.int64)


@dataclass(frozen=True)
class Relation:
    """What rows (N,) share: those of one group do, and those whose groups a pair connects.

    ``groups`` (N,) hold identical pictures, or people; ``pairs`` (P, 2) are of first rows of
    groups and reach no further. ``within`` (N,) are the rows that share something with the others
    of their group; where it is False only pairs count.
    """

    groups: Groups
    pairs: Pairs
    within: NDArray[np.bool_]

    @classmethod
    def of_groups(cls, groups: Groups) -> "Relation":
        """Rows share something if they are in one group."""
        return cls(groups, NOTHING, np.ones(len(groups), dtype=bool))

    @classmethod
    def of_pairs(cls, groups: Groups, pairs: Pairs) -> "Relation":
        """Rows share something if a pair connects their groups, not for being in one."""
        return cls(groups, pairs, np.zeros(len(groups), dtype=bool))

    def pair_count(self, codes: NDArray[np.int64], count: int) -> tuple[int, int]:
        """How many pairs of rows the pairs of groups stand for: in all, and between splits.

        ``codes`` (N,) and ``count`` are as in ``reach``.
        """
        sizes = np.zeros((len(codes), count + 1), dtype=np.int64)
        np.add.at(sizes, (self.groups, codes), 1)
        every = between = 0
        for start in range(0, len(self.pairs), _PAIRS_AT_ONCE):
            first, second = (sizes[side] for side in self.pairs[start : start + _PAIRS_AT_ONCE].T)
            every += int((first.sum(axis=1) * second.sum(axis=1)).sum())
            first, second = first[:, :count], second[:, :count]
            of_others = first.sum(axis=1) * second.sum(axis=1) - (first * second).sum(axis=1)
            between += int(of_others.sum())
        return every, between

    def reach(self, codes: NDArray[np.int64], count: int) -> NDArray[np.bool_]:
        """Which of ``count`` splits hold a row that a row shares something with: (N, count).

        ``codes`` (N,) are the splits of the rows, -1 for none.
        """
        placed = np.flatnonzero(codes >= 0)
        present = np.zeros((len(codes), count), dtype=bool)
        present[self.groups[placed], codes[placed]] = True
        reached = np.where(self.within[self.groups][:, None], present[self.groups], False)
        linked = np.zeros_like(present)
        for first, second in (self.pairs.T, self.pairs.T[::-1]):
            np.logical_or.at(linked, first, present[second])
        return np.asarray(reached | linked[self.groups])

    def partners(
        self, codes: NDArray[np.int64], reaching: NDArray[np.bool_]
    ) -> Iterator[tuple[int, int]]:
        """Yield each row with the first row of another split that it shares something with.

        Rows come group by group, in the order of their first rows; ``codes`` (N,) as in ``reach``,
        and ``reaching`` (N,) are the rows that share something with another split.
        """
        nodes, others = self._neighbors()
        together = members(self.groups)
        for first in np.unique(self.groups[reaching]):
            rows = together.get(int(first), np.array([first]))
            near = np.unique(others[slice(*np.searchsorted(nodes, (first, first + 1)))]).tolist()
            near = [*([int(first)] if self.within[first] else []), *near]
            rows_of = [together.get(one, np.array([one])) for one in near]
            shared = np.concatenate([np.empty(0, np.int64), *rows_of])
            placed = shared[codes[shared] >= 0]
            _, places = np.unique(codes[placed], return_index=True)
            firsts = placed[np.sort(places)]  # the first row of each split, in their order
            for row in rows[codes[rows] >= 0]:
                other = firsts[codes[firsts] != codes[row]]
                if len(other):
                    yield int(row), int(other[0])

    def _neighbors(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Both ends (2 P,) of all pairs, either way round, in the order of the first ends."""
        ends = np.concatenate([self.pairs, self.pairs[:, ::-1]])
        first, second = ends[np.argsort(ends[:, 0], kind="stable")].T
        return first, second


def in_other_splits(reached: NDArray[np.bool_], codes: NDArray[np.int64]) -> NDArray[np.bool_]:
    """What is reached (N, S) in other splits than a row's own; nothing for rows without one."""
    other = reached.copy()
    placed = np.flatnonzero(codes >= 0)
    other[placed, codes[placed]] = False
    other[codes < 0] = False
    return other
