"""Windows of pictures at other places: candidates for shifted, cropped and tilted copies.

The middle of a copy shows what the original shows at another place, size or angle. So the middle
of every picture is compared with windows of the others at a grid of placements, by low
frequencies alone: the common face taken off, high frequencies made up for being weak, so that
strangers hardly resemble each other. First by very few frequencies, which forgive that a grid is
coarse; then by more of them, free to move as the middle would if it were laid a little
differently (Simard, Le Cun and Denker's tangent distance, 1993). What is alike then goes to the
registration, which decides.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.groups import Pairs
from fercurate.screening.duplicates.spectrum import (
    Operator,
    Vectors,
    coefficients,
    dct_operator,
    low_frequencies,
    whole_numbers,
)
from fercurate.screening.duplicates.thumbnails import PIXELS, THUMBNAIL, Small

WINDOW = 0.75
"""Side of the middle that is compared, in sides of the picture."""

MIN_RESEMBLANCE = 0.74
"""Product of the coarse vectors of two windows from which they are looked at more closely."""

MIN_FIT = 0.88
"""How far a window must lie in the plane of a middle for a pair to be registered, 0..1."""

LENGTH = 512.0
"""Length of coarse vectors: whole numbers, whose products are exact in float32."""

_COARSE, _FINE = 5.0, 8.0
_COMMON = 64.0


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the middle of a copy lies in its original.

    Offsets are in sides of the picture, ``scale`` is the side of what the copy shows in sides of
    the original, ``angle`` in degrees.
    """

    right: float = 0.0
    down: float = 0.0
    scale: float = 1.0
    angle: float = 0.0

    def matrix(self) -> NDArray[np.float64]:
        """(2, 3): from places in the copy to places in the original, from their middles."""
        radian = np.deg2rad(self.angle)
        cosine, sine = np.cos(radian) * self.scale, np.sin(radian) * self.scale
        return np.array([[cosine, -sine, self.right], [sine, cosine, self.down]])


def _ring(radius: float, count: int, turned: float) -> Iterator[Placement]:
    for angle in (np.arange(count) + turned) * 2 * np.pi / count:
        yield Placement(float(radius * np.cos(angle)), float(radius * np.sin(angle)))


def _placements() -> Iterator[Placement]:
    yield Placement()
    yield from _ring(0.06, 6, 0.0)
    yield from _ring(0.12, 8, 0.5)
    yield from (Placement(scale=scale) for scale in (0.7, 0.78, 0.88, 1.14, 1.28, 1.42))
    corners = product((0.8, 1.25), (-0.06, 0.06), (-0.06, 0.06))
    yield from (Placement(right, down, scale) for scale, right, down in corners)
    yield from (Placement(angle=angle) for angle in (-12.0, -6.0, 6.0, 12.0))


PLACEMENTS: tuple[Placement, ...] = tuple(_placements())

_STEPS: tuple[tuple[Placement, Placement], ...] = (
    (Placement(right=0.02), Placement(right=-0.02)),
    (Placement(down=0.02), Placement(down=-0.02)),
    (Placement(scale=1.04), Placement(scale=0.96)),
    (Placement(angle=3.0), Placement(angle=-3.0)),
)
"""Small steps either way, by which a middle moves in its plane."""


@dataclass(frozen=True, slots=True)
class Windows:
    """Vectors of N windows: ``coarse`` (N, 24) whole numbers of ``LENGTH``, ``fine`` (N, 57)."""

    coarse: Vectors
    fine: Vectors


