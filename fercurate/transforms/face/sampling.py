"""Sampling a picture at any places, in fixed point and without aliasing."""

from dataclasses import dataclass
from math import ceil
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from fercurate.domain.sample import Pixels
from fercurate.transforms.geometry import Resize

_SLACK = 0.125
"""So much coarser than the picture a sampling may be before it is made finer."""

_LONGEST = 32_000
"""OpenCV's fixed-point places are of 16 bits."""

_STEPS = 32
"""Places are rounded to 1/32 pixel, as in OpenCV."""


@dataclass(frozen=True, slots=True)
class Density:
    """How to sample a picture of which ``scale`` pixels fall on one pixel of the result.

    It is first shrunk by a whole number, ``reduction``, by area, until at most two pixels
    fall on one; then ``samples`` x ``samples`` places of every pixel of the result are averaged.
    """

    reduction: int
    samples: int

    @classmethod
    def of(cls, scale: float) -> Self:
        """The density for a scale above 0; up to 1 the picture itself is sampled once a pixel."""
        reduction = max(1, ceil((scale - _SLACK) / 2))
        return cls(reduction, 1 if scale / reduction <= 1 + _SLACK else 2)


def sample(
    image: Pixels, x: NDArray[np.float64], y: NDArray[np.float64], density: Density
) -> Pixels:
    """Return the square picture (S, S[, 3]) that an image (H, W[, 3]) shows at places (M, M).

    M is S times ``density.samples``. Of places, (0, 0) is the center of the top left pixel;
    between pixels it is bilinear. Outside the picture its border goes on: reflection
    would repeat parts of a face. All weights are integers, so that results do not depend on
    the machine.
    """
    columns, rows = _span(x, image.shape[1], density), _span(y, image.shape[0], density)
    part = image[rows, columns]
    high, wide = (_reduction(length, density) for length in part.shape[:2])
    part = _reduced(part, high, wide)
    across = _fixed(x - columns.start, wide, part.shape[1])
    down = _fixed(y - rows.start, high, part.shape[0])
    whole = np.stack([across // _STEPS, down // _STEPS], axis=-1).astype(np.int16)
    rest = (down % _STEPS * _STEPS + across % _STEPS).astype(np.uint16)
    found = cv2.remap(part, whole, rest, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    side = len(x) // density.samples
    if density.samples > 1:
        found = cv2.resize(found, (side, side), interpolation=cv2.INTER_AREA)
    return np.asarray(found, dtype=np.uint8)


def resized(image: Pixels, side: int) -> Pixels:
    """Return an image (H, W[, 3]) of which no face is known as a square, (side, side[, 3])."""
    return np.asarray(Resize(side).apply(image[None])[0], dtype=np.uint8)


def _span(places: NDArray[np.float64], length: int, density: Density) -> slice:
    """The pixels of 0..length-1 that places need, at least one."""
    room = 2 * density.reduction
    low = min(max(int(places.min()) - room, 0), length - 1)
    high = min(max(int(places.max()) + room + 1, low + 1), length)
    return slice(low, high)


def _reduction(length: int, density: Density) -> int:
    """By how much to shrink a side; never to less than a pixel."""
    return min(max(density.reduction, ceil(length / _LONGEST)), length)


def _reduced(image: Pixels, high: int, wide: int) -> Pixels:
    """Shrink by whole numbers by area; an incomplete last row or column repeats the border."""
    if (high, wide) == (1, 1):
        return image
    below, right = -image.shape[0] % high, -image.shape[1] % wide
    whole = cv2.copyMakeBorder(image, 0, below, 0, right, cv2.BORDER_REPLICATE)
    size = (whole.shape[1] // wide, whole.shape[0] // high)
    return np.asarray(cv2.resize(whole, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _fixed(places: NDArray[np.float64], reduction: int, length: int) -> NDArray[np.int32]:
    """Places in the reduced picture in 1/32 pixel; those outside are brought to its border."""
    reduced = (places + 0.5) / reduction - 0.5
    return np.rint(np.clip(reduced, 0, length - 1) * _STEPS).astype(np.int32)
