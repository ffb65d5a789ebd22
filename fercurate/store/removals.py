"""Samples that are no longer to be seen, and pictures that must not come back."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Removal:
    """What one change removed.

    Attributes:
        rows: stored rows (R,) int64, counted with those that were removed before.
        tombstones: ``pixel_digest`` of pictures that no ingest may store again.
        sources: names of sources whose rejects go as well.
    """

    rows: Rows
    tombstones: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Visibility:
    """Which of the stored rows (N,) are to be seen; ``alive`` is None where nothing was removed."""

    count: int
    alive: NDArray[np.bool_] | None = None
    tombstones: frozenset[str] = field(default=frozenset())

    @classmethod
    def after(cls, count: int, removals: Iterable[Removal]) -> "Visibility":
        """What is left of ``count`` stored rows."""
        alive, tombstones = np.ones(count, dtype=bool), set[str]()
        for removal in removals:
            alive[removal.rows] = False
            tombstones |= set(removal.tombstones)
        return cls(count, None if alive.all() else alive, frozenset(tombstones))

    def __len__(self) -> int:
        return self.count if self.alive is None else int(self.alive.sum())

    @property
    def stored(self) -> Rows | None:
        """The stored row (M,) of each visible one; None where these are the same."""
        return None if self.alive is None else np.flatnonzero(self.alive)

    def seen(self, rows: Rows) -> tuple[Rows, NDArray[np.bool_] | slice]:
        """Which of stored rows (K,) are visible (a mask), and the visible rows that they are."""
        if self.alive is None:
            return rows, slice(None)
        mask = self.alive[rows]
        place = np.cumsum(self.alive) - 1
        return place[rows[mask]], mask
