"""Reading a store: one committed state, unmoved by whatever is written to it meanwhile."""

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

import h5py
import numpy as np
from numpy.typing import NDArray

from fercurate.domain.lineage import LineageEntry
from fercurate.domain.manifest import ARRAY_COLUMNS, TEXT_COLUMNS, Manifest
from fercurate.domain.measurement import Measured
from fercurate.domain.sample import Pixels
from fercurate.errors import StoreError
from fercurate.files.hdf5 import reading_hdf5
from fercurate.files.regular import real_path
from fercurate.store.head import read_head, refuse_irregular
from fercurate.store.head_format import Head, PartEntry
from fercurate.store.integrity import check_all_bytes, check_bytes, open_part
from fercurate.store.layout import COLUMNS, MEASUREMENTS, SAMPLES, parts_folder
from fercurate.store.part_reader import (
    later_array,
    own_array,
    part_kinds,
    part_manifest,
    part_measurements,
    part_path,
    part_pixel_ranges,
    part_rejects,
)

Piece = TypeVar("Piece")


@dataclass(frozen=True)
class _PixelRanges:
    """Where each sample's pixels lie: part number, byte offset and length, and array shape.

    ``shapes[shape[i]]`` is empty for an encoded file.
    """

    part: NDArray[np.int64]
    offset: NDArray[np.int64]
    length: NDArray[np.int64]
    shape: NDArray[np.int64]
    shapes: tuple[tuple[int, ...], ...]


