"""``compact``: a store without what was removed, replaced or superseded."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fercurate.errors import StoreBusyError
from fercurate.pipeline.care.entry import care_entry
from fercurate.pipeline.events import Listener, ignore, warn_by
from fercurate.pipeline.measure.whole_measures import WHOLE_MEASURES
from fercurate.pipeline.predictions.names import PREDICTIONS, current_predictions
from fercurate.report.overview.base import HasOverview, Overview
from fercurate.store.compaction import Compaction, Compactor
from fercurate.store.heads.head import refuse_interrupted
from fercurate.store.staging import open_change
from fercurate.store.store import Store

SCHEMA_VERSION = 1
SESSION = "compact"


@dataclass(frozen=True, repr=False)
class CompactReport(HasOverview):
    """What a compaction did to a store; ``changed`` tells whether there was anything to do."""

    store: Path
    done: Compaction
    changed: bool

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values with stable keys."""
        done = self.done
        return {
            "schema_version": SCHEMA_VERSION,
            "kind": "compaction",
            "store": str(self.store),
            "changed": self.changed,
            "saved": done.saved,
            "bytes_before": done.bytes_before,
            "bytes_after": done.bytes_after,
            "parts_before": done.parts_before,
            "parts_after": done.parts_after,
            "parts_written": done.written,
            "samples": done.samples,
            "measurements": list(done.measurements),
        }

    def overview(self) -> Overview:
        """What it saved."""
        return Overview(f"store {self.store.name}: {self.done.saved:,} bytes saved")


def compact(path: Path, listen: Listener = ignore) -> CompactReport:
    """Drop the bytes of removed samples, of replaced values, and of measurements nobody asks for.

    Positions, ids and the digest of the store stay; only parts that must change are written. A
    reader that opened the store before may find that parts it had not read yet are gone.

    Raises:
        StoreError: the store is missing, busy or damaged.
    """
    with Store.open(path) as store:
        refuse_interrupted(store.path, SESSION)
        kinds = store.measured_kinds()
        there = dict(kinds)
        latest = there | {m.kind: m.method(store) for m in WHOLE_MEASURES if m.kind in there}
        named = current_predictions(kinds).values()
        current = {*latest.items(), *((PREDICTIONS, one.method) for one in named)}
        place, seen = store.path, store.head.generation
    with open_change(place, SESSION, warn_by(listen)) as change:
        if change.committed.generation != seen:
            raise StoreBusyError(
                "another command has changed it meanwhile",
                where=str(place),
                fix="Nothing was dropped; run it again",
            )
        done = Compactor(change, lambda kind, method: (kind, method) in current).run()
        text = f"{done.samples:,} removed samples and {done.saved:,} bytes dropped"
        entry = care_entry(f"fercurate compact {place.name}", "compaction", text, done.samples, {})
        changed = change.commit(entry, parts=done.parts)
        if changed:
            change.sweep()
        _remove_set_aside(change.folder)
    return CompactReport(path, done, changed)


def _remove_set_aside(folder: Path) -> None:
    """Remove damaged heads of interrupted changes, which earlier commands kept for looking at."""
    for path in folder.glob("damaged-*-pending.h5"):
        path.unlink()
