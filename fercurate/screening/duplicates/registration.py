"""Whether a picture is a changed copy of another: laid over it, its fine texture must agree.

A candidate's placement is refined to an affine map by OpenCV's ECC (Evangelidis and Psarakis,
"Parametric image alignment using enhanced correlation coefficient maximization", 2008). Faces of
two people resemble each other in what is coarse; lashes, hair and grain do not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from fercurate.screening.base import Gray
from fercurate.screening.duplicates.placement import Placement

SIDE = 48
"""Side at which pictures are laid over each other, in pixels."""

_MARGIN = 6
_CORRELATION, _TEXTURE, _TONED_TEXTURE, _COVERED = 0.95, 0.9, 0.92, 0.75
_STEPS = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 40, 1e-4)
_SMOOTH, _COARSE = 0.8, 2.5
_ECC: Any = cv2.findTransformECC
"""Its stubs know no call that gives a mask of None."""

SHIFTED, CROPPED, TILTED, RETOUCHED = "shifted", "cropped", "tilted", "retouched"
_MOVED, _SCALED, _ANGLE = 0.015, 0.04, 2.5


@dataclass(frozen=True, slots=True)
class Registration:
    """How a copy lies on its original: ``kind``, and how far both agree (-1..1).

    ``correlation`` is that of the pixels, ``texture`` that of what is fine in them; both of the
    copy and the original as it is or, ``toned``, where that does not do, with the copy's grays.
    """

    kind: str
    correlation: float
    texture: float
    toned: bool = False

    @property
    def holds(self) -> bool:
        """Whether both show one photograph."""
        texture = _TONED_TEXTURE if self.toned else _TEXTURE
        return self.correlation >= _CORRELATION and self.texture >= texture


def register_copy(original: Gray, copy: Gray, placement: Placement) -> Registration | None:
    """Lay a copy over its original, both (48, 48), from a first guess; None if it does not fit."""
    middle = copy[_MARGIN:-_MARGIN, _MARGIN:-_MARGIN]
    guess = _pixel_matrix(placement)
    try:
        matrix = _ECC(middle, original, guess, cv2.MOTION_AFFINE, _STEPS, None, 3)[1]
    except cv2.error:
        return None
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    size = middle.shape[::-1]
    laid: Any = cv2.warpAffine(original.astype(np.float32), matrix, size, flags=flags)
    inside = cv2.warpAffine(np.ones_like(original), matrix, size, flags=flags) > 0
    if inside.mean() < _COVERED:
        return None
    laid[~inside] = laid[inside].mean()
    kind, seen = _kind(matrix), middle.astype(np.float32)
    plain = Registration(kind, *_agreements(laid, seen, inside))
    if plain.holds:
        return plain
    return Registration(kind, *_agreements(_toned(laid, seen, inside), seen, inside), toned=True)


def at_one_size(pictures: Sequence[Gray]) -> NDArray[np.uint8]:
    """Gray pictures (N of them) of any sizes at the one that is registered: (N, 48, 48)."""
    sized = np.empty((len(pictures), SIDE, SIDE), dtype=np.uint8)
    for position, picture in enumerate(pictures):
        way = cv2.INTER_AREA if min(picture.shape) >= SIDE else cv2.INTER_LINEAR
        sized[position] = cv2.resize(picture, (SIDE, SIDE), interpolation=way)
    return sized


def _pixel_matrix(placement: Placement) -> NDArray[np.float32]:
    """The map of a placement from pixels of the copy's middle to those of the original."""
    matrix = placement.matrix()
    middle = (SIDE - 1) / 2
    linear, offset = matrix[:, :2], matrix[:, 2] * SIDE + middle
    corner = np.full(2, _MARGIN - middle)
    return np.column_stack([linear, linear @ corner + offset]).astype(np.float32)


def _kind(matrix: NDArray[np.float32]) -> str:
    """What was done to the copy, from the map (2, 3) of its pixels to the original's."""
    linear = matrix[:, :2].astype(np.float64)
    middle = (SIDE - 1) / 2
    center = linear @ np.full(2, middle - _MARGIN) + matrix[:, 2]
    angle = np.degrees(np.arctan2(linear[1, 0] - linear[0, 1], linear[0, 0] + linear[1, 1]))
    scale = np.sqrt(abs(np.linalg.det(linear)))
    if abs(angle) >= _ANGLE:
        return TILTED
    if abs(scale - 1) >= _SCALED:
        return CROPPED
    return SHIFTED if np.hypot(*(center - middle)) >= _MOVED * SIDE else RETOUCHED


def _toned(
    laid: NDArray[np.float32], seen: NDArray[np.float32], inside: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """A picture (H, W) with the gray values of another, the n-th darkest for the n-th darkest.

    So light that was clipped, and any other change of tone, is done to both.
    """
    toned = laid.copy()
    order = np.argsort(laid[inside], kind="stable")
    values = np.empty(len(order), dtype=np.float32)
    values[order] = np.sort(seen[inside])
    toned[inside] = values
    return toned


def _agreements(
    laid: NDArray[np.float32], seen: NDArray[np.float32], inside: NDArray[np.bool_]
) -> tuple[float, float]:
    """How far two pictures (H, W) agree ``inside``: in their pixels, in what is fine in them."""
    pair = [cv2.GaussianBlur(one, (0, 0), _SMOOTH) for one in (seen, laid)]
    fine = [one - cv2.GaussianBlur(one, (0, 0), _COARSE) for one in pair]
    return _agreement(pair, inside), _agreement(fine, inside)


def _agreement(pair: Sequence[Any], inside: NDArray[np.bool_]) -> float:
    first, second = (one[inside].astype(np.float64) for one in pair)
    first, second = first - first.mean(), second - second.mean()
    size = np.sqrt((first * first).sum() * (second * second).sum())
    return float((first * second).sum() / size) if size > 0 else 0.0
