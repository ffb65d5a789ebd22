"""Bringing the face to fixed places by a similarity transform: by its eyes, or by five points."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.sample import Pixels, five_points
from fercurate.transforms.base import MISSING, FaceStep, Missing, Sizes
from fercurate.transforms.face.eye_frame import EYE_DISTANCE, EYE_HEIGHT, EyeFrame
from fercurate.transforms.face.five_points import (
    TEMPLATE_SIDE,
    Similarities,
    fitted,
    template_points,
)
from fercurate.transforms.face.geometry import FaceGeometry, eye_centers, eye_squares, has_eyes
from fercurate.transforms.face.sampling import Density, resized, sample

_LEAST_SPREAD = 1.0
"""Pixels of the picture that a template's side must stand for: points in one place are none."""


@dataclass(frozen=True, slots=True)
class Align(FaceStep):
    """Turn, scale and shift so that the face comes to fixed places in a square.

    ``template`` says to which: ``eyes`` brings the eye centers to ``eye_distance`` apart and
    ``eye_height`` below the top, shares of the side (see ``eye_frame``); ``arcface``, ``ddamfn``
    and ``own`` bring eyes, nose and corners of the mouth as near to their five points as a
    similarity can (see ``five_points``). ``by`` says whose points: those of the corpus's landmarks,
    those that a face detector found, or ``both``: the corpus's where it has some. A picture whose
    points are unknown, coincide or have their middle outside of it is resized to the square, or
    with ``missing: drop`` left out of the data set. Sampling is bilinear, over areas when
    shrinking; outside of the picture its border goes on.
    """

    size: int
    eye_distance: float = EYE_DISTANCE
    eye_height: float = EYE_HEIGHT
    by: Literal["landmarks", "detector", "both"] = "landmarks"
    template: Literal["eyes", "arcface", "ddamfn", "own"] = "eyes"
    missing: Missing = field(default="keep", metadata=MISSING)
    kind: Literal["align"] = "align"

    needs_eyes: ClassVar[bool] = True

    def __post_init__(self) -> None:
        EyeFrame(self.size, self.eye_distance, self.eye_height)
        moved = (self.eye_distance, self.eye_height) != (EYE_DISTANCE, EYE_HEIGHT)
        if moved and self.template in ("arcface", "ddamfn"):
            raise ValueError(f"eye_distance, eye_height: {self.template} has places of its own")

    @property
    def label(self) -> str:
        """``align(size=48, eye_distance=0.4, eye_height=0.35, by=landmarks)``.

        Or ``align(template=arcface, size=112, by=both)``.
        """
        lengths = f"eye_distance={self.eye_distance:g}, eye_height={self.eye_height:g}"
        if self.template == "eyes":
            return f"align(size={self.size}, {lengths}, by={self.by})"
        own = f", {lengths}" if self.template == "own" else ""
        return f"align(template={self.template}, size={self.size}{own}, by={self.by})"

    @property
    def needed(self) -> str:
        """What it needs to know of a face."""
        if self.by == "landmarks":
            return self.by
        return "eyes" if self.template == "eyes" else "five points"

    def extents(self, sizes: Sizes, geometry: FaceGeometry) -> Sizes:
        """Height and width (N, 2) of the squares that are shown; NaN where no face is known."""
        if self.template == "eyes":
            eyes = self._eyes(geometry)
            if eyes is None:
                return np.full_like(sizes, np.nan)
            return eye_squares(eyes, sizes, self.eye_distance)
        fits = self.similarities(sizes, geometry)
        side = TEMPLATE_SIDE / fits.scale
        return np.stack([side, side], axis=1)

    def similarities(self, sizes: Sizes, geometry: FaceGeometry) -> Similarities:
        """The similarities of N pictures of sizes (N, 2) to the template of five points.

        All is NaN where five points are not known, coincide, or have their middle outside.
        """
        points = self._points(geometry, len(sizes))
        with np.errstate(invalid="ignore"):
            middle = points.mean(axis=1)
            inside = ((middle >= -0.5) & (middle <= sizes[:, ::-1] - 0.5)).all(axis=1)
        points = np.where(inside[:, None, None], points, np.nan)
        fits = fitted(points, template_points(*self._template))
        with np.errstate(invalid="ignore"):
            spread = TEMPLATE_SIDE / fits.scale >= _LEAST_SPREAD
        fits.turn[:] = np.where(np.asarray(spread)[:, None], fits.turn, np.nan)
        return fits

    @property
    def _template(self) -> tuple[Literal["arcface", "ddamfn", "own"], float, float]:
        name: Literal["arcface", "ddamfn", "own"] = "own"
        if self.template in ("arcface", "ddamfn"):
            name = self.template
        return name, self.eye_distance, self.eye_height

    def apply_at(self, images: Sequence[Pixels], geometry: FaceGeometry) -> list[Pixels]:
        """Return N pictures (size, size[, 3]) of N pictures (H, W[, 3]) of any sizes."""
        if self.template != "eyes":
            sizes = np.array([image.shape[:2] for image in images], dtype=np.float64)
            fits = self.similarities(sizes.reshape(-1, 2), geometry)
            return [_fitted(image, fits, row, self.size) for row, image in enumerate(images)]
        eyes = self._eyes(geometry)
        if eyes is None:
            eyes = np.full((len(images), 2, 2), np.nan)
        frame = EyeFrame(self.size, self.eye_distance, self.eye_height)
        return [_aligned(image, one, frame) for image, one in zip(images, eyes, strict=True)]

    def _eyes(self, geometry: FaceGeometry) -> NDArray[np.float64] | None:
        own = None if geometry.landmarks is None else eye_centers(geometry.landmarks)
        if self.by == "landmarks":
            return own
        seen = None if geometry.points is None else geometry.points[:, :2].astype(np.float64)
        return _either(own, seen) if self.by == "both" else seen

    def _points(self, geometry: FaceGeometry, count: int) -> NDArray[np.float64]:
        own = None if geometry.landmarks is None else five_points(geometry.landmarks)
        seen = None if geometry.points is None else geometry.points.astype(np.float64)
        chosen = {"landmarks": own, "detector": seen}.get(self.by, _either(own, seen))
        return np.full((count, 5, 2), np.nan) if chosen is None else chosen


def _either(
    own: NDArray[np.float64] | None, seen: NDArray[np.float64] | None
) -> NDArray[np.float64] | None:
    """The corpus's points (N, K, 2) where all of them are known, elsewhere the detector's."""
    if own is None or seen is None:
        return seen if own is None else own
    known = np.asarray(np.isfinite(own).all(axis=(1, 2)))
    return np.where(known[:, None, None], own, seen)


def _fitted(image: Pixels, fits: Similarities, row: int, size: int) -> Pixels:
    if not np.isfinite(fits.turn[row]).all():
        return resized(image, size)
    density = Density.of(TEMPLATE_SIDE / float(fits.scale[row]) / size)
    places = (np.arange(size * density.samples) + 0.5) / density.samples - 0.5
    x, y = fits.back(row, places[None, :], places[:, None], size)
    return sample(image, x, y, density)


def _aligned(image: Pixels, eyes: NDArray[np.float64], frame: EyeFrame) -> Pixels:
    if not has_eyes(eyes, image.shape):
        return resized(image, frame.size)
    middle, (across, down) = eyes.mean(axis=0), eyes[1] - eyes[0]
    density = Density.of(float(np.hypot(across, down)) / (frame.eye_distance * frame.size))
    right, below = frame.across(density.samples), frame.down(density.samples)[:, None]
    x = middle[0] + across * right - down * below
    y = middle[1] + down * right + across * below
    return sample(image, x, y, density)
