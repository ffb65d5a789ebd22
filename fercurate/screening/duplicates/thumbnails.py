"""Pictures at 32 x 32 pixels, gray: what duplicates are known by, and kept in the store."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray

from fercurate.screening.base import Gray, Values, View

THUMBNAIL = 32
"""Side of the pictures that are compared, in pixels."""

PIXELS = THUMBNAIL * THUMBNAIL

Small = NDArray[np.uint8]
"""Gray pictures (N, ``THUMBNAIL``, ``THUMBNAIL``) uint8."""

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
