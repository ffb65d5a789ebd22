"""Compacting: parts without what was removed, replaced or superseded, each written only if it must.

Positions of samples do not change for a reader: removed ones were not seen before, either.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.measurement import Measurements
from fercurate.errors import StoreError
from fercurate.files.hdf5 import reading_hdf5
from fercurate.store.heads.head_format import PartEntry
from fercurate.store.layout import COLUMNS, MEASUREMENTS, REMOVALS, SAMPLES
from fercurate.store.parts.integrity import open_part
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
IsCurrent = Callable[[str, str], bool]
"""Whether measurements of a kind by a method may still be asked for."""

Step = Callable[[Path], PartEntry] | PartEntry | None
"""What becomes of a part: written anew by a function, kept as it is, or dropped."""


@dataclass(frozen=True)
class Compaction:
    """What a compaction did: parts before and after, bytes saved, and what it dropped.

    ``samples`` are removed ones whose pictures are gone now, ``measurements`` the kinds and methods
    that nothing asks for any more.
    """

    parts_before: int
    parts_after: int
    bytes_before: int
    bytes_after: int
    samples: int
    measurements: tuple[str, ...]
    written: int
    parts: tuple[PartEntry, ...] = field(repr=False, default=())

    @property
    def saved(self) -> int:
        """Bytes that the store is smaller."""
        return self.bytes_before - self.bytes_after


@dataclass
class Compactor:
    """Writes what a store needs anew, part by part; ``run`` may be interrupted and run again."""

    change: StagedChange
    is_current: IsCurrent
    dropped: list[str] = field(default_factory=list)

    def run(self) -> Compaction:
        """Stage the parts that must be written; an interrupted run goes on where it stopped."""
        before, staged = self.change.committed.parts, list(self.change.staged)
        parts: list[PartEntry] = []
        written = 0
        with Store(self.change.path, self.change.committed) as store:
            for step in self._steps(store):
                if isinstance(step, PartEntry):
                    parts.append(step)
                elif step is not None:
                    if written == len(staged):
                        self.change.stage(step(self.change.next_part()))
                        staged.append(self.change.staged[-1])
                    parts.append(staged[written])
                    written += 1
            visibility = store.visibility
        if not written and len(parts) == len(before):
            parts = list(before)
        return Compaction(
            parts_before=len(before),
            parts_after=len(parts),
            bytes_before=sum(part.size for part in before),
            bytes_after=sum(part.size for part in parts),
            samples=visibility.count - len(visibility),
            measurements=tuple(dict.fromkeys(self.dropped)),
            written=written,
            parts=tuple(parts),
        )

    def _steps(self, store: Store) -> Iterator[Step]:
        """What becomes of each part, in their order; last the tombstones of all."""
        rows = _RowNumbers(store)
        start = 0
        for place, part in enumerate(store.head.parts):
            if part.kind == SAMPLES:
                yield self._samples(rows, part, (place, start))
                start += part.rows
            elif part.kind == COLUMNS:
                yield self._columns(rows, part, place)
            elif part.kind == MEASUREMENTS:
                yield self._measurements(rows, part, place)
        yield self._tombstones(store)

    def _samples(self, numbers: "_RowNumbers", part: PartEntry, at: tuple[int, int]) -> Step:
        place, start = at
        rows = np.flatnonzero(numbers.alive[start : start + part.rows])
        gone = numbers.store.rejects_gone(place)
        with open_part(numbers.path, part) as file, reading_hdf5(part_path(file), StoreError):
            sources = [reject[0] for reject in part_rejects(file)]
        stays = np.array([source not in gone for source in sources], dtype=bool)
        if len(rows) == part.rows and stays.all():
            return part
        if not len(rows) and not stays.any():
            return None

        def write(path: Path) -> PartEntry:
            with open_part(numbers.path, part) as file, reading_hdf5(part_path(file), StoreError):
                pixels = copy_samples_part(file, path, RowsKept(rows, stays))
            return replace(PartEntry.of(path, SAMPLES, len(rows), pixels), change=part.change)

        return write

    def _columns(self, numbers: "_RowNumbers", part: PartEntry, place: int) -> Step:
        pieces = numbers.arrays[place]
        kept = {name: numbers.lasting(name, place, rows) for name, (rows, _) in pieces.items()}
        if all(mask.all() for mask in kept.values()) and numbers.unmoved:
            return part
        mask = np.any(list(kept.values()), axis=0)
        if not mask.any():
            return None
        rows = next(iter(pieces.values()))[0][mask]

        def write(path: Path) -> PartEntry:
            values = {name: found[mask] for name, (_, found) in pieces.items()}
            write_columns_part(path, numbers.after[rows], values)
            return replace(PartEntry.of(path, COLUMNS, 0), change=part.change)

        return write

    def _measurements(self, numbers: "_RowNumbers", part: PartEntry, place: int) -> Step:
        found = numbers.measurements[place]
        kept: list[Measurements] = []
        for one in found:
            if not self.is_current(one.kind, one.method):
                self.dropped.append(f"{one.kind} by {one.method}")
                continue
            mask = numbers.lasting((one.kind, one.method), place, one.rows)
            rows = numbers.after[one.rows[mask]]
            if len(rows):
                kept.append(Measurements(one.kind, one.method, one.columns, rows, one.values[mask]))
        if numbers.unmoved and sum(len(x.rows) for x in kept) == sum(len(x.rows) for x in found):
            return part
        if not kept:
            return None

        def write(path: Path) -> PartEntry:
            write_measurements_part(path, kept)
            return replace(PartEntry.of(path, MEASUREMENTS, 0), change=part.change)

        return write

    def _tombstones(self, store: Store) -> Step:
        """One part with the tombstones of all; nothing where there are none."""
        parts = [part for part in store.head.parts if part.kind == REMOVALS]
        removals = store.removals
        bare = all(not len(one.rows) and not one.sources for one in removals)
        if not store.tombstones:
            return None
        if len(parts) == 1 and bare:
            return parts[0]

        def write(path: Path) -> PartEntry:
            write_removal_part(
                path, Removal(np.empty(0, np.int64), tuple(sorted(store.tombstones)))
            )
            return replace(PartEntry.of(path, REMOVALS, 0), change=parts[-1].change)

        return write


Key = str | tuple[str, str]
"""An array column, or a kind and a method of measurements."""


@dataclass(frozen=True)
class _RowNumbers:
    """Stored rows before a compaction: which stay, what they become, and whose value lasts."""

    store: Store

    @property
    def path(self) -> Path:
        return self.store.path

    @cached_property
    def alive(self) -> NDArray[np.bool_]:
        visibility = self.store.visibility
        if visibility.alive is None:
            return np.ones(visibility.count, dtype=bool)
        return visibility.alive

    @property
    def unmoved(self) -> bool:
        """Whether every row keeps its number."""
        return self.store.visibility.alive is None

    @cached_property
    def after(self) -> Rows:
        """The number (N,) of each stored row afterwards, if it stays."""
        return np.cumsum(self.alive) - 1

    @cached_property
    def arrays(self) -> dict[int, dict[str, tuple[Rows, Any]]]:
        """Stored rows and values of array columns, by the place of the part that gives them."""
        found: dict[int, dict[str, tuple[Rows, Any]]] = {}
        for one in self.store.arrays.all():
            found.setdefault(one.place, {})[one.name] = (one.rows, one.values)
        return found

    @cached_property
    def measurements(self) -> dict[int, list[Measurements]]:
        """Measurements of stored rows, by the place of their part."""
        found: dict[int, list[Measurements]] = {}
        for place, part in enumerate(self.store.head.parts):
            if part.kind != MEASUREMENTS:
                continue
            with open_part(self.path, part) as file, reading_hdf5(part_path(file), StoreError):
                kinds = sorted(file["measurements"])
                read = [part_measurements(file, kind, len(self.alive)) for kind in kinds]
                found[place] = [one for one in read if one is not None]
        return found

    @cached_property
    def _last(self) -> dict[Key, Rows]:
        """The place of the part (N,) whose value holds, by what it is a value of."""
        last: dict[Key, Rows] = {}
        pieces: list[tuple[int, Key, Rows]] = [
            (place, name, rows)
            for place, arrays in self.arrays.items()
            for name, (rows, _) in arrays.items()
        ]
        pieces += [
            (place, (one.kind, one.method), one.rows)
            for place, found in self.measurements.items()
            for one in found
        ]
        for place, key, rows in sorted(pieces, key=lambda piece: piece[0]):
            last.setdefault(key, np.full(len(self.alive), -1))[rows] = place
        return last

    def lasting(self, key: Key, place: int, rows: Rows) -> NDArray[np.bool_]:
        """Mask (M,) of rows that stay and whose value by the part at ``place`` holds."""
        return np.asarray(self.alive[rows] & (self._last[key][rows] == place))
