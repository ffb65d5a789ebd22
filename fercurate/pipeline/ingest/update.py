"""``--update``: what changed, what is new, what is gone in raw files that were ingested before."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.lineage import LineageEntry
from fercurate.domain.manifest import Manifest
from fercurate.domain.sample import Reject, RejectCode, Sample
from fercurate.domain.text import plural
from fercurate.errors import InputError
from fercurate.store.change import Change
from fercurate.store.sample_index import SampleIndex
from fercurate.store.store import Store
from fercurate.store.writer import StoreWriter

Rows = NDArray[np.int64]
_NAMED = 3
_BLOCK = 16384
_MOST_GONE = 0.5
"""A larger share of an input that is gone is rather a folder that is not there."""


@dataclass(frozen=True)
class EarlierRows:
    """The samples that earlier ingests of the same input stored: rows (M,) of a store's samples."""

    manifest: Manifest = field(default_factory=Manifest.empty)
    rows: Rows = field(default_factory=lambda: np.empty(0, np.int64))

    @classmethod
    def of(cls, path: Path, entry: LineageEntry) -> "EarlierRows":
        """Those of a store, if there is one; ``entry`` tells the input: source, names, prefix."""
        if not path.exists():
            return cls()
        with Store.open(path) as store:
            same = [n for n, one in enumerate(store.lineage) if is_same_input(one, entry)]
            rows = np.flatnonzero(np.isin(store.changes, same)).astype(np.int64)
            return cls(store.manifest, rows)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def ids(self) -> tuple[str, ...]:
        """Their ids (M,)."""
        return tuple(self.manifest.take(self.rows).text("id").tolist())

    def gone(self, writer: "StoreWriter | StoreComparison") -> list[str]:
        """The ids of those that did not come again."""
        blocks = (self.rows[i : i + _BLOCK] for i in range(0, len(self.rows), _BLOCK))
        ids = (self.manifest.take(block).text("id").tolist() for block in blocks)
        return [name for some in ids for name in writer.unseen(some)]


def is_same_input(earlier: LineageEntry, entry: LineageEntry) -> bool:
    """Whether two ingests are of one input: of one source, by the names of its files."""
    return (
        earlier.source == entry.source
        and [file.name for file in earlier.inputs] == [file.name for file in entry.inputs]
        and earlier.options.get("prefix", "") == entry.options.get("prefix", "")
    )


@dataclass
class StoreComparison:
    """What an update would do, without doing it: takes records as a writer does."""

    path: Path
    replaceable: frozenset[str]
    change: Change = field(default_factory=Change)

    def __post_init__(self) -> None:
        self._known = SampleIndex()
        self.lineage: tuple[LineageEntry, ...] = ()
        self._tombstones: frozenset[str] = frozenset()
        if self.path.exists():
            with Store.open(self.path) as store:
                self._known = SampleIndex(store)
                self.lineage, self._tombstones = store.lineage, store.tombstones

    def append(self, sample: Sample) -> Reject | None:
        """Count a sample as new, changed, unchanged or in conflict."""
        digest = sample.digest
        facts = (digest, sample.expression, sample.native_split)
        number = self._known.find(sample.id)
        if number >= 0:
            self._known.see(number)
        if number >= 0 and not self._known.differing(number, facts):
            self.change.unchanged += 1
            return None
        if number >= 0 and sample.id not in self.replaceable:
            self.change.collisions += 1
            return self._refused(sample, RejectCode.CONFLICT)
        if digest in self._tombstones:
            return self._refused(sample, RejectCode.REMOVED)
        if number < 0:
            self._known.add(sample.id, facts)
            self.change.added += 1
        else:
            self._known.replace(number, facts)
            self.change.count_replaced(sample.id)
        return None

    def _refused(self, sample: Sample, code: RejectCode) -> Reject:
        reject = Reject(code, f"{sample.id} would be rejected", sample.origin, sample.line)
        self.reject(sample.source, reject)
        return reject

    def reject(self, source: str, reject: Reject) -> None:
        """Count a reject."""
        del source
        self.change.rejects[reject.code] = self.change.rejects.get(reject.code, 0) + 1

    def unseen(self, ids: Sequence[str]) -> list[str]:
        """Those of some ids whose samples did not come."""
        return [name for name in ids if not self._known.is_seen(name)]


def update_line(change: Change, gone: Sequence[str]) -> str:
    """What an update does, in one line, with the first ids of each kind."""
    said = [f"{change.added:,} new"]
    for what, names in (("changed", change.replaced_ids), ("gone, removed", gone)):
        shown = ", ".join(names[:_NAMED]) + (", ..." if len(names) > _NAMED else "")
        count = change.replaced if what == "changed" else len(names)
        said.append(f"{count:,} {what}{f' ({shown})' if shown else ''}")
    return f"update: {', '.join(said)}, {change.unchanged:,} unchanged"


def gone_remarks(gone: Sequence[str]) -> list[str]:
    """What is said of samples that did not come again, and that stay."""
    if not gone:
        return []
    what = f"{plural(len(gone), 'sample')} of an earlier ingest not there any more"
    return [f"{what}: moved, renamed or removed since; the store keeps them"]


def refuse_vanished(gone: Sequence[str], earlier: EarlierRows, where: str) -> None:
    """Refuse an update that would remove most of what an input gave.

    Raises:
        InputError: more than half of it is gone.
    """
    if len(gone) > _MOST_GONE * len(earlier):
        what = plural(len(earlier), "sample")
        raise InputError(
            f"{len(gone):,} of {what} of an earlier ingest are gone; is all of it there?",
            where=where,
            fix="Nothing was changed. To remove them all the same: fercurate remove --ids",
        )
