"""Where stored pictures lie, and reading them."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.sample import Pixels
from fercurate.errors import StoreError
from fercurate.files.hdf5 import reading_hdf5
from fercurate.store.heads.head_format import PartEntry
from fercurate.store.layout import parts_folder
from fercurate.store.parts.integrity import check_bytes, open_part
from fercurate.store.parts.part_reader import part_path, part_pixel_ranges

Rows = NDArray[np.int64]
Sized = Callable[[int], tuple[int, int]]
"""Gives the height and width that the picture of a row must have."""


@dataclass(frozen=True)
class PixelRanges:
    """Where each sample's pixels lie: part number, byte offset and length, and array shape.

    All (N,) unsigned, as narrow as they can be. ``shapes[shape[i]]`` is empty for an encoded file.
    """

    part: NDArray[Any]
    offset: NDArray[Any]
    length: NDArray[Any]
    shape: NDArray[Any]
    shapes: tuple[tuple[int, ...], ...]


class StoredPictures:
    """The pictures of the N visible samples of a store; safe to use from several threads.

    ``parts`` are those with samples, ``visible`` (N,) the stored rows that are not removed (None:
    all), ``sized`` tells how large a picture must be, and ``named`` the id of a row.
    """

    def __init__(
        self,
        store: Path,
        parts: Sequence[PartEntry],
        visible: Rows | None,
        sized: Sized,
        named: Callable[[int], str],
    ) -> None:
        self._store = store
        self._parts = parts
        self._visible = visible
        self._sized = sized
        self._named = named
        self._descriptors: dict[int, int] = {}
        self._lock = Lock()

    def close(self) -> None:
        """Close the files that reading has opened."""
        for descriptor in self._descriptors.values():
            os.close(descriptor)
        self._descriptors.clear()

    @cached_property
    def ranges(self) -> PixelRanges:
        """Where the pixels of each sample lie."""
        shapes: dict[tuple[int, ...], int] = {}
        columns: list[tuple[NDArray[Any], ...]] = []
        for number, part in enumerate(self._parts):
            with (
                open_part(self._store, part) as file,
                reading_hdf5(part_path(file), StoreError),
            ):
                offset, length, shape = part_pixel_ranges(file, part.rows, shapes)
            ends = int((offset + length).max(initial=0))
            here = np.full(part.rows, number)
            narrow = _narrow(here), _narrow(offset, ends), _narrow(length), _narrow(shape)
            columns.append(narrow)
        joined: list[NDArray[Any]] = [np.empty(0, np.uint8)] * 4
        if columns:
            joined = [np.concatenate(arrays) for arrays in zip(*columns, strict=True)]
        if self._visible is not None:
            joined = [values[self._visible] for values in joined]
        place, offset, length, shape = joined
        return PixelRanges(place, offset, length, shape, tuple(shapes))

    def images(self, rows: Rows, longest: int = 0) -> list[Pixels]:
        """The pictures of rows (M,): (H, W) or (H, W, 3) uint8 each, read-only.

        Those that will be shown with at most ``longest`` pixels on their longer side (0: as they
        are) may come smaller, but at least twice as large.

        Raises:
            StoreError: a part is missing or cut short, or a stored file cannot be decoded.
        """
        with self._lock:
            _ = self.ranges  # found once, also when several threads ask first
        return [image for run in self._runs(rows) for image in self._read(run, longest)]

    def _runs(self, rows: Rows) -> list[Rows]:
        """Cut rows (M,) where their pixels do not lie end to end; files are read one by one."""
        ranges = self.ranges
        part, start, length = (c[rows] for c in (ranges.part, ranges.offset, ranges.length))
        shape = ranges.shape[rows]
        whole = np.array([bool(s) for s in ranges.shapes], dtype=bool)
        joined = (part[1:] == part[:-1]) & (start[1:] == start[:-1] + length[:-1])
        joined &= (shape[1:] == shape[:-1]) & whole[shape[1:]]
        return np.split(rows, np.flatnonzero(~joined) + 1) if len(rows) else []

    def _read(self, run: Rows, longest: int) -> list[Pixels]:
        """Read pictures that lie end to end in one part."""
        ranges, row = self.ranges, int(run[0])
        part, total = int(ranges.part[row]), int(ranges.length[run].sum())
        content = os.pread(self._descriptor(part), total, int(ranges.offset[row]))
        if len(content) != total:
            raise StoreError("a part ends early", where=self._parts[part].name)
        shape = ranges.shapes[int(ranges.shape[row])]
        if shape:
            return list(np.frombuffer(content, dtype=np.uint8).reshape(-1, *shape))
        return [self._decoded(row, content, longest)]

    def _decoded(self, row: int, content: bytes, longest: int) -> Pixels:
        from fercurate.files.pictures import decode  # noqa: PLC0415  # Pillow: not for counts

        listed = self._sized(row)
        try:
            pixels = decode.decode_first_frame(content, longest).pixels
        except ValueError as error:
            raise StoreError(str(error), where=self._named(row)) from None
        if not longest and pixels.shape[:2] != listed:
            sizes = "{}x{}, not {}x{}".format(*pixels.shape[:2], *listed)
            raise StoreError(f"a picture of {sizes}", where=self._named(row))
        return pixels

    def _descriptor(self, part: int) -> int:
        with self._lock:
            if part not in self._descriptors:
                entry = self._parts[part]
                check_bytes(self._store, entry)
                path = parts_folder(self._store) / entry.name
                self._descriptors[part] = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            return self._descriptors[part]


def _narrow(values: Rows, most: int = 0) -> NDArray[Any]:
    """Whole numbers (N,) in as few bytes as they, and a number up to ``most``, need."""
    return values.astype(np.min_scalar_type(max(int(values.max(initial=0)), most)))
