"""``merge``: two stores as one."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fercurate.errors import ConflictError, UsageError
from fercurate.files.regular import real_path
from fercurate.pipeline.care.entry import care_entry
from fercurate.pipeline.events import Listener, ignore, warn_by
from fercurate.report.overview.base import HasOverview, Overview
from fercurate.store.merging import MergedRows, Merger
from fercurate.store.staging import open_change
from fercurate.store.store import Store

SCHEMA_VERSION = 1


@dataclass(frozen=True, repr=False)
class MergeReport(HasOverview):
    """What two stores gave: samples of each, those they share, and those that stay removed."""

    first: Path
    second: Path
    store: Path
    rows: MergedRows

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values with stable keys."""
        return {
            "schema_version": SCHEMA_VERSION,
            "kind": "merge",
            "first": {"store": str(self.first), "samples": self.rows.first},
            "second": {"store": str(self.second), "samples": self.rows.second},
            "into": str(self.store),
            "shared": self.rows.shared,
            "removed": self.rows.removed,
            "samples": self.rows.total,
        }

    def overview(self) -> Overview:
        """What the new store holds."""
        return Overview(f"store {self.store.name}: {self.rows.total:,} samples of two stores")


def merge(first: Path, second: Path, into: Path, listen: Listener = ignore) -> MergeReport:
    """Make a new store of all that two stores hold: samples, votes, measurements, lineage.

    Raises:
        ConflictError: the new store is there already, or an id stands for two things.
        UsageError: both are one store.
        StoreError: one of them is missing or damaged, or the new one is busy.
    """
    if real_path(first) == real_path(second):
        raise UsageError("one store twice", where=f"{first}, {second}")
    with Store.open(first) as mine, Store.open(second) as theirs:
        there = ConflictError("it is there already", where=str(into), fix="Name another --into")
        if into.exists():
            raise there
        mine.verify()
        theirs.verify()
        told = [part.sha256 for store in (mine, theirs) for part in store.head.parts]
        session = f"merge {hashlib.sha256(' '.join(told).encode()).hexdigest()}"
        with open_change(into, session, warn_by(listen)) as change:
            if change.committed.parts:
                raise there  # another command has made it meanwhile
            rows = Merger(change, mine, theirs).run()
            text = f"{rows.total:,} samples of {mine.path.name} and {theirs.path.name}"
            command = f"fercurate merge {mine.path.name} {theirs.path.name} --into {into.name}"
            entry = care_entry(command, "merge", text, rows.total, {})
            change.commit(*mine.lineage, *theirs.lineage, entry)
    return MergeReport(first, second, into, rows)
