"""The class balance of a store or an export: rows by split and class."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.lineage import FileAccount
from fercurate.report.overview.base import HasOverview, Overview, rows_frame
from fercurate.report.overview.contents import class_balance_overview

if TYPE_CHECKING:
    import pandas as pd

SCHEMA_VERSION = 1
STORE, EXPORT = "store", "export"

Counts = dict[str, int]


@dataclass(frozen=True, slots=True)
class InputAccount:
    """What became of the files of one input, as its ingest said: its names and the account."""

    source: str
    names: tuple[str, ...]
    files: FileAccount

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values."""
        names = {"source": self.source, "names": list(self.names)}
        return {**names, "files": self.files.to_json()}


@dataclass(frozen=True, repr=False)
class ClassBalance(HasOverview):
    """Rows by split and class, also for each source, and the derived ones among them.

    ``verified`` says whether all that was read is as it was written; ``changed_files`` are papers
    and scripts of an export that are not as they were built.
    """

    kind: str
    total: int
    sources: Counts
    splits: dict[str, Counts]
    by_source: dict[str, dict[str, Counts]]
    classes: tuple[str, ...]
    derived: dict[str, Counts] = field(default_factory=dict)
    unlabeled: int = 0
    rejects: dict[str, Counts] = field(default_factory=dict)
    inputs: tuple[InputAccount, ...] = ()
    verified: bool = True
    changed_files: tuple[str, ...] = ()

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
            inputs = [one.to_json() for one in self.inputs]
            return values | {
                "unlabeled": self.unlabeled,
                "rejects": self.rejects,
                "inputs": inputs,
            }
        derived = {split: sum(counts.values()) for split, counts in self.derived.items()}
        condition = {"verified": self.verified, "changed_files": list(self.changed_files)}
        return values | {"derived": derived, "derived_by_class": self.derived, **condition}

    def overview(self) -> Overview:
        """Counts by split and class."""
        return class_balance_overview(self.to_json())

    def to_frame(self, wide: bool = False) -> "pd.DataFrame":
        """Return the counts as a pandas table.

        One row a split and class, with columns ``split``, ``class``, ``rows`` and ``derived`` (0 in
        a store); ``wide`` gives one row a split, named by it, and one column of rows a class.
        """
        if wide:
            counts = [list(self.splits[split].values()) for split in self.splits]
            return rows_frame(self.classes, counts).set_axis(list(self.splits))
        rows = [
            (split, name, count, self.derived.get(split, {}).get(name, 0))
            for split, counts in self.splits.items()
            for name, count in counts.items()
        ]
        return rows_frame(("split", "class", "rows", "derived"), rows)


def _ratio(counts: Mapping[str, int]) -> float | None:
    ratio = imbalance_ratio(np.array(list(counts.values()), dtype=np.int64))
    return round(ratio, 4) if np.isfinite(ratio) else None


def imbalance_ratio(counts: NDArray[np.int64]) -> float:
    """Return the largest class count over the smallest; infinite if a class is empty."""
    if not counts.size or counts.max() == 0:
        return 1.0
    return float(counts.max() / counts.min()) if counts.min() > 0 else float("inf")
