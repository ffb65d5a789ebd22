"""Pictures at 32 x 32 pixels, gray: what duplicates are known by, and kept in the store."""

import errno
import os
from collections.abc import Sequence
from dataclasses import dataclass
from mmap import ACCESS_READ, MADV_DONTNEED, mmap
from tempfile import TemporaryFile
from typing import ClassVar, Protocol
from weakref import finalize

import cv2
import numpy as np
from numpy.typing import NDArray

from fercurate.screening.base import Gray, Values, View

THUMBNAIL = 32
"""Side of the pictures that are compared, in pixels."""

PIXELS = THUMBNAIL * THUMBNAIL

Small = NDArray[np.uint8]
"""Gray pictures (N, ``THUMBNAIL``, ``THUMBNAIL``) uint8."""

Rows = NDArray[np.int64]

MOST_HELD = 65_536
"""Thumbnails of a larger table lie in a file."""

_AT_ONCE = 1024
"""Thumbnails that are read together from a file: each may bring sixteen pages into memory."""

_TOGETHER = 3
_COLUMNS = -(-PIXELS // _TOGETHER)
_WEIGHTS = np.array([1 << 16, 1 << 8, 1], dtype=np.int64)


def thumbnails(pictures: Sequence[Gray]) -> Small:
    """Gray pictures of any sizes (N of them) at one small size: (N, 32, 32) uint8."""
    small = np.empty((len(pictures), THUMBNAIL, THUMBNAIL), dtype=np.uint8)
    for position, picture in enumerate(pictures):
        size = (THUMBNAIL, THUMBNAIL)
        small[position] = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return small


@dataclass(frozen=True, slots=True)
class ThumbnailPixels:
    """The pixels of a picture's thumbnail, row by row, three a column: float32 holds 24 bits."""

    kind: ClassVar[str] = "thumbnail"
    method: ClassVar[str] = "area32-1"
    view: ClassVar[View] = "whole"
    columns: ClassVar[tuple[str, ...]] = tuple(f"pixels{number}" for number in range(_COLUMNS))

    def measure(self, pictures: Sequence[Gray]) -> Values:
        """Return (N, 342) float32, whole numbers 0..2**24-1; the first pixel has the highest."""
        pixels = np.zeros((len(pictures), _COLUMNS * _TOGETHER), dtype=np.int64)
        pixels[:, :PIXELS] = thumbnails(pictures).reshape(len(pictures), PIXELS)
        return (pixels.reshape(len(pictures), _COLUMNS, _TOGETHER) @ _WEIGHTS).astype(np.float32)


def unpacked_thumbnails(values: Values) -> Small:
    """The thumbnails (N, 32, 32) from what ``ThumbnailPixels`` measured (N, 342)."""
    small = np.empty((len(values), PIXELS), dtype=np.uint8)
    for start in range(0, len(values), _BLOCK):
        some = values[start : start + _BLOCK].astype(np.int64)
        pixels = (some[:, :, None] // _WEIGHTS) & 255
        small[start : start + _BLOCK] = pixels.reshape(len(some), _COLUMNS * _TOGETHER)[:, :PIXELS]
    return small.reshape(-1, THUMBNAIL, THUMBNAIL)


_BLOCK = 4096


class Thumbnails(Protocol):
    """N thumbnails, of which some are looked at: an array of them, or a way to them."""

    def __len__(self) -> int:
        """N, how many there are."""
        ...

    def __getitem__(self, rows: Rows | slice, /) -> Small:
        """Those at some rows (M,): (M, 32, 32) uint8."""
        ...


class ThumbnailFile:
    """N thumbnails in a file without a name, which may be set and looked at by row.

    Nothing of it stays in memory but the rows that were asked for.
    """

    def __init__(self, count: int) -> None:
        file = TemporaryFile()  # noqa: SIM115  # closed with the last that holds this
        file.truncate(count * PIXELS)
        finalize(self, file.close)
        self._descriptor = file.fileno()
        self._map = mmap(self._descriptor, count * PIXELS, access=ACCESS_READ)
        self._small = np.frombuffer(self._map, dtype=np.uint8).reshape(-1, THUMBNAIL, THUMBNAIL)

    def __len__(self) -> int:
        return len(self._small)

    def __getitem__(self, rows: Rows | slice, /) -> Small:
        rows = np.arange(len(self))[rows] if isinstance(rows, slice) else rows
        small = np.empty((len(rows), THUMBNAIL, THUMBNAIL), dtype=np.uint8)
        for start in range(0, len(rows), _AT_ONCE):
            small[start : start + _AT_ONCE] = self._small[rows[start : start + _AT_ONCE]]
            self._map.madvise(MADV_DONTNEED)  # what was read stays in the file
        return small

    def __setitem__(self, rows: Rows, small: Small, /) -> None:
        ends = [*(np.flatnonzero(np.diff(rows) != 1) + 1).tolist(), len(rows)]
        for start, stop in zip([0, *ends[:-1]], ends, strict=True):
            content = small[start:stop].tobytes()
            place = int(rows[start]) * PIXELS if content else 0
            if os.pwrite(self._descriptor, content, place) < len(content):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@dataclass(frozen=True, slots=True)
class SomeThumbnails:
    """Those of other thumbnails that stand at ``rows`` (M,)."""

    every: Thumbnails
    rows: Rows

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, rows: Rows | slice, /) -> Small:
        return self.every[self.rows[rows]]


def room_for(count: int) -> Small | ThumbnailFile:
    """Room for so many thumbnails, all of them black: in memory, or in a file where it is a lot."""
    if count <= MOST_HELD:
        return np.zeros((count, THUMBNAIL, THUMBNAIL), dtype=np.uint8)
    return ThumbnailFile(count)
