"""Bringing five points of a face to those of a template, by a similarity of least squares.

The points are the eyes' centers, the tip of the nose and the corners of the mouth, the person's
right first, which stand on the left of an upright picture. The similarity (turn, scale, shift, no
reflection) is Umeyama's ("Least-squares estimation of transformation parameters between two point
patterns", IEEE PAMI 1991), which in the plane is one complex number and a shift. It is computed
by single operations on float64 in a fixed order, and places are rounded to 1/32 pixel when they are
sampled, so that results do not depend on the machine.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from fercurate.transforms.face.eye_frame import EYE_DISTANCE, EYE_HEIGHT

Template = Literal["arcface", "ddamfn", "own"]
"""``arcface``: that of ArcFace and InsightFace, by which most published aligned pictures were made.
``ddamfn``: the five of DDAMFN, from one profile to the other, of which the nearest is taken.
``own``: ArcFace's points moved so that the eyes stand where ``eye_distance`` and ``eye_height``
say. A square of another side shows the same part of the face.
"""

Points = NDArray[np.float64]

TEMPLATE_SIDE = 112
"""The side in pixels of the squares in which templates are given; (0, 0) is a pixel's center."""

_ARCFACE = (
    *((38.2946, 51.6963), (73.5318, 51.5014), (56.0252, 71.7366)),
    *((41.5493, 92.3655), (70.7299, 92.2041)),
)
_PROFILE = (
    *((51.642, 50.115), (57.617, 49.990), (35.740, 69.007)),
    *((51.157, 89.050), (57.025, 89.702)),
)
_HALF_PROFILE = (
    *((45.031, 50.118), (65.568, 50.872), (39.677, 68.111)),
    *((45.177, 86.190), (64.246, 86.758)),
)
_FRONTAL = (
    *((39.730, 51.138), (72.270, 51.138), (56.000, 68.493)),
    *((42.463, 87.010), (69.537, 87.010)),
)
_OTHER_HALF_PROFILE = (
    *((46.845, 50.872), (67.382, 50.118), (72.737, 68.111)),
    *((48.167, 86.758), (67.236, 86.190)),
)
_OTHER_PROFILE = (
    *((54.796, 49.990), (60.771, 50.115), (76.673, 69.007)),
    *((55.388, 89.702), (61.257, 89.050)),
)

_DECIMALS = 9
"""Digits behind the point of a similarity that are kept."""


def template_points(
    template: Template, eye_distance: float = EYE_DISTANCE, eye_height: float = EYE_HEIGHT
) -> Points:
    """The points (T, 5, 2) of a template in a square of 112 pixels; T is 1, of ``ddamfn`` 5."""
    if template == "ddamfn":
        poses = (_PROFILE, _HALF_PROFILE, _FRONTAL, _OTHER_HALF_PROFILE, _OTHER_PROFILE)
        return np.array(poses)
    points = np.array([_ARCFACE])
    if template == "own":
        half, top = eye_distance / 2, eye_height
        eyes = np.array([[0.5 - half, top], [0.5 + half, top]]) * TEMPLATE_SIDE - 0.5
        fit = fitted(points[:, :2], eyes[None])
        points = fit.forward(points)
    return points


@dataclass(frozen=True, slots=True)
class Similarities:
    """Similarities (N,) from pictures to templates, and how far they leave the points apart.

    ``turn`` (N, 2) is the complex factor of a place in a picture, ``source`` and ``target`` (N, 2)
    the middles that are brought upon each other, ``residual`` (N,) the root mean square distance in
    pixels of the template. All are NaN where there is no similarity.
    """

    turn: Points
    source: Points
    target: Points
    residual: NDArray[np.float64]

    @property
    def scale(self) -> NDArray[np.float64]:
        """Pixels (N,) of the template for one of the picture."""
        return np.hypot(self.turn[:, 0], self.turn[:, 1])

    def forward(self, points: Points) -> Points:
        """Where points (N, K, 2) of the pictures come to lie."""
        moved = points - self.source[:, None]
        return self.target[:, None] + _product(self.turn[:, None], moved)

    def back(self, row: int, x: Points, y: Points, side: int) -> tuple[Points, Points]:
        """The places in a picture that show at x and y (of any shape) in a square of ``side``."""
        ratio = TEMPLATE_SIDE / side
        real, imaginary = (float(part) for part in self.turn[row])
        squared = real * real + imaginary * imaginary
        across = round(real / squared * ratio, _DECIMALS)
        down = round(-imaginary / squared * ratio, _DECIMALS)
        middle = (self.target[row] + 0.5) / ratio - 0.5
        dx, dy = x - float(middle[0]), y - float(middle[1])
        left, top = (float(part) for part in self.source[row])
        return left + (across * dx - down * dy), top + (across * dy + down * dx)


def fitted(points: Points, template: Points) -> Similarities:
    """The similarities of points (N, K, 2) to the nearest of the templates (T, K, 2)."""
    fits = [_fitted(points, one) for one in template]
    nearest = np.argmin([np.where(np.isnan(f.residual), np.inf, f.residual) for f in fits], axis=0)
    rows = np.arange(len(points))
    parts = (
        np.stack([getattr(fit, name) for fit in fits])[nearest, rows]
        for name in ("turn", "source", "target", "residual")
    )
    return Similarities(*parts)


def _fitted(points: Points, template: Points) -> Similarities:
    with np.errstate(invalid="ignore", divide="ignore"):
        source, target = _sum(points) / len(template), _sum(template[None]) / len(template)
        own, wanted = points - source[:, None], template - target
        squared = _sum(own * own).sum(axis=1)
        along = _sum(own * wanted).sum(axis=1)
        across = _sum(own[..., 0] * wanted[:, 1] - own[..., 1] * wanted[:, 0])
        turn = np.stack([along, across], axis=1) / squared[:, None]
        apart = _product(turn[:, None], own) - wanted
        residual = np.sqrt(_sum(apart * apart).sum(axis=1) / len(template))
    usable = np.isfinite(turn).all(axis=1) & (squared > 0) & (np.abs(turn).sum(axis=1) > 0)
    unknown = np.where(usable, 0.0, np.nan)
    return Similarities(
        turn + unknown[:, None],
        source + unknown[:, None],
        np.broadcast_to(target, source.shape) + unknown[:, None],
        residual + unknown,
    )


def _sum(values: Points) -> Points:
    """The sum over the second axis, in a fixed order."""
    total = values[:, 0].copy()
    for place in range(1, values.shape[1]):
        total += values[:, place]
    return total


def _product(first: Points, second: Points) -> Points:
    """The complex product of places (..., 2)."""
    real = first[..., 0] * second[..., 0] - first[..., 1] * second[..., 1]
    imaginary = first[..., 0] * second[..., 1] + first[..., 1] * second[..., 0]
    return np.stack([real, imaginary], axis=-1)
