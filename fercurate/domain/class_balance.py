"""The class balance of a store or an export: rows by split and class."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

SCHEMA_VERSION = 1
STORE, EXPORT = "store", "export"

Counts = dict[str, int]


@dataclass(frozen=True)
class ClassBalance:
    """Rows by split and class, also for each source, and the derived ones among them."""

    kind: str
    total: int
    sources: Counts
    splits: dict[str, Counts]
    by_source: dict[str, dict[str, Counts]]
    classes: tuple[str, ...]
    derived: dict[str, Counts] = field(default_factory=dict)
    unlabeled: int = 0
    rejects: dict[str, Counts] = field(default_factory=dict)

    def ratio(self, split: str) -> float | None:
        """Largest class of a split over its smallest; None if a class is empty."""
        return _ratio(self.splits[split])

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values with stable keys."""
        values: dict[str, Any] = {
            "schema_version": SCHEMA_VERSION,
            "kind": self.kind,
            "total": self.total,
            "sources": self.sources,
            "splits": self.splits,
            "by_source": self.by_source,
            "classes": list(self.classes),
            "imbalance_ratio": {name: self.ratio(name) for name in self.splits},
        }
        if self.kind == STORE:
            return values | {"unlabeled": self.unlabeled, "rejects": self.rejects}
        derived = {split: sum(counts.values()) for split, counts in self.derived.items()}
        return values | {"derived": derived, "derived_by_class": self.derived}


def _ratio(counts: Mapping[str, int]) -> float | None:
    ratio = imbalance_ratio(np.array(list(counts.values()), dtype=np.int64))
    return round(ratio, 4) if np.isfinite(ratio) else None


def imbalance_ratio(counts: NDArray[np.int64]) -> float:
    """Return the largest class count over the smallest; infinite if a class is empty."""
    if not counts.size or counts.max() == 0:
        return 1.0
    return float(counts.max() / counts.min()) if counts.min() > 0 else float("inf")
