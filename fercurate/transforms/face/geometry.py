"""Where the face is in each picture of a batch."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

_EYES = (slice(36, 42), slice(42, 48))
"""The person's right eye and left eye among the 68 landmarks."""


@dataclass(frozen=True, slots=True, eq=False)
class FaceGeometry:
    """What is known of the faces in N pictures; None for what a chain does not need.

    All are in pixels of the pictures as stored, NaN where unknown, and may lie outside. ``boxes``
    (N, 4) float32 are left, top, width, height. ``points`` (N, 5, 2) float32 are x, y of the two
    eye centers, the tip of the nose and the corners of the mouth that a detector saw: the person's
    right ones first, which stand on the left of an upright picture. ``landmarks`` (N, 68, 2)
    float32 are x, y in iBUG-68 order. Of points, (0, 0) is the center of the top left pixel.
    ``mean_shape`` (68, 2) float64 belongs to no single picture; see ``mean_shape.mean_shape``.
    """

    boxes: NDArray[np.float32] | None = None
    points: NDArray[np.float32] | None = None
    landmarks: NDArray[np.float32] | None = None
    mean_shape: NDArray[np.float64] | None = None

    def take(self, rows: NDArray[np.int64]) -> "FaceGeometry":
        """The geometry of some pictures, in the order of rows (M,)."""
        return replace(
            self,
            boxes=None if self.boxes is None else self.boxes[rows],
            points=None if self.points is None else self.points[rows],
            landmarks=None if self.landmarks is None else self.landmarks[rows],
        )


def eye_centers(landmarks: NDArray[np.floating]) -> NDArray[np.float64]:
    """Eye centers (..., 2, 2) of landmarks (..., 68, 2): the means of 36 to 41 and of 42 to 47."""
    eyes = [landmarks[..., eye, :].mean(axis=-2, dtype=np.float64) for eye in _EYES]
    return np.stack(eyes, axis=-2)


def has_eyes(eyes: NDArray[np.floating], shape: tuple[int, ...]) -> bool:
    """Whether eye centers (2, 2) can place the face of a picture (H, W, ...).

    Not if they are unknown, less than a pixel apart, or have their middle outside the picture.
    """
    if not np.isfinite(eyes).all():
        return False
    across, down = (float(value) for value in eyes[1] - eyes[0])
    x, y = (float(value) for value in eyes.mean(axis=0))
    inside = -0.5 <= x <= shape[1] - 0.5 and -0.5 <= y <= shape[0] - 0.5
    return inside and across**2 + down**2 >= 1


def eye_squares(
    eyes: NDArray[np.floating], sizes: NDArray[np.float64], eye_distance: float
) -> NDArray[np.float64]:
    """Height and width (N, 2) of squares with eyes (N, 2, 2) such a share of the side apart.

    NaN where the eyes cannot place the face in a picture of a size, (N, 2): see ``has_eyes``.
    """
    across, down = (eyes[:, 1] - eyes[:, 0]).astype(np.float64).T
    x, y = eyes.mean(axis=1).astype(np.float64).T
    height, width = sizes.T
    inside = (x >= -0.5) & (x <= width - 0.5) & (y >= -0.5) & (y <= height - 0.5)
    placed = np.isfinite(eyes).all(axis=(1, 2)) & inside & (across**2 + down**2 >= 1)
    side = np.where(placed, np.hypot(across, down) / eye_distance, np.nan)
    return np.stack([side, side], axis=1)


def landmark_boxes(landmarks: NDArray[np.float32]) -> NDArray[np.float32]:
    """The pixels (N, 4) that landmarks (N, 68, 2) cover: left, top, width, height.

    NaN where a landmark is unknown.
    """
    low, high = landmarks.min(axis=1), landmarks.max(axis=1)
    return np.concatenate([low, high - low + 1], axis=1)
