"""Which stored picture is which of a bundle: by digest, else by fingerprint within a tolerance."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.manifest import Manifest
from fercurate.domain.sample_table import SampleTable
from fercurate.pipeline.bundle.fingerprint import TOLERANCE, Bits, distances

_BLOCK = 1024
_OTHER_LABEL, _OTHER_SPLIT = 4, 2
"""A picture of another label or native split counts as so many bits farther away."""

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Matches:
    """For each sample of a bundle (K,) the stored row that shows its picture, or -1.

    ``near`` (K,) bool are those whose pictures are only nearly equal.
    """

    rows: Rows
    near: NDArray[np.bool_]

    @property
    def equal(self) -> int:
        """Samples with the very same picture."""
        return int(((self.rows >= 0) & ~self.near).sum())

    @property
    def nearly(self) -> int:
        """Samples with a nearly equal picture."""
        return int(self.near.sum())


@dataclass
class Matching:
    """Finds one stored row for each sample of a bundle, no row twice."""

    samples: SampleTable
    manifest: Manifest
    rows: Rows = field(init=False)

    def __post_init__(self) -> None:
        self.rows = np.full(len(self.samples), -1, dtype=np.int64)
        self._used: set[int] = set()

    def by_digest(self) -> None:
        """Match pictures that are equal in every pixel; copies by label and native split first."""
        stored: dict[str, list[int]] = defaultdict(list)
        for row, digest in enumerate(self.manifest.text("digest").tolist()):
            stored[digest].append(row)
        wanted: dict[str, list[int]] = defaultdict(list)
        for place, digest in enumerate(self.samples["digest"].tolist()):
            if digest in stored:
                wanted[digest].append(place)
        labels = [self.manifest.text(name) for name in _TELLING]
        told = [self.samples[name] for name in _TELLING]
        for digest, places in wanted.items():
            pairs = sorted(
                (sum(a[row] != b[place] for a, b in zip(labels, told, strict=True)), place, row)
                for place in places
                for row in stored[digest]
            )
            self._take((place, row) for _, place, row in pairs)

    def _take(self, pairs: Iterator[tuple[int, int]]) -> None:
        """Match pairs in their order, none of either twice."""
        for place, row in pairs:
            if self.rows[place] < 0 and row not in self._used:
                self.rows[place] = row
                self._used.add(row)

    def unmatched(self) -> tuple[Rows, Rows]:
        """Places of samples, and stored rows, that have no partner."""
        taken = np.zeros(len(self.manifest), dtype=bool)
        taken[self.rows[self.rows >= 0]] = True
        return np.flatnonzero(self.rows < 0), np.flatnonzero(~taken)

    def by_fingerprint(self, places: Rows, wanted: Bits, rows: Rows, stored: Bits) -> Matches:
        """Match the rest by fingerprints: of ``places`` (M,) and of stored ``rows`` (N,)."""
        equal = self.rows >= 0
        candidates: list[tuple[int, int, int]] = []
        for start in range(0, len(places), _BLOCK):
            some = slice(start, start + _BLOCK)
            apart = distances(wanted[some], stored)
            here, there = np.nonzero(apart <= TOLERANCE)
            cost = apart[here, there] + self._penalty(places[some][here], rows[there])
            candidates += zip(
                cost.tolist(), places[some][here].tolist(), rows[there].tolist(), strict=True
            )
        self._take((place, row) for _, place, row in sorted(candidates))
        return Matches(self.rows, (self.rows >= 0) & ~equal)

    def _penalty(self, places: Rows, rows: Rows) -> Rows:
        costs = zip(_TELLING, (_OTHER_LABEL, _OTHER_SPLIT), strict=True)
        total = np.zeros(len(places), dtype=np.int64)
        for name, cost in costs:
            total += cost * (self.samples[name][places] != self.manifest.text(name)[rows])
        return total


_TELLING = ("expression", "native_split")


def match_counts(matches: Matches, samples: SampleTable) -> dict[str, Any]:
    """How many are equal, nearly equal and missing, and the ids of those missing."""
    missing = samples["sample_id"][matches.rows < 0]
    return {
        "equal": matches.equal,
        "nearly_equal": matches.nearly,
        "tolerance": TOLERANCE,
        "missing": len(missing),
        "missing_ids": [str(name) for name in missing],
    }
