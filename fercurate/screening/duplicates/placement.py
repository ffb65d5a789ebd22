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
    SCALE,
    Operator,
    Vectors,
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

# fmt: off
_THOUSANDTHS = (
    0, 11, 2, -130, -117, -101, 6, -33, -3, 164, 0, 4, -3, -21, -20, 102, 64, -2, -4, -37,
    -26, -5, -100, 0, -52, 1, -6, 2, 8, -42, -1, 5, -88, -88, -5, -2, 27, 12, 1, 26, 2, 3, 4,
    -27, -2, 1, 1, 2, 26, 0, 18, -1, -1, 12, 0, -6, 12,
)
# fmt: on
COMMON_FACE = np.array(_THOUSANDTHS) / 1000
"""What the middles of the faces of FER-2013 have in common (57,), by the vectors used here.

It stands here so that whether two pictures are alike does not depend on a third."""

_COARSE, _FINE = 5.0, 8.0
_KNOWN = 18
_KNOWN_SCALE, _MIDDLE_GRAY = float(1 << 11), 128.0
_NOTHING = 8.0
_BLOCK = 8192


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
class PictureSpectra:
    """Pictures (N,) by their low frequencies (N, 323), from which every window is made.

    They are whole numbers, and so are the operators: a picture's vectors are the same in any
    company and on any machine.
    """

    spectra: Vectors

    @classmethod
    def of(cls, small: Small) -> "PictureSpectra":
        """Those of thumbnails (N, 32, 32)."""
        table = np.rint(_known() * _KNOWN_SCALE)
        spectra = np.empty((len(small), len(table)), dtype=np.float32)
        for start in range(0, len(small), _BLOCK):
            pixels = small[start : start + _BLOCK].reshape(-1, PIXELS) - _MIDDLE_GRAY
            spectra[start : start + _BLOCK] = pixels @ table.T
        return cls(spectra)

    def take(self, rows: NDArray[np.int64]) -> "PictureSpectra":
        """Those of some pictures (M,)."""
        return PictureSpectra(self.spectra[rows])

    def windows(self, placement: Placement) -> Windows:
        """The vectors of the windows at a placement."""
        found = _own_face(_unit(self._coefficients(_operator(placement))))
        coarse = np.rint(_unit(found[:, : _coarse_count()], 0.0) * LENGTH).astype(np.float32)
        return Windows(coarse, _unit(found, 0.0).astype(np.float32))

    def planes(self) -> NDArray[np.float32]:
        """What middles become when they are moved a little: (N, 5, 57), five unit vectors each.

        The first is the middle itself; the vectors of a picture stand upright on each other.
        """
        found = self._coefficients(_operator(Placement()))
        middle = _unit(found)
        made = [_unit(_own_face(middle), 0.0).astype(np.float32)]
        for ahead, back in _STEPS:
            step = _unit(self._coefficients(_operator(ahead) - _operator(back)))
            before: list[NDArray[np.floating]] = [middle, *made]
            for one in before:
                step -= np.einsum("nk,nk->n", step, one)[:, None] * one
            made.append(_unit(step, 0.0).astype(np.float32))
        return np.stack(made, axis=1)

    def _coefficients(self, operator: Operator) -> NDArray[np.float64]:
        made = np.empty((len(self.spectra), len(operator)), dtype=np.float64)
        for start in range(0, len(made), _BLOCK):
            some = self.spectra[start : start + _BLOCK].astype(np.float64)
            made[start : start + _BLOCK] = some @ operator.T
        return np.asarray(made / (_KNOWN_SCALE * SCALE))


def window_fits(windows: Vectors, planes: NDArray[np.float32], pairs: Pairs) -> Vectors:
    """How far windows (M, 57) lie in planes (N, 5, 57), by pairs (P, 2) of positions: (P,) 0..1."""
    fits = np.empty(len(pairs), dtype=np.float32)
    for start in range(0, len(pairs), _BLOCK):
        some = pairs[start : start + _BLOCK]
        along = np.einsum("pek,pk->pe", planes[some[:, 1]], windows[some[:, 0]])
        fits[start : start + _BLOCK] = np.sqrt((along * along).sum(axis=1))
    return fits


def _own_face(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Vectors (N, 57) without what faces have in common; those of flat pictures stay 0."""
    own = np.where(vectors.any(axis=1, keepdims=True), vectors - COMMON_FACE, 0.0)
    return np.asarray(own)


def _unit(vectors: NDArray[np.float64], least: float = _NOTHING) -> NDArray[np.float64]:
    """Vectors (N, K) at length 1; those of no more than ``least`` become 0."""
    size = np.sqrt(np.einsum("nk,nk->n", vectors, vectors))[:, None]
    return np.asarray(np.divide(vectors, size, out=np.zeros_like(vectors), where=size > least))


@lru_cache(maxsize=1)
def _coarse_count() -> int:
    return len(low_frequencies(_COARSE))


@lru_cache(maxsize=1)
def _known() -> NDArray[np.float64]:
    """Rows (323, 1024) that give the frequencies of a picture from which windows are made."""
    frequencies = np.array(list(product(range(_KNOWN), repeat=2))[1:])
    return dct_operator(frequencies)


@lru_cache(maxsize=len(PLACEMENTS) + 2 * len(_STEPS))
def _operator(placement: Placement) -> Operator:
    """What makes weighed low frequencies (57, 323) of a window of a picture's frequencies."""
    frequencies = low_frequencies(_FINE)
    weights = np.sqrt(np.hypot(*frequencies.T))[:, None]
    window = dct_operator(frequencies) @ _samples(placement)
    return whole_numbers(weights * (window @ _known().T))


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
