"""Merging: the parts of two stores as those of a new one, copied as they are where they can be."""

import shutil
from collections.abc import Iterator, Sequence, Set
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
from fercurate.store.parts.part_copy import RowsKept, copy_samples_part
from fercurate.store.parts.part_reader import part_measurements, part_path, part_rejects
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

    Samples with one id and one content are kept once, with what either store has measured of them;
    pictures that either store removed for good stay removed.
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
        return MergedRows(len(self.first), len(self.second), len(self._pairs[1]), removed)

    @cached_property
    def _pairs(self) -> tuple[Rows, Rows]:
        """The rows of the first and of the second store that hold the samples of both.

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
        return mine, theirs

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
        rows = _forgotten(self.second, self.first)
        return np.setdiff1d(rows, self._pairs[1])

    @cached_property
    def _withdrawn(self) -> Rows:
        """Rows of the first store whose pictures the second one has removed for good."""
        rows = _forgotten(self.first, self.second)
        return np.setdiff1d(rows, self._pairs[0])

    def _steps(self) -> Iterator["_Step"]:
        """The parts of the first store as they are, then those of the second; last, removals."""
        first, second = self.first, self.second
        for part in first.head.parts:
            yield _Copied(first.path, part)
        stored, entries = first.visibility.count, len(first.lineage)
        known = {reject[:4] for reject in first.rejects()}
        mine, theirs = self._pairs
        moved_rows = np.arange(second.visibility.count) + stored
        moved_rows[second.stored_rows(theirs)] = first.stored_rows(mine)
        for place, part in enumerate(second.head.parts):
            moved = part.change + entries if part.change >= 0 else -1
            yield _Shifted(second, part, (stored, place, moved_rows), moved, known)
        lacking = ~first.votes[mine].any(axis=1)
        votes = second.votes[theirs[lacking]]
        if votes.any():
            yield _Votes(first.stored_rows(mine[lacking]), votes)
        hidden = np.sort(np.concatenate([theirs, self._refused]))
        rows = np.concatenate(
            [second.stored_rows(hidden) + stored, first.stored_rows(self._withdrawn)]
        )
        if len(rows) or second.tombstones:
            yield _Removed(Removal(rows, tuple(sorted(second.tombstones))))


def _forgotten(store: Store, other: Store) -> Rows:
    """Rows of a store whose pictures another one has removed for good."""
    gone, digests = other.tombstones, store.manifest.text("digest")
    return np.flatnonzero(np.array([one in gone for one in digests], dtype=bool))


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
    """A part of the second store, at a ``place`` in its head.

    Row numbers begin behind those of the first store; but measurements of samples that both have
    go to the rows of the first one. Rejects that it has (``known``), or that were removed, are left
    out.
    """

    store: Store
    part: PartEntry
    begin: tuple[int, int, Rows]
    change: int
    known: Set[tuple[str, str, int, str]]

    @property
    def _offset(self) -> int:
        return self.begin[0]

    @property
    def _place(self) -> int:
        return self.begin[1]

    def write(self, path: Path) -> PartEntry:
        if self.part.kind == SAMPLES:
            return self._samples(path)
        writers = {
            COLUMNS: self._columns,
            MEASUREMENTS: self._measurements,
            REMOVALS: self._removals,
        }
        writers[self.part.kind](path)
        return replace(PartEntry.of(path, self.part.kind, 0), change=self.change)

    def _samples(self, path: Path) -> PartEntry:
        gone = self.store.rejects_gone(self._place)
        with (
            open_part(self.store.path, self.part) as file,
            reading_hdf5(part_path(file), StoreError),
        ):
            stays = np.array(
                [one[0] not in gone and one[:4] not in self.known for one in part_rejects(file)],
                dtype=bool,
            )
            if stays.all():
                return _Copied(self.store.path, self.part, self.change).write(path)
            check_bytes(self.store.path, self.part)
            rows = np.arange(self.part.rows)
            pixels = copy_samples_part(file, path, RowsKept(rows, stays))
        return replace(PartEntry.of(path, SAMPLES, len(rows), pixels), change=self.change)

    def _columns(self, path: Path) -> None:
        pieces = [one for one in self.store.arrays.all() if one.place == self._place]
        values = {one.name: one.values for one in pieces}
        write_columns_part(path, pieces[0].rows + self._offset, values)

    def _measurements(self, path: Path) -> None:
        count = self.store.visibility.count
        with (
            open_part(self.store.path, self.part) as file,
            reading_hdf5(part_path(file), StoreError),
        ):
            kinds: Sequence[str] = sorted(file["measurements"])
            read = [part_measurements(file, kind, count) for kind in kinds]
        moved = [
            Measurements(one.kind, one.method, one.columns, self.begin[2][one.rows], one.values)
            for one in read
            if one is not None
        ]
        write_measurements_part(path, moved)

    def _removals(self, path: Path) -> None:
        removal = self.store.removal_at(self._place)
        moved = Removal(removal.rows + self._offset, removal.tombstones)
        write_removal_part(path, moved)


@dataclass(frozen=True)
class _Removed(_Step):
    """What the new store does not show of the two."""

    removal: Removal

    def write(self, path: Path) -> PartEntry:
        write_removal_part(path, self.removal)
        return PartEntry.of(path, REMOVALS, 0)


@dataclass(frozen=True)
class _Votes(_Step):
    """Votes of the second store on samples that both have, and the first has none on."""

    rows: Rows
    votes: NDArray[np.uint8]

    def write(self, path: Path) -> PartEntry:
        write_columns_part(path, self.rows, {"votes": self.votes})
        return PartEntry.of(path, COLUMNS, 0)
