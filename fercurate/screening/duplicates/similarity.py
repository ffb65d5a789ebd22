"""When two pictures with near hashes are near duplicates."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from fercurate.screening.base import Gray

MAX_DISTANCE = 2
MIN_CORRELATION = 0.95
"""A pair of near hashes counts as near duplicates from this pixel correlation on.

On FER-2013 most pairs at distance 2 are duplicates; at 10, the usual default, few are."""

THUMBNAIL = 32
"""Side of the pictures that are compared, in pixels."""

_FLAT = 1.0


def thumbnails(pictures: Sequence[Gray]) -> NDArray[np.uint8]:
    """Gray pictures of any sizes (N of them) at one small size: (N, 32, 32) uint8."""
    small = np.empty((len(pictures), THUMBNAIL, THUMBNAIL), dtype=np.uint8)
    for position, picture in enumerate(pictures):
        size = (THUMBNAIL, THUMBNAIL)
        small[position] = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return small


def similar(left: NDArray[np.uint8], right: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Whether pictures (P, H, W) are near duplicates, pair by pair (P,).

    Their pixel correlation is at least ``MIN_CORRELATION``; two flat pictures, for which it is
    not defined, need nearly equal gray.
    """
    a, b = (side.reshape(len(side), -1).astype(np.float32) for side in (left, right))
    mean_a, mean_b = a.mean(axis=1), b.mean(axis=1)
    a, b = a - mean_a[:, None], b - mean_b[:, None]
    size = np.sqrt((a * a).mean(axis=1)), np.sqrt((b * b).mean(axis=1))
    flat = (size[0] < _FLAT) | (size[1] < _FLAT)
    correlation = (a * b).mean(axis=1) / np.where(flat, 1.0, size[0] * size[1])
    both_flat = (size[0] < _FLAT) & (size[1] < _FLAT) & (np.abs(mean_a - mean_b) < 2 * _FLAT)
    return np.asarray(np.where(flat, both_flat, correlation >= MIN_CORRELATION))
