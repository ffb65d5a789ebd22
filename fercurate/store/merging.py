"""Merging: the parts of two stores as those of a new one, copied as they are where they can be."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.measurement import Measurements
from fercurate.errors import ConflictError, StoreError
from fercurate.files.atomic import sync
from fercurate.files.hdf5 import reading_hdf5
from fercurate.store.heads.head_format import PartEntry
from fercurate.store.layout import COLUMNS, MEASUREMENTS, REMOVALS, SAMPLES, parts_folder
from fercurate.store.parts.integrity import check_bytes, open_part
from fercurate.store.parts.part import (
    write_columns_part,
    write_measurements_part,
    write_removal_part,
)
from fercurate.store.parts.part_reader import part_measurements, part_path
from fercurate.store.removals import Removal
from fercurate.store.staging import StagedChange
from fercurate.store.store import Store

Rows = NDArray[np.int64]
_NAMED = 3


@dataclass(frozen=True)
class MergedRows:
    """What a merge did: samples of both, those that both have, and those that stay removed.

    ``removed`` counts samples of one store whose pictures the other one has removed for good.
    """

    first: int
    second: int
    shared: int
    removed: int

    @property
    def total(self) -> int:
        """Samples of the new store."""
        return self.first + self.second - self.shared - self.removed


@dataclass(frozen=True)
class Merger:
    """Stages the parts of two stores in a new one; ``run`` may be interrupted and run again.

    Samples with one id and one content are kept once; pictures that either store removed for good
    stay removed.
    """

    change: StagedChange
    first: Store
    second: Store

    def run(self) -> MergedRows:
        """Stage the parts, those that an interrupted run has staged left out.

        Raises:
            ConflictError: an id stands for different pictures, labels or splits.
        """
        removed = len(self._refused) + len(self._withdrawn)
        done = len(self.change.staged)
        for number, step in enumerate(self._steps()):
            if number >= done:
                self.change.stage(step.write(self.change.next_part()))
        return MergedRows(len(self.first), len(self.second), len(self._shared), removed)

    @cached_property
    def _shared(self) -> Rows:
        """Rows of the second store whose samples the first one has.

        Raises:
            ConflictError: with another content.
        """
        ids = {name: row for row, name in enumerate(self.first.manifest.encoded("id").tolist())}
        pairs = [
            (ids[name], row)
            for row, name in enumerate(self.second.manifest.encoded("id").tolist())
            if name in ids
        ]
        mine, theirs = (np.array([pair[k] for pair in pairs], dtype=np.int64) for k in range(2))
        same = np.ones(len(pairs), dtype=bool)
        for name in ("digest", "expression", "native_split"):
            a, b = (s.manifest.encoded(name) for s in (self.first, self.second))
            same &= a[mine] == b[theirs]
        self._refuse_differing(theirs[~same])
        return theirs

    @cached_property
    def _voteless(self) -> dict[int, int]:
        """Stored rows of the second store by those of the first, of shared samples.

        Of those alone on which only the second one has votes.
        """
        mine = self._first_rows
        lacking = ~self.first.votes[mine].any(axis=1)
        pairs = zip(
            self.second.stored_rows(self._shared[lacking]).tolist(),
            self.first.stored_rows(mine[lacking]).tolist(),
            strict=True,
        )
        return dict(pairs)

    @property
    def _first_rows(self) -> Rows:
        """The rows of the first store that hold the shared samples, in the same order."""
        ids = {name: row for row, name in enumerate(self.first.manifest.encoded("id").tolist())}
        names = self.second.manifest.encoded("id")[self._shared].tolist()
        return np.array([ids[name] for name in names], dtype=np.int64)

    def _refuse_differing(self, rows: Rows) -> None:
        if not len(rows):
            return
        names = self.second.manifest.take(rows[:_NAMED]).text("id")
        raise ConflictError(
            f"{len(rows):,} ids stand for another picture, label or split in each of the stores "
            f"({', '.join(names)})",
            where=f"{self.first.path.name}, {self.second.path.name}",
            fix="Ingest one of the corpora again under another --name; nothing was changed",
        )

    @cached_property
    def _refused(self) -> Rows:
        """Rows of the second store whose pictures the first one has removed for good."""
        digests = self.second.manifest.text("digest")
        gone = np.array([str(one) in self.first.tombstones for one in digests], dtype=bool)
        gone[self._shared] = False
        return np.flatnonzero(gone)

    @cached_property
    def _withdrawn(self) -> Rows:
        """Rows of the first store whose pictures the second one has removed for good."""
        digests, gone = self.first.manifest.text("digest"), self.second.tombstones
        return np.flatnonzero(np.array([one in gone for one in digests], dtype=bool))

    def _steps(self) -> Iterator["_Step"]:
        """The parts of the first store as they are, then those of the second; last, removals."""
        first, second = self.first, self.second
        for part in first.head.parts:
            yield _Copied(first.path, part)
        stored, entries = first.visibility.count, len(first.lineage)
        for part in second.head.parts:
            moved = part.change + entries if part.change >= 0 else -1
            yield _Shifted(second, part, stored, moved, self._voteless)
        gone = [second.stored_rows(np.sort(np.concatenate([self._shared, self._refused]))) + stored]
        forgotten = tuple(sorted(second.tombstones))
        gone.append(first.stored_rows(self._withdrawn))
        rows = np.concatenate(gone)
        if len(rows) or forgotten:
            yield _Removed(Removal(rows, forgotten))


class _Step:
    """What writes one part of the new store."""

    def write(self, path: Path) -> PartEntry:
        """Write it, and describe it."""
        raise NotImplementedError


@dataclass(frozen=True)
class _Copied(_Step):
    """A part as it is."""

    store: Path
    part: PartEntry
    change: int | None = None

    def write(self, path: Path) -> PartEntry:
        check_bytes(self.store, self.part)
        shutil.copyfile(parts_folder(self.store) / self.part.name, path)
        sync(path)
        change = self.part.change if self.change is None else self.change
        return replace(self.part, name=path.name, change=change)


@dataclass(frozen=True)
class _Shifted(_Step):
    """A part of the second store, whose row numbers begin behind those of the first."""

    store: Store
    part: PartEntry
    offset: int
    change: int
    voteless: Mapping[int, int]

    def write(self, path: Path) -> PartEntry:
        if self.part.kind == SAMPLES:
            return _Copied(self.store.path, self.part, self.change).write(path)
        writers = {
            COLUMNS: self._columns,
            MEASUREMENTS: self._measurements,
            REMOVALS: self._removals,
        }
        writers[self.part.kind](path)
        return replace(PartEntry.of(path, self.part.kind, 0), change=self.change)

    @property
    def _place(self) -> int:
        return self.store.head.parts.index(self.part)

    def _columns(self, path: Path) -> None:
        pieces = [one for one in self.store.arrays.all() if one.place == self._place]
        values = {one.name: one.values for one in pieces}
        moved = [self.voteless.get(row, row + self.offset) for row in pieces[0].rows.tolist()]
        write_columns_part(path, np.array(moved, dtype=np.int64), values)

    def _measurements(self, path: Path) -> None:
        count = self.store.visibility.count
        with (
            open_part(self.store.path, self.part) as file,
            reading_hdf5(part_path(file), StoreError),
        ):
            kinds: Sequence[str] = sorted(file["measurements"])
            read = [part_measurements(file, kind, count) for kind in kinds]
        moved = [
            Measurements(one.kind, one.method, one.columns, one.rows + self.offset, one.values)
            for one in read
            if one is not None
        ]
        write_measurements_part(path, moved)

    def _removals(self, path: Path) -> None:
        removal = self.store.removal_at(self._place)
        write_removal_part(path, replace(removal, rows=removal.rows + self.offset))


@dataclass(frozen=True)
class _Removed(_Step):
    """What the new store does not show of the two."""

    removal: Removal

    def write(self, path: Path) -> PartEntry:
        write_removal_part(path, self.removal)
        return PartEntry.of(path, REMOVALS, 0)
