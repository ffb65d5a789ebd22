"""What a chain does to the size and shape of pictures, told without looking at a pixel."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fercurate.transforms.base import Sizes
from fercurate.transforms.chain import Chain
from fercurate.transforms.face.geometry import FaceGeometry
from fercurate.transforms.geometry import Fit, Resize

_DECIMALS = 6
"""Factors are rounded, for places of eyes are no whole numbers."""


@dataclass(frozen=True, slots=True, eq=False)
class SizeChanges:
    """What is done to N pictures on their way through a chain.

    ``placed`` (N,) bool: the face step, if there is one, knows the face. ``taken`` (N, 2): height
    and width in stored pixels of what is taken out of each picture. ``stretched`` (N,): how
    much longer one side becomes against the other, 1 where proportions stay. ``padded`` and
    ``cut`` (N,) bool: not square, and padded or cut to a square. ``enlarged`` (N,): how many
    pixels of the result stand for one of the picture along a side, at least 1.
    """

    placed: NDArray[np.bool_]
    taken: Sizes
    stretched: NDArray[np.float64]
    padded: NDArray[np.bool_]
    cut: NDArray[np.bool_]
    enlarged: NDArray[np.float64]


def size_changes(chain: Chain, sizes: Sizes, geometry: FaceGeometry | None = None) -> SizeChanges:
    """Return what a chain does to stored pictures of sizes (N, 2), height and width.

    ``geometry`` is that of the faces in these pictures; without it nothing is known.
    """
    step, found = chain.face_step, sizes
    if step is not None:
        found = step.extents(sizes, geometry or FaceGeometry())
    placed = np.asarray(np.isfinite(found).all(axis=1))
    now = taken = np.where(placed[:, None], found, sizes)
    stretched, enlarged = np.ones(len(sizes)), np.ones(len(sizes))
    padded, cut = np.zeros(len(sizes), bool), np.zeros(len(sizes), bool)
    for target, fit in _targets(chain):
        longer, shorter = now.max(axis=1), now.min(axis=1)
        ratio = np.round(longer / shorter, _DECIMALS)
        factor = target / (longer if fit == "pad" else shorter)
        enlarged = np.maximum(enlarged, np.round(factor, _DECIMALS))
        match fit:
            case "pad":
                padded = padded | (ratio > 1)
            case "crop":
                cut = cut | (ratio > 1)
            case "stretch":
                stretched = np.maximum(stretched, ratio)
        now = np.full_like(sizes, target)
    return SizeChanges(placed, taken, stretched, padded, cut, enlarged)


def _targets(chain: Chain) -> list[tuple[int, Fit]]:
    """The squares that pictures are brought to, one after the other, and how.

    Faces that are aligned or frontalized stand in squares already; pictures without one are
    stretched to them.
    """
    square = getattr(chain.face_step, "size", None)
    first: list[tuple[int, Fit]] = [] if square is None else [(square, "stretch")]
    later = [step for step in chain.pixel_steps if isinstance(step, Resize)]
    return [*first, *((step.size, step.fit or "stretch") for step in later)]
