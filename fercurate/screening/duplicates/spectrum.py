"""Reduced vectors of pictures: few numbers that bound, or resemble, how far pictures correlate.

A picture's lowest frequencies (an orthonormal DCT of the centered 32 x 32 pixels, of length one)
hold most of it. The sum of products of two such vectors and the product of what each leaves out
is an upper bound of the correlation: a pair whose bound is too low needs no look at its pixels.
Sums are of whole numbers in float64, so a vector is the same in any company, on any machine.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from fercurate.screening.duplicates.thumbnails import PIXELS, THUMBNAIL, Small, Thumbnails

Vectors = NDArray[np.float32]
Operator = NDArray[np.float64]
"""What makes K numbers of a thumbnail's pixels: (K, 1024), whole numbers."""

KEPT = 32
SCALE = float(1 << 14)
"""What an operator's numbers are multiplied by before they are rounded to whole ones."""

_BLOCK = 4096


def cosines(size: int = THUMBNAIL) -> NDArray[np.float64]:
    """The orthonormal DCT-II (size, size): frequency by place."""
    frequency, place = np.arange(size)[:, None], np.arange(size) + 0.5
    table = np.cos(np.pi * frequency * place / size) * np.sqrt(2 / size)
    table[0] /= np.sqrt(2)
    return np.asarray(table)


def low_frequencies(most: float) -> NDArray[np.int64]:
    """Frequencies (K, 2) of rows and columns, from the lowest to those of length ``most``."""
    vertical, horizontal = np.mgrid[:THUMBNAIL, :THUMBNAIL].reshape(2, -1)
    length = vertical**2 + horizontal**2
    order = np.lexsort((vertical, length))
    order = order[(length[order] > 0) & (length[order] <= most**2)]
    return np.stack([vertical[order], horizontal[order]], axis=1)


def dct_operator(frequencies: NDArray[np.int64]) -> NDArray[np.float64]:
    """Rows (K, 1024) that give these frequencies (K, 2) of a thumbnail's pixels."""
    table = cosines()
    rows, columns = table[frequencies[:, 0]], table[frequencies[:, 1]]
    return np.asarray((rows[:, :, None] * columns[:, None, :]).reshape(len(frequencies), -1))


def whole_numbers(operator: NDArray[np.float64]) -> Operator:
    """An operator (K, 1024) as whole numbers: sums with pixels are then exact in float64."""
    return np.rint(operator * SCALE)


def coefficients(small: Thumbnails, operator: Operator) -> NDArray[np.float64]:
    """What an operator makes of thumbnails (N, 32, 32) that are centered, of length 1: (N, K).

    Flat pictures give zeros. Operators need no care for the mean: it is taken off.
    """
    made = np.empty((len(small), len(operator)), dtype=np.float64)
    for start in range(0, len(small), _BLOCK):
        made[start : start + _BLOCK] = _of_block(small[start : start + _BLOCK], operator)
    return made


def _of_block(small: Small, operator: Operator) -> NDArray[np.float64]:
    pixels = small.reshape(-1, PIXELS).astype(np.float64)
    total = pixels.sum(axis=1)
    spread = PIXELS * (pixels * pixels).sum(axis=1) - total**2
    size = np.sqrt(spread / PIXELS) * SCALE
    centered = PIXELS * (pixels @ operator.T) - total[:, None] * operator.sum(axis=1)
    divisor = np.where(spread > 0, size * PIXELS, 1.0)[:, None]
    return np.asarray(np.where(spread[:, None] > 0, centered / divisor, 0.0))


def bounding_vectors(small: Thumbnails, rows: NDArray[np.int64] | None = None) -> Vectors:
    """Vectors (M, 33) of thumbnails at rows (M,), or all: their products bound the correlations.

    The bound holds up to rounding.
    """
    count = len(small) if rows is None else len(rows)
    vectors = np.empty((count, KEPT + 1), dtype=np.float32)
    for start in range(0, count, _BLOCK):
        block = slice(start, start + _BLOCK)
        kept = _of_block(small[block if rows is None else rows[block]], _kept_operator())
        left_out = np.sqrt(np.clip(1.0 - (kept * kept).sum(axis=1), 0.0, 1.0))
        left_out[~kept.any(axis=1)] = 0.0
        vectors[block, :KEPT], vectors[block, KEPT] = kept, left_out
    return vectors


@lru_cache(maxsize=1)
def _kept_operator() -> Operator:
    return whole_numbers(dct_operator(low_frequencies(THUMBNAIL)[:KEPT]))
