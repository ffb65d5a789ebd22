"""What is known of one sample, for a reviewer who asks: votes, scores, copies, near pictures."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.groups import Groups
from fercurate.domain.votes import VOTE_COLUMNS
from fercurate.pipeline.measure.known import known_scores
from fercurate.pipeline.measure.whole_store import Duplicates
from fercurate.screening.learned.features import ScreenerFeatures
from fercurate.screening.screener import Screener
from fercurate.store.store import Store

_NEIGHBORS = 6
_COPIES = 12


@dataclass(frozen=True)
class SampleDetails:
    """Looks things up in a store; what is asked for the first time is read then."""

    store: Store
    _names: NDArray[np.object_] = field(repr=False)

    @classmethod
    def of(cls, store: Store) -> "SampleDetails":
        """Details of the samples of a store."""
        return cls(store, store.manifest.text("id"))

    def to_json(self, row: int) -> dict[str, Any]:
        """JSON-ready: votes, scores, copies, near pictures; what is not known is empty."""
        manifest = self.store.manifest
        votes = self.store.votes[row]
        voted = {n: int(v) for n, v in zip(VOTE_COLUMNS, votes, strict=True) if v}
        scores = {
            n: round(float(s[row]), 3) for n, s in self._scores.items() if np.isfinite(s[row])
        }
        one = manifest.take(np.array([row]))
        return {
            "id": str(self._names[row]),
            "source": str(one.text("source")[0]),
            "split": str(one.text("native_split")[0]),
            "label": str(one.text("expression")[0]),
            "votes": voted,
            "scores": scores,
            "copies": [self._named(other) for other in self._copies(row)[:_COPIES]],
            "neighbors": [self._named(other) for other in self._neighbors(row)],
        }

    def _named(self, row: int) -> dict[str, str]:
        label = self.store.manifest.take(np.array([row])).text("expression")[0]
        return {"id": str(self._names[row]), "label": str(label)}

    @cached_property
    def _scores(self) -> dict[str, NDArray[np.float64]]:
        return known_scores(self.store)

    @cached_property
    def _groups(self) -> Groups | None:
        duplicates = Duplicates()
        measured = self.store.measured(duplicates.kind, duplicates.method(self.store))
        return None if measured is None else measured.column("first").astype(np.int64)

    def _copies(self, row: int) -> list[int]:
        if self._groups is None:
            return []
        rows = np.flatnonzero(self._groups == self._groups[row])
        return [int(other) for other in rows if other != row]

    @cached_property
    def _features(self) -> NDArray[np.float32] | None:
        maker = ScreenerFeatures(Screener())
        measured = self.store.measured(maker.kind, maker.method)
        if measured is None:
            return None
        values = np.nan_to_num(measured.values)
        return np.asarray(values - values.mean(axis=0), dtype=np.float32)

    def _neighbors(self, row: int) -> list[int]:
        """The pictures that the screener finds most alike; copies are not among them."""
        if self._features is None:
            return []
        own = self._features[row]
        lengths = np.sqrt((self._features**2).sum(axis=1) * (own**2).sum())
        likeness = self._features @ own / np.maximum(lengths, 1e-9)
        likeness[[row, *self._copies(row)]] = -np.inf
        near = np.argpartition(-likeness, min(_NEIGHBORS, len(likeness) - 1))[:_NEIGHBORS]
        ordered = near[np.argsort(-likeness[near])]
        return [int(other) for other in ordered if np.isfinite(likeness[other])]
