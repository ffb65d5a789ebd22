"""How sharp a picture is: the energy of its Laplacian at one stated size, against its gradient's.

The variance of the Laplacian is the usual measure of focus (Pech-Pacheco et al., "Diatom
autofocusing in brightfield microscopy: a comparative study", ICPR 2000), but it grows with
contrast as much as with sharpness. Divided by the energy of the gradient it is a mean squared
spatial frequency, which does not: with contrasts changed at random by 0.25 to 1, it tells
FER-2013 faces from the same blurred by 0.6 pixels with an area under the curve of 0.99, the
variance of the Laplacian alone with 0.82.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np

from fercurate.screening.base import Criterion, Gray, Score, Values, View

SIDE = 48
"""The shorter side in pixels at which sharpness is measured, as FER-2013 has it."""

_LONGEST = 10 * SIDE
_NOISE = 3.0
"""Gradient energy that rounding to whole gray levels can make up; keeps flat pictures flat."""


@dataclass(frozen=True, slots=True)
class Sharpness:
    """Energy of detail, with the shorter side at 48 pixels.

    Larger pictures are reduced by area averaging, smaller ones are enlarged linearly and so
    count as blurred. Columns: ``laplacian``, the variance of the 3x3 Laplacian, and
    ``gradient``, the mean squared difference of neighbors, horizontal plus vertical; both in
    squared gray levels. A picture without pixels gives NaN.
    """

    kind: ClassVar[str] = "sharpness"
    method: ClassVar[str] = "sharpness-1"
    view: ClassVar[View] = "face"
    columns: ClassVar[tuple[str, ...]] = ("laplacian", "gradient")

    def measure(self, pictures: Sequence[Gray]) -> Values:
        """Return the measurements (N, 2) float32 of N gray pictures of any sizes."""
        found = [_energies(picture) for picture in pictures]
        return np.array(found, dtype=np.float32).reshape(len(pictures), 2)


def _energies(picture: Gray) -> tuple[float, float]:
    if not picture.size:
        return np.nan, np.nan
    levels = _at_size(picture).astype(np.float32)
    _, deviation = cv2.meanStdDev(cv2.Laplacian(levels, cv2.CV_32F))
    across = cv2.norm(levels[:, 1:], levels[:, :-1], cv2.NORM_L2SQR) if levels.shape[1] > 1 else 0.0
    down = cv2.norm(levels[1:], levels[:-1], cv2.NORM_L2SQR) if levels.shape[0] > 1 else 0.0
    return float(deviation[0, 0]) ** 2, (across + down) / levels.size


def _at_size(picture: Gray) -> Gray:
    height, width = picture.shape
    scale = min(SIDE / min(height, width), _LONGEST / max(height, width))
    if scale == 1:
        return picture
    size = max(1, round(width * scale)), max(1, round(height * scale))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(picture, size, interpolation=way), dtype=np.uint8)


def _blurred(values: Values) -> Score:
    laplacian, gradient = values.astype(np.float64).T
    frequency = laplacian / (gradient + _NOISE)
    return np.asarray(1 / (1 + frequency**2))


SHARPNESS_CRITERIA: tuple[Criterion, ...] = (
    Criterion("blurred", "sharpness", "no fine detail at 48 pixels", _blurred),
)
"""``blurred`` = 1 / (1 + f^2), where f = laplacian / (gradient + 3) is a mean squared frequency.

It is 1 if nothing changes from pixel to pixel, 0.5 for f = 1, which a face blurred by about 0.7
pixels has, and 0.17 for the median of FER-2013 (f = 2.2).
"""
