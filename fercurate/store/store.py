"""Reading a store: one committed state, unmoved by whatever is written to it meanwhile."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import h5py
import numpy as np
from numpy.typing import NDArray

from fercurate.domain.lineage import LineageEntry
from fercurate.domain.manifest import ARRAY_COLUMNS, Manifest
from fercurate.domain.measurement import Measured, Measurements
from fercurate.domain.sample import Pixels
from fercurate.errors import StoreError
from fercurate.files.hdf5 import reading_hdf5
from fercurate.files.nearby import otherwise_nearby
from fercurate.files.regular import real_path
from fercurate.store.heads.head import read_head, refuse_irregular
from fercurate.store.heads.head_format import Head, PartEntry
from fercurate.store.identity import store_digest
from fercurate.store.layout import MEASUREMENTS, REMOVALS, SAMPLES
from fercurate.store.parts.array_columns import StoredArrays
from fercurate.store.parts.integrity import check_all_bytes, open_part
from fercurate.store.parts.part_reader import (
    part_kinds,
    part_measured_row,
    part_measurements,
    part_path,
    part_rejects,
    part_removal,
)
from fercurate.store.parts.pixels import StoredPictures
from fercurate.store.parts.stored_columns import StoredColumns
from fercurate.store.removals import Removal, Visibility

Piece = TypeVar("Piece")


class Store(AbstractContextManager["Store"]):
    """One committed state of a store, open for reading.

    A change that is committed later is seen by the next ``Store.open`` only.
    """

    reopens: ClassVar[bool] = True
    """Whether opening its path again gives the same samples, in the same rows."""

    def __init__(self, path: Path, head: Head) -> None:
        self.path = path
        self.head = head

    @classmethod
    def open(cls, path: str | Path) -> "Store":
        """Open a store as it is now.

        Raises:
            StoreError: there is no store, or it is damaged or of a newer format.
        """
        path = Path(path)
        if not path.exists():
            raise StoreError(
                "no such store",
                where=str(path),
                fix=otherwise_nearby(path, f"Make one with: fercurate ingest PATH --store {path}"),
            )
        refuse_irregular(path)
        path = real_path(path)
        return cls(path, read_head(path))

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Store {self.path.name}: {len(self):,} samples>"

    def close(self) -> None:
        """Close the files that reading pixels has opened."""
        if "_pictures" in vars(self):
            self._pictures.close()

    @property
    def lineage(self) -> tuple[LineageEntry, ...]:
        """The changes that made this store, oldest first."""
        return self.head.lineage

    @property
    def _sample_parts(self) -> list[PartEntry]:
        return [part for part in self.head.parts if part.kind == SAMPLES]

    def _each(self, kind: str, read: Callable[[PartEntry, h5py.File], Piece]) -> Iterator[Piece]:
        """What ``read`` finds in each part of a kind; whatever it stumbles over is damage."""
        for part in self.head.parts:
            if part.kind == kind:
                with open_part(self.path, part) as file, reading_hdf5(part_path(file), StoreError):
                    found = read(part, file)
                yield found

    def verify(self) -> None:
        """Check every part against the SHA-256 that was recorded when it was written.

        What is read is checked in any case, when it is first read; this looks at everything before
        something is made of it.

        Raises:
            StoreError: a part is missing or holds other bytes.
        """
        check_all_bytes(self.path, self.head.parts)

    @cached_property
    def manifest(self) -> Manifest:
        """All samples in store order; removed ones are not among them."""
        columns = StoredColumns(self.path, self._sample_parts, self.visibility.stored)
        columns.check()
        return Manifest(columns)

    def array(self, name: str) -> NDArray[Any]:
        """Return an array column (N, ...) in store order (``domain.manifest.ARRAY_COLUMNS``).

        ``votes`` (N, 10) uint8, ``box`` (N, 4) float32, ``landmarks`` (N, 68, 2) float32; zero or
        NaN where a sample has none. Not to be written to: where none has any, it holds one value.
        """
        wanted = ARRAY_COLUMNS[name]
        missing = np.array(wanted.missing, dtype=wanted.dtype)
        values = np.broadcast_to(missing, (len(self), *wanted.shape))
        for rows, found in self.arrays.pieces(name):
            values = values if values.flags.writeable else values.copy()
            values[rows] = found
        return values

    @cached_property
    def arrays(self) -> StoredArrays:
        """The array columns as parts hold them."""
        return StoredArrays(self.path, self.head, self.visibility)

    def measured(self, kind: str, method: str) -> Measured | None:
        """Return what a method has measured of a kind in this store, or None if nothing."""
        merged: Measured | None = None
        for piece in self.measured_pieces(kind, method):
            if merged is None:
                values = np.full((len(self), len(piece.columns)), np.nan, dtype=np.float32)
                merged = Measured(piece.columns, values, np.zeros(len(self), dtype=bool))
            if piece.columns != merged.columns:
                raise StoreError(f"{kind}: other columns than before", where=str(self.path))
            merged.values[piece.rows], merged.known[piece.rows] = piece.values, True
        return merged

    def measured_pieces(self, kind: str, method: str) -> Iterator[Measurements]:
        """Yield what a method has measured of a kind, as it was stored; later ones replace."""
        stored = self.visibility.count
        parts = self._each(MEASUREMENTS, lambda _, file: part_measurements(file, kind, stored))
        for piece in parts:
            if piece is not None and piece.method == method:
                rows, seen = self.visibility.seen(piece.rows)
                yield replace(piece, rows=rows, values=piece.values[seen])

    def measured_row(self, row: int) -> dict[tuple[str, str], Measured]:
        """Return what was measured of one sample, by kind and method: values (1, K)."""
        stored = int(self.stored_rows(np.array([row]))[0])
        found: dict[tuple[str, str], Measured] = {}
        for one in self._each(MEASUREMENTS, lambda _, file: part_measured_row(file, stored)):
            for key, measured in one.items():
                found.pop(key, None)  # the one that was measured last comes last
                found[key] = measured
        return found

    def measured_kinds(self) -> list[tuple[str, str]]:
        """The kinds of measurements and their methods, in the order in which they were last made.

        A kind may stand there several times, by different methods.
        """
        return list(self._measured_kinds)

    @cached_property
    def _measured_kinds(self) -> list[tuple[str, str]]:
        parts = self._each(MEASUREMENTS, lambda _, file: part_kinds(file))
        made = [one for kinds in parts for one in kinds]
        return list(dict.fromkeys(reversed(made)))[::-1]

    @cached_property
    def votes(self) -> NDArray[np.uint8]:
        """FER+ votes (N, 10) uint8 in store order; all zero where a sample has none."""
        return self.array("votes")

    @cached_property
    def _placed_removals(self) -> list[tuple[int, Removal]]:
        """What was removed, each with the place of its part among all."""
        places = [n for n, part in enumerate(self.head.parts) if part.kind == REMOVALS]
        count = sum(part.rows for part in self._sample_parts)
        found = self._each(REMOVALS, lambda _, file: part_removal(file, count))
        return list(zip(places, found, strict=True))

    @property
    def removals(self) -> list[Removal]:
        """What was removed, change by change."""
        return [removal for _, removal in self._placed_removals]

    def removal_at(self, place: int) -> Removal:
        """What the part at a place of the head removed."""
        return dict(self._placed_removals)[place]

    def rejects_gone(self, place: int) -> set[str]:
        """Sources whose rejects in the part at a place of the head were removed."""
        later = [one for at, one in self._placed_removals if at > place]
        return {source for removal in later for source in removal.sources}

    @cached_property
    def visibility(self) -> Visibility:
        """Which stored rows are to be seen."""
        count = sum(part.rows for part in self._sample_parts)
        return Visibility.after(count, [removal for _, removal in self._placed_removals])

    @property
    def tombstones(self) -> frozenset[str]:
        """Digests of pictures that were removed, and that no ingest may store again."""
        return self.visibility.tombstones

    def stored_rows(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """The rows (M,) as parts count them: with those that were removed."""
        stored = self.visibility.stored
        return rows if stored is None else stored[rows]

    @cached_property
    def changes(self) -> NDArray[np.int64]:
        """Which change (N,) added each sample: its place in the lineage, -1 where not known."""
        parts = self._sample_parts
        numbers = np.repeat([part.change for part in parts], [part.rows for part in parts])
        stored = self.visibility.stored
        return (numbers if stored is None else numbers[stored]).astype(np.int64)

    def __len__(self) -> int:
        return len(self.visibility)

    def rejects(self) -> Iterator[tuple[str, str, int, str, str]]:
        """Yield (source, origin, line, code, message) of everything that could not be ingested."""
        places = [place for place, part in enumerate(self.head.parts) if part.kind == SAMPLES]
        read = self._each(SAMPLES, lambda _, file: part_rejects(file))
        for place, rejects in zip(places, read, strict=True):
            gone = self.rejects_gone(place)
            yield from (one for one in rejects if one[0] not in gone)

    def reject_counts(self) -> dict[str, dict[str, int]]:
        """Count the rejects by source and code."""
        counts = Counter((source, code) for source, _, _, code, _ in self.rejects())
        table: dict[str, dict[str, int]] = {}
        for (source, code), count in sorted(counts.items()):
            table.setdefault(source, {})[code] = count
        return table

    def digest(self) -> str:
        """SHA-256 (hex) over everything that the store says of its samples, in store order.

        Pixels count through their digests; where a sample was read from does not count, nor does
        what was removed, or replaced by a later value.
        """
        return store_digest(self.manifest, self.arrays.lasting_pieces)

    def has_digest(self, digest: str) -> bool:
        """Whether a digest is that of this store, by this version or by an earlier one.

        Earlier ones counted values that a later one had replaced.
        """
        return digest in {self.digest(), store_digest(self.manifest, self.arrays.pieces)}

    @cached_property
    def _pictures(self) -> StoredPictures:
        return StoredPictures(
            self.path, self._sample_parts, self.visibility.stored, self._sized, self._named
        )

    def _sized(self, row: int) -> tuple[int, int]:
        columns, rows = self.manifest.columns, np.array([row])
        return int(columns.at("height", rows)[0]), int(columns.at("width", rows)[0])

    def _named(self, row: int) -> str:
        return str(self.manifest.take(np.array([row])).text("id")[0])

    @property
    def picture_bytes(self) -> NDArray[np.int64]:
        """Bytes (N,) that each sample's picture fills in the store."""
        return self._pictures.ranges.length

    def images(self, rows: Iterable[int], longest: int = 0) -> list[Pixels]:
        """Return the pictures of manifest rows: (H, W) or (H, W, 3) uint8 each, read-only.

        Those that will be shown with at most ``longest`` pixels on their longer side (0: as they
        are) may come smaller, but at least twice as large.

        Raises:
            StoreError: a part is missing or cut short, or a stored file cannot be decoded.
        """
        return self._pictures.images(np.fromiter(rows, np.int64), longest)
