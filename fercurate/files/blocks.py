"""Cutting rows into blocks whose decoded pictures fit in a bounded amount of memory."""

from collections.abc import Iterator
from contextlib import AbstractContextManager

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.manifest import Manifest
from fercurate.files.budget import ByteBudget

MAX_ROWS = 256
MAX_BYTES = 12 << 20
"""Bytes of decoded pictures that one worker holds at a time, unless one picture has more."""

_IN_FLIGHT = ByteBudget(192 << 20)
"""Bytes of decoded pictures that all workers of a process hold at a time."""


def picture_bytes(manifest: Manifest) -> NDArray[np.int64]:
    """Bytes (N,) that each stored picture fills at most once decoded: three channels.

    Where all are of one size, it is held once.
    """
    sizes = manifest.numbers("height")
    sizes *= manifest.numbers("width")
    sizes *= 3
    if len(sizes) and (sizes == sizes[0]).all():
        return np.broadcast_to(sizes[:1], sizes.shape)
    return sizes


def in_flight(rows: NDArray[np.int64], sizes: NDArray[np.int64]) -> AbstractContextManager[None]:
    """Wait until the pictures of rows (M,) fit beside those of other workers, and hold their place.

    ``sizes`` (N,) are bytes by row number. Photographs are so worked on two at a time, however
    many workers there are. Who is inside asks for no more.
    """
    return _IN_FLIGHT.held(int(sizes[rows].sum()))


def cut_rows(
    rows: NDArray[np.int64], sizes: NDArray[np.int64], most: int = MAX_ROWS
) -> Iterator[slice]:
    """Yield consecutive slices of rows (M,); ``sizes`` (N,) are bytes by row number.

    A slice holds at most ``most`` rows and ``MAX_BYTES``, and at least one row.
    """
    filled = np.cumsum(sizes[rows])
    start = 0
    while start < len(rows):
        before = int(filled[start - 1]) if start else 0
        end = int(np.searchsorted(filled, before + MAX_BYTES, side="right"))
        end = min(max(end, start + 1), start + most, len(rows))
        yield slice(start, end)
        start = end
