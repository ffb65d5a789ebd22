"""What all illumination steps share: luma, blocks, rounding."""

from collections.abc import Callable, Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from fercurate.transforms.base import Batch

Planes = NDArray[np.uint8]
"""Gray pictures or lumas of RGB pictures: (N, H, W) uint8, contiguous."""

Reals = NDArray[np.float64]
"""The same in the course of a computation: (N, H, W) float64."""

_BLOCK_BYTES = 96_000
"""Bytes of float64 values at a time: larger arrays cost a system call each."""

_HALF = 0.5 + 1e-6
"""Halves are rounded up, even if another machine's last bit puts them just below."""


def on_luma(batch: Batch, change: Callable[[Planes], Planes]) -> Batch:
    """Change gray pictures (N, H, W), or the luma (Y of YCrCb, BT.601) of RGB ones (N, H, W, 3).

    ``change`` gets a few pictures at a time and returns as many of the same size. Chroma stays as
    it is. The input is not modified.
    """
    result = np.empty_like(batch)
    for part in _blocks(batch):
        block = np.ascontiguousarray(batch[part])
        result[part] = change(block) if batch.ndim == 3 else _recolored(block, change)
    return result


def rounded(values: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Round to the nearest gray value and clip to 0..255."""
    return np.clip(np.floor(values + _HALF), 0, 255).astype(np.uint8)


def per_picture(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return one value a picture (N,) in the shape (N, 1, 1)."""
    return values[:, None, None]


def _blocks(batch: Batch) -> Iterator[slice]:
    pixels = max(batch.shape[1] * batch.shape[2], 1)
    size = max(_BLOCK_BYTES // (8 * pixels), 1)
    for first in range(0, len(batch), size):
        yield slice(first, first + size)


def _recolored(block: Batch, change: Callable[[Planes], Planes]) -> Batch:
    strip = (-1, block.shape[2], 3)
    parts = cv2.cvtColor(block.reshape(strip), cv2.COLOR_RGB2YCrCb).reshape(block.shape)
    parts[..., 0] = change(np.ascontiguousarray(parts[..., 0]))
    colored = cv2.cvtColor(parts.reshape(strip), cv2.COLOR_YCrCb2RGB)
    return np.asarray(colored, dtype=np.uint8).reshape(block.shape)