@dataclass(frozen=True, slots=True)
class WindowVectors:
    """Makes vectors of windows, after the means (K,) of those of many pictures are known."""

    coarse_mean: NDArray[np.float64]
    fine_mean: NDArray[np.float64]

    @classmethod
    def about(cls, small: Small) -> "WindowVectors":
        """Know what the middles of thumbnails (N, 32, 32) have in common; of few pictures less."""
        found = coefficients(small, _operator(Placement()))
        count = len(small) + _COMMON
        coarse = _unit(found[:, : _coarse_count()]).sum(axis=0) / count
        return cls(coarse, _unit(found).sum(axis=0) / count)

    def at(self, small: Small, placement: Placement) -> Windows:
        """Vectors of the windows of thumbnails (N, 32, 32) at a placement."""
        found = coefficients(small, _operator(placement))
        coarse = _unit(_unit(found[:, : _coarse_count()]) - self.coarse_mean)
        whole = np.rint(coarse * LENGTH).astype(np.float32)
        return Windows(whole, self._fine(found))

    def planes(self, small: Small) -> NDArray[np.float32]:
        """What middles become when they are moved a little: (N, 5, 57), five unit vectors each.

        The first is the middle itself; the vectors of a picture stand upright on each other.
        """
        found = coefficients(small, _operator(Placement()))
        middle, size = _unit(found), _lengths(found)
        made = [_unit(middle - self.fine_mean).astype(np.float32)]
        for ahead, back in _STEPS:
            step = coefficients(small, _operator(ahead) - _operator(back))
            step = np.divide(step, size, out=np.zeros_like(step), where=size > _NOTHING)
            for one in (middle, *made):
                step -= (step * one).sum(axis=1, keepdims=True) * one
            made.append(_unit(step).astype(np.float32))
        return np.stack(made, axis=1)

    def _fine(self, found: NDArray[np.float64]) -> Vectors:
        return _unit(_unit(found) - self.fine_mean).astype(np.float32)


def window_fits(windows: Vectors, planes: NDArray[np.float32], pairs: Pairs) -> Vectors:
    """How far windows (M, 57) lie in planes (N, 5, 57), by pairs (P, 2) of positions: (P,) 0..1."""
    fits = np.empty(len(pairs), dtype=np.float32)
    for start in range(0, len(pairs), _BLOCK):
        some = pairs[start : start + _BLOCK]
        along = np.einsum("pek,pk->pe", planes[some[:, 1]], windows[some[:, 0]])
        fits[start : start + _BLOCK] = np.sqrt((along * along).sum(axis=1))
    return fits


_BLOCK, _NOTHING = 8192, 1e-6


def _unit(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Vectors (N, K) at length 1; those of hardly any length become 0."""
    size = _lengths(vectors)
    return np.divide(vectors, size, out=np.zeros_like(vectors), where=size > _NOTHING)


def _lengths(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """The lengths (N, 1) of vectors (N, K)."""
    return np.sqrt(np.einsum("nk,nk->n", vectors, vectors))[:, None]


@lru_cache(maxsize=1)
def _coarse_count() -> int:
    return len(low_frequencies(_COARSE))


@lru_cache(maxsize=len(PLACEMENTS) + 2 * len(_STEPS))
def _operator(placement: Placement) -> Operator:
    """What makes weighed low frequencies (K, 1024) of a window of a thumbnail."""
    frequencies = low_frequencies(_FINE)
    weights = np.sqrt(np.hypot(*frequencies.T))[:, None]
    return whole_numbers(weights * (dct_operator(frequencies) @ _samples(placement)))


def _samples(placement: Placement) -> NDArray[np.float64]:
    """(1024, 1024): pixels of a window from those of a thumbnail, between four neighbors."""
    centers = (np.arange(THUMBNAIL) + 0.5) / THUMBNAIL - 0.5
    down, right = (axis.ravel() * WINDOW for axis in np.meshgrid(centers, centers, indexing="ij"))
    x, y = placement.matrix() @ np.stack([right, down, np.ones_like(right)])
    table = np.zeros((PIXELS, PIXELS))
    places = [(axis + 0.5) * THUMBNAIL - 0.5 for axis in (y, x)]
    lowest = [np.floor(place) for place in places]
    for corner in product((0, 1), (0, 1)):
        near = [low + one for low, one in zip(lowest, corner, strict=True)]
        share = np.prod([1 - np.abs(p - n) for p, n in zip(places, near, strict=True)], axis=0)
        row, column = (np.clip(n, 0, THUMBNAIL - 1).astype(np.int64) for n in near)
        np.add.at(table, (np.arange(PIXELS), row * THUMBNAIL + column), share)
    return table