class Store(AbstractContextManager["Store"]):
    """One committed state of a store, open for reading.

    A change that is committed later is seen by the next ``Store.open`` only.
    """

    def __init__(self, path: Path, head: Head) -> None:
        self.path = path
        self.head = head
        self._descriptors: dict[int, int] = {}
        self._lock = Lock()

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
                fix=f"Make one with: fercurate ingest PATH --store {path}",
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
        for descriptor in self._descriptors.values():
            os.close(descriptor)
        self._descriptors.clear()

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
        """All samples in store order."""
        parts = self._each(SAMPLES, lambda part, file: part_manifest(file, part.rows))
        manifest = Manifest.join(list(parts))
        if len(np.unique(manifest.encoded("id"))) != len(manifest):
            raise StoreError("an id stands there twice", where=str(self.path))
        return manifest

    def array(self, name: str) -> NDArray[Any]:
        """Return an array column (N, ...) in store order (``domain.manifest.ARRAY_COLUMNS``).

        ``votes`` (N, 10) uint8, ``box`` (N, 4) float32, ``landmarks`` (N, 68, 2) float32; zero or
        NaN where a sample has none.
        """
        wanted = ARRAY_COLUMNS[name]
        values = np.full((self._count, *wanted.shape), wanted.missing, dtype=wanted.dtype)
        for rows, found in self._array_pieces(name):
            values[rows] = found
        return values

    def _array_pieces(self, name: str) -> Iterator[tuple[NDArray[np.int64], NDArray[Any]]]:
        """Rows of the store and their values, part by part; later pieces replace earlier ones."""
        start = 0
        own = self._each(SAMPLES, lambda part, file: (part.rows, own_array(file, name, part.rows)))
        for count, found in own:
            if found is not None:
                yield start + found[0], found[1]
            start += count
        for later in self._each(COLUMNS, lambda _, file: later_array(file, name, self._count)):
            if later is not None:
                yield later

    def measured(self, kind: str, method: str) -> Measured | None:
        """Return what a method has measured of a kind in this store, or None if nothing."""
        merged: Measured | None = None
        count = self._count
        parts = self._each(MEASUREMENTS, lambda _, file: part_measurements(file, kind, count))
        for piece in parts:
            if piece is None or piece.method != method:
                continue
            if merged is None:
                values = np.full((count, len(piece.columns)), np.nan, dtype=np.float32)
                merged = Measured(piece.columns, values, np.zeros(count, dtype=bool))
            if piece.columns != merged.columns:
                raise StoreError(f"{kind}: other columns than before", where=str(self.path))
            merged.values[piece.rows], merged.known[piece.rows] = piece.values, True
        return merged

    def measured_kinds(self) -> list[tuple[str, str]]:
        """The kinds of measurements and their methods, in the order in which they were first made.

        A kind may stand there several times, by different methods.
        """
        parts = self._each(MEASUREMENTS, lambda _, file: part_kinds(file))
        return list(dict.fromkeys(one for found in parts for one in found))

    @cached_property
    def votes(self) -> NDArray[np.uint8]:
        """FER+ votes (N, 10) uint8 in store order; all zero where a sample has none."""
        return self.array("votes")

    @property
    def _count(self) -> int:
        return sum(part.rows for part in self._sample_parts)

    def __len__(self) -> int:
        return self._count

    def rejects(self) -> Iterator[tuple[str, str, int, str, str]]:
        """Yield (source, origin, line, code, message) of everything that could not be ingested."""
        for rejects in self._each(SAMPLES, lambda _, file: part_rejects(file)):
            yield from rejects

    def reject_counts(self) -> dict[str, dict[str, int]]:
        """Count the rejects by source and code."""
        counts = Counter((source, code) for source, _, _, code, _ in self.rejects())
        table: dict[str, dict[str, int]] = {}
        for (source, code), count in sorted(counts.items()):
            table.setdefault(source, {})[code] = count
        return table

    def digest(self) -> str:
        """SHA-256 (hex) over everything that the store says of its samples, in store order.

        Pixels count through their digests; where a sample was read from does not count.
        """
        hasher = hashlib.sha256()
        for name in TEXT_COLUMNS:
            if name != "origin":
                for value in self.manifest.encoded(name):
                    hasher.update(value + b"\n")
                hasher.update(b"\0")
        for name in ("frame", "valence", "arousal"):
            hasher.update(np.ascontiguousarray(self.manifest.columns[name]).data)
        for name in ARRAY_COLUMNS:
            for rows, values in self._array_pieces(name):
                hasher.update(np.ascontiguousarray(rows).data)
                hasher.update(np.ascontiguousarray(values).data)
        return hasher.hexdigest()

    def has_digest(self, digest: str) -> bool:
        """Whether a digest, of this version or an earlier one, is that of this store."""
        return digest == self.digest()

    @cached_property
    def _pixel_ranges(self) -> _PixelRanges:
        shapes: dict[tuple[int, ...], int] = {}
        columns: list[tuple[NDArray[np.int64], ...]] = []
        numbers = iter(range(len(self._sample_parts)))
        columns += self._each(
            SAMPLES, lambda part, file: part_pixel_ranges(file, part.rows, next(numbers), shapes)
        )
        part, offset, length, shape = (
            np.concatenate(arrays) if columns else np.empty(0, np.int64)
            for arrays in (zip(*columns, strict=True) if columns else [()] * 4)
        )
        return _PixelRanges(part, offset, length, shape, tuple(shapes))

    def images(self, rows: Iterable[int], longest: int = 0) -> list[Pixels]:
        """Return the pictures of manifest rows: (H, W) or (H, W, 3) uint8 each, read-only.

        Those that will be shown with at most ``longest`` pixels on their longer side (0: as they
        are) may come smaller, but at least twice as large.

        Raises:
            StoreError: a part is missing or cut short, or a stored file cannot be decoded.
        """
        rows = np.fromiter(rows, np.int64)
        with self._lock:
            _ = self._pixel_ranges  # found once, also when several threads ask first
        return [image for run in self._runs(rows) for image in self._read(run, longest)]

    def _runs(self, rows: NDArray[np.int64]) -> list[NDArray[np.int64]]:
        """Cut rows (M,) where their pixels do not lie end to end; files are read one by one."""
        ranges = self._pixel_ranges
        part, start, length = (c[rows] for c in (ranges.part, ranges.offset, ranges.length))
        shape = ranges.shape[rows]
        whole = np.array([bool(s) for s in ranges.shapes], dtype=bool)
        joined = (part[1:] == part[:-1]) & (start[1:] == start[:-1] + length[:-1])
        joined &= (shape[1:] == shape[:-1]) & whole[shape[1:]]
        return np.split(rows, np.flatnonzero(~joined) + 1) if len(rows) else []

    def _read(self, run: NDArray[np.int64], longest: int) -> list[Pixels]:
        """Read pictures that lie end to end in one part."""
        ranges, row = self._pixel_ranges, int(run[0])
        part, total = int(ranges.part[row]), int(ranges.length[run].sum())
        content = os.pread(self._descriptor(part), total, int(ranges.offset[row]))
        if len(content) != total:
            raise StoreError("a part ends early", where=self._sample_parts[part].name)
        shape = ranges.shapes[int(ranges.shape[row])]
        if shape:
            return list(np.frombuffer(content, dtype=np.uint8).reshape(-1, *shape))
        return [self._decoded(row, content, longest)]

    def _decoded(self, row: int, content: bytes, longest: int) -> Pixels:
        from fercurate.files.pictures import decode  # noqa: PLC0415  # Pillow: not for counts

        try:
            pixels = decode.decode_first_frame(content, longest).pixels
        except ValueError as error:
            raise StoreError(str(error), where=self.manifest.text("id")[row]) from None
        listed = tuple(int(self.manifest.numbers(name)[row]) for name in ("height", "width"))
        if not longest and pixels.shape[:2] != listed:
            sizes = "{}x{}, not {}x{}".format(*pixels.shape[:2], *listed)
            raise StoreError(f"a picture of {sizes}", where=self.manifest.text("id")[row])
        return pixels

    def _descriptor(self, part: int) -> int:
        with self._lock:
            if part not in self._descriptors:
                entry = self._sample_parts[part]
                check_bytes(self.path, entry)
                path = parts_folder(self.path) / entry.name
                self._descriptors[part] = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            return self._descriptors[part]
