"""Filters in the cosine domain: gains on the frequencies of a picture mirrored at its borders.

A filter that treats both directions alike, applied to a picture continued by reflection (the edge
pixel repeated), multiplies each coefficient of its type-II discrete cosine transform. So
truncation, Gaussians, high emphasis and diffusion are each one table of gains, without wrapping
around at the borders and without iterating.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from fercurate.transforms.illumination.luma import Reals

Gain = NDArray[np.float64]
"""Factors (H, W) of the coefficients; row u and column v belong to u/2 and v/2 cycles a side."""

_RADIUS = 4
"""Gaussians end at so many standard deviations."""


def filtered(planes: Reals, gain: Gain) -> Reals:
    """Return pictures (N, H, W) whose cosine coefficients are multiplied by ``gain`` (H, W)."""
    rows, columns = (_basis(size) for size in gain.shape)
    spectrum = rows @ planes @ columns.T
    spectrum *= gain
    filtered: Reals = rows.T @ spectrum @ columns
    return filtered


def truncation(shape: tuple[int, int], count: int) -> Gain:
    """0 for the constant and the first ``count`` other coefficients in zig-zag order, else 1.

    The order is that of JPEG: right along the top edge first. Coefficients that a small picture
    does not have are counted all the same.
    """
    row, column = np.indices(shape)
    diagonal = row + column
    within = np.where(diagonal % 2 == 1, row, column)
    return (diagonal * (diagonal + 1) // 2 + within > count).astype(np.float64)


def gaussian(shape: tuple[int, int], sigma: float) -> Gain:
    """Smoothing by a sampled Gaussian of ``sigma`` pixels, cut off at 4 sigma, of sum 1."""
    reach = np.arange(-int(_RADIUS * sigma + 0.5), int(_RADIUS * sigma + 0.5) + 1)
    weights = np.exp(-0.5 * (reach / sigma) ** 2)
    weights /= weights.sum()
    rows, columns = (np.cos(np.outer(_angles(size), reach)) @ weights for size in shape)
    gain: Gain = np.multiply.outer(rows, columns)
    return gain


def high_emphasis(shape: tuple[int, int], low: float, high: float, cutoff: float) -> Gain:
    """From ``low`` at frequency 0 to ``high``: low + (high - low) (1 - exp(-(D / cutoff)^2)).

    D, the distance from frequency 0, and ``cutoff`` are in cycles a picture.
    """
    rows, columns = (np.arange(size) / 2 for size in shape)
    squared = np.add.outer(rows**2, columns**2)
    gain: Gain = low - (high - low) * np.expm1(-squared / cutoff**2)
    return gain


def diffusion(shape: tuple[int, int], smoothness: float) -> Gain:
    """One implicit step of the heat equation: the solution L of L - smoothness x laplace(L) = I.

    ``laplace`` is the five-point sum of differences to the neighbors; nothing flows across the
    borders.
    """
    rows, columns = (2 - 2 * np.cos(_angles(size)) for size in shape)
    gain: Gain = 1 / (1 + smoothness * np.add.outer(rows, columns))
    return gain


def _angles(size: int) -> NDArray[np.float64]:
    return np.pi * np.arange(size) / size


@lru_cache(maxsize=8)
def _basis(size: int) -> NDArray[np.float64]:
    """The orthonormal type-II cosine transform (size, size), a frequency a row."""
    basis: NDArray[np.float64] = np.cos(np.outer(_angles(size), np.arange(size) + 0.5)) * np.sqrt(
        2 / size
    )
    basis[0] = np.sqrt(1 / size)
    basis.setflags(write=False)
    return basis
