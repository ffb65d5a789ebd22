"""A store as a bundle names its samples: the bundle's ids, one's own pictures."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.manifest import NUMBER_COLUMNS, TEXT_COLUMNS, Manifest
from fercurate.domain.measurement import Measured
from fercurate.domain.sample import Pixels
from fercurate.domain.sample_table import SampleTable
from fercurate.store.store import Store

Rows = NDArray[np.int64]
_OF_TABLE = {"id": "sample_id"}
_OWN = ("digest",)


class MatchedStore(Store):
    """The K matched samples of a bundle, in its order; pictures are those of a store's ``rows``.

    What the bundle says of them (ids, sources, people, labels, votes) is the bundle's; pictures,
    sizes, boxes, landmarks and measurements are the store's.
    """

    reopens: ClassVar[bool] = False

    def __init__(
        self, own: Store, rows: Rows, samples: SampleTable, votes: Mapping[str, Sequence[int]]
    ) -> None:
        super().__init__(own.path, own.head)
        self._own = own
        self._rows = rows
        self.manifest = _manifest(own.manifest.take(rows), samples)
        ids = samples["sample_id"]
        nobody = [0] * own.votes.shape[1]
        self.votes = np.array([votes.get(str(name), nobody) for name in ids], dtype=np.uint8)
        self.votes = self.votes.reshape(len(rows), len(nobody))

    def __len__(self) -> int:
        return len(self._rows)

    def close(self) -> None:
        """The store that lies below stays open: whoever opened it closes it."""

    def verify(self) -> None:
        """Check every part of the store below."""
        self._own.verify()

    def images(self, rows: Iterable[int], longest: int = 0) -> list[Pixels]:
        """The store's pictures of samples of the bundle."""
        return self._own.images(self._rows[np.fromiter(rows, np.int64)], longest)

    def array(self, name: str) -> NDArray[Any]:
        """An array column (K, ...): the store's, but for votes."""
        return self.votes if name == "votes" else self._own.array(name)[self._rows]

    def measured(self, kind: str, method: str) -> Measured | None:
        """What the store has measured of the pictures."""
        found = self._own.measured(kind, method)
        if found is None:
            return None
        return Measured(found.columns, found.values[self._rows], found.known[self._rows])

    def rejects(self) -> Iterator[tuple[str, str, int, str, str]]:
        """What could not be ingested into the store below."""
        return self._own.rejects()

    def digest(self) -> str:
        """The digest of the store below."""
        return self._own.digest()


def _manifest(own: Manifest, samples: SampleTable) -> Manifest:
    """The manifest (K,): text of the bundle where it has some, numbers of the store."""
    columns: dict[str, NDArray[Any]] = {}
    for name in TEXT_COLUMNS:
        told = _OF_TABLE.get(name, name)
        known = told in samples.columns and name not in _OWN
        columns[name] = samples[told] if known else own.text(name)
    columns |= {name: own.columns[name] for name in NUMBER_COLUMNS}
    columns["line"] = np.array([int(line) if line else -1 for line in samples["line"]])
    return Manifest.from_columns(columns)
