"""Cutting rows into blocks whose decoded pictures fit in a bounded amount of memory."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.manifest import Manifest

MAX_ROWS = 256
MAX_BYTES = 12 << 20
"""Bytes of decoded pictures that one worker holds at a time."""


def picture_bytes(manifest: Manifest) -> NDArray[np.int64]:
    """Bytes (N,) that each stored picture fills at most once decoded: three channels."""
    return manifest.numbers("height") * manifest.numbers("width") * 3


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
