"""Bringing the eyes to fixed places by a similarity transform."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.sample import Pixels
from fercurate.transforms.base import MISSING, FaceStep, Missing, Sizes
from fercurate.transforms.face.eye_frame import EYE_DISTANCE, EYE_HEIGHT, EyeFrame
from fercurate.transforms.face.geometry import FaceGeometry, eye_centers, eye_squares, has_eyes
from fercurate.transforms.face.sampling import Density, resized, sample


@dataclass(frozen=True, slots=True)
class Align(FaceStep):
    """Turn, scale and shift so that both eyes come to fixed places in a square.

    ``eye_distance`` between the eye centers and ``eye_height`` below the top are shares of the
    side (see ``eye_frame``). ``by`` says whose eyes: the means of the corpus's landmarks, or those
    that a face detector found. A picture whose eyes are unknown, coincide or have their middle
    outside of it is resized to the square, or with ``missing: drop`` left out of the data set.
    Sampling is bilinear, over areas when shrinking; outside of the picture its border goes on.
    """

    size: int
    eye_distance: float = EYE_DISTANCE
    eye_height: float = EYE_HEIGHT
    by: Literal["landmarks", "detector"] = "landmarks"
    missing: Missing = field(default="keep", metadata=MISSING)
    kind: Literal["align"] = "align"

    needs_eyes: ClassVar[bool] = True

    def __post_init__(self) -> None:
        EyeFrame(self.size, self.eye_distance, self.eye_height)

    @property
    def label(self) -> str:
        """``align(size=48, eye_distance=0.4, eye_height=0.35, by=landmarks)``."""
        lengths = f"eye_distance={self.eye_distance:g}, eye_height={self.eye_height:g}"
        return f"align(size={self.size}, {lengths}, by={self.by})"

    @property
    def needed(self) -> str:
        """What it needs to know of a face."""
        return "eyes" if self.by == "detector" else self.by

    def extents(self, sizes: Sizes, geometry: FaceGeometry) -> Sizes:
        """Height and width (N, 2) of the squares about the eyes; NaN where none are known."""
        eyes = self._eyes(geometry)
        if eyes is None:
            return np.full_like(sizes, np.nan)
        return eye_squares(eyes, sizes, self.eye_distance)

    def apply_at(self, images: Sequence[Pixels], geometry: FaceGeometry) -> list[Pixels]:
        """Return N pictures (size, size[, 3]) of N pictures (H, W[, 3]) of any sizes."""
        eyes = self._eyes(geometry)
        if eyes is None:
            eyes = np.full((len(images), 2, 2), np.nan)
        frame = EyeFrame(self.size, self.eye_distance, self.eye_height)
        return [_aligned(image, one, frame) for image, one in zip(images, eyes, strict=True)]

    def _eyes(self, geometry: FaceGeometry) -> NDArray[np.float64] | None:
        if self.by == "detector":
            return None if geometry.eyes is None else geometry.eyes.astype(np.float64)
        return None if geometry.landmarks is None else eye_centers(geometry.landmarks)


def _aligned(image: Pixels, eyes: NDArray[np.float64], frame: EyeFrame) -> Pixels:
    if not has_eyes(eyes, image.shape):
        return resized(image, frame.size)
    middle, (across, down) = eyes.mean(axis=0), eyes[1] - eyes[0]
    density = Density.of(float(np.hypot(across, down)) / (frame.eye_distance * frame.size))
    right, below = frame.across(density.samples), frame.down(density.samples)[:, None]
    x = middle[0] + across * right - down * below
    y = middle[1] + down * right + across * below
    return sample(image, x, y, density)
