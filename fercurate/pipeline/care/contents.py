"""What lies in a store: its sources, and what could not be ingested."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from fercurate.domain.lineage import LineageEntry
from fercurate.domain.sample import REJECT_MEANINGS, RejectCode
from fercurate.files.csv_text import write_csv_file
from fercurate.pipeline.ingest.report import REJECT_COLUMNS
from fercurate.report.overview.base import HasOverview, Overview, OverviewTable, rows_frame
from fercurate.store.store import Store

if TYPE_CHECKING:
    import pandas as pd

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class SourceContents:
    """A source of a store, and what was ingested of it.

    ``readers`` are the kinds of source that read it and ``variants`` what each ingest recognized;
    ``samples`` and ``rejects`` are counts, ``bytes`` those of its pictures in the store. ``when``
    is the time of the last ingest (UTC, ISO 8601), ``inputs`` the names of its raw files.
    """

    name: str
    readers: tuple[str, ...]
    variants: tuple[str, ...]
    samples: int
    rejects: int
    bytes: int
    when: str
    inputs: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class SourceList(HasOverview):
    """The sources of a store, in the order of their names, and what else is to be known of it.

    ``bytes`` are those of all parts; ``removed`` counts samples that are hidden but still there,
    ``tombstones`` pictures that may not come back. ``changes`` are the commits, oldest first.
    """

    store: Path
    sources: tuple[SourceContents, ...]
    bytes: int
    removed: int
    tombstones: int
    changes: tuple[LineageEntry, ...]

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values with stable keys."""
        changes = [
            {"command": one.command, "time": one.time, "version": one.version, "what": one.variant}
            for one in self.changes
        ]
        return {
            "schema_version": SCHEMA_VERSION,
            "kind": "sources",
            "store": str(self.store),
            "sources": [asdict(one) for one in self.sources],
            "bytes": self.bytes,
            "removed": self.removed,
            "tombstones": self.tombstones,
            "changes": changes,
        }

    def overview(self) -> Overview:
        """A line a source."""
        rows = tuple((s.name, s.samples, s.rejects, s.bytes, s.when) for s in self.sources)
        columns = ("source", "samples", "rejects", "bytes", "when")
        return Overview(
            f"store {self.store.name}: {len(rows)} sources, {self.bytes:,} bytes",
            (OverviewTable("", columns, rows),),
        )

    def to_frame(self) -> "pd.DataFrame":
        """Return a row a source as a pandas table."""
        names = ("name", "readers", "variants", "samples", "rejects", "bytes", "when", "inputs")
        return rows_frame(names, [[getattr(s, name) for name in names] for s in self.sources])


def list_sources(path: Path) -> SourceList:
    """List what a store holds, source by source.

    Raises:
        StoreError: it is missing or damaged.
    """
    with Store.open(path) as store:
        names = store.manifest.text("source")
        samples, sizes = Counter(names), store.picture_bytes
        rejects = store.reject_counts()
        listed = {e.source for e in store.lineage if e.source and e.inputs}
        sources = []
        for name in sorted({*samples, *rejects, *listed}):
            entries = [entry for entry in store.lineage if entry.source == name]
            size = int(sizes[np.asarray(names == name)].sum())
            counts = (samples[name], sum(rejects.get(name, {}).values()), size)
            sources.append(_contents(name, counts, entries))
        visibility = store.visibility
        return SourceList(
            path,
            tuple(sources),
            sum(part.size for part in store.head.parts),
            visibility.count - len(visibility),
            len(store.tombstones),
            store.lineage,
        )


def _contents(
    name: str, counts: tuple[int, int, int], entries: Sequence[LineageEntry]
) -> SourceContents:
    samples, rejects, size = counts
    return SourceContents(
        name,
        tuple(dict.fromkeys(e.options.get("reader", e.source) for e in entries)),
        tuple(dict.fromkeys(e.variant for e in entries)),
        samples,
        rejects,
        size,
        max((e.time for e in entries), default=""),
        tuple(dict.fromkeys(file.name for e in entries for file in e.inputs)),
    )


@dataclass(frozen=True, repr=False)
class RejectList(HasOverview):
    """What could not be ingested: rows of ``REJECT_COLUMNS``, in the order of the store."""

    store: Path
    rejects: tuple[tuple[str, str, int, str, str, str], ...]

    def counts(self) -> dict[str, dict[str, int]]:
        """Rejects by source and code."""
        table: dict[str, dict[str, int]] = {}
        for (source, code), count in sorted(Counter((r[0], r[3]) for r in self.rejects).items()):
            table.setdefault(source, {})[code] = count
        return table

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values with stable keys."""
        return {
            "schema_version": SCHEMA_VERSION,
            "kind": "rejects",
            "store": str(self.store),
            "counts": self.counts(),
            "rejects": [dict(zip(REJECT_COLUMNS, one, strict=True)) for one in self.rejects],
        }

    def overview(self) -> Overview:
        """Counts by source and code."""
        rows = tuple((s, c, n) for s, codes in self.counts().items() for c, n in codes.items())
        headline = f"store {self.store.name}: {len(self.rejects):,} rejects"
        return Overview(headline, (OverviewTable("", ("source", "code", "rows"), rows),))

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a reject as a pandas table."""
        return rows_frame(REJECT_COLUMNS, self.rejects)

    def write_csv(self, path: Path) -> None:
        """Write them as CSV, whole or not at all.

        Raises:
            OSError: the file cannot be written.
        """
        write_csv_file(path, REJECT_COLUMNS, self.rejects, "backslashreplace")


def list_rejects(path: Path, source: str = "") -> RejectList:
    """List what could not be ingested, of one source or of all.

    Raises:
        StoreError: the store is missing or damaged.
    """
    with Store.open(path) as store:
        rejects = [
            (name, origin, line, code, _meaning(code), message)
            for name, origin, line, code, message in store.rejects()
            if source in ("", name)
        ]
    return RejectList(path, tuple(rejects))


def _meaning(code: str) -> str:
    """What a code means; "" for one of another version."""
    return REJECT_MEANINGS[RejectCode(code)] if code in set(RejectCode) else ""
