"""What a face detector gives, and what that says against a picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from fercurate.screening.base import Criterion, Gray, Measure, Score, Values

LANDMARKS: tuple[str, ...] = (
    "right_eye",
    "left_eye",
    "nose",
    "right_mouth",
    "left_mouth",
)
"""The five landmarks in YuNet's order; right and left are the person's own."""

FACE_COLUMNS: tuple[str, ...] = (
    *("score", "left", "top", "width", "height"),
    *(f"{name}_{axis}" for name in LANDMARKS for axis in "xy"),
    *("picture_width", "picture_height"),
)
"""Score 0..1, the box, five landmarks and the picture's size, in pixels of the picture given.

Places are measured from the picture's top left corner and may lie outside of it.
"""

LEAST_SCORE = 0.3
"""A box counts as a face from this score on.

Of FER-2013's faces YuNet gives 98.9 % so much. Every box of the Haar cascades has more.
"""

_NOWHERE = (np.nan,) * 4
_POINTLESS = (np.nan,) * 10


@dataclass(frozen=True, slots=True)
class Face:
    """The face that a detector sees in a picture: its score, box and landmarks.

    ``score`` is 0..1, and 0 if nothing resembles a face. ``box`` is left, top, width and height;
    ``landmarks`` x and y of ``LANDMARKS`` in turn. Both are NaN where there are none.
    """

    score: float
    box: tuple[float, ...] = _NOWHERE
    landmarks: tuple[float, ...] = _POINTLESS


class FaceDetector(Measure, Protocol):
    """A measure of the kind ``face`` with the columns ``FACE_COLUMNS``, also one by one."""

    def detect(self, picture: Gray) -> Face:
        """Return the main face of a gray picture (H, W) of at least one pixel."""
        ...


def face_values(detector: FaceDetector, pictures: Sequence[Gray]) -> Values:
    """Return the measurements (N, 17) float32 of N pictures; one without pixels scores 0."""
    values = np.empty((len(pictures), len(FACE_COLUMNS)), dtype=np.float32)
    for row, picture in zip(values, pictures, strict=True):
        face = detector.detect(picture) if picture.size else Face(0.0)
        row[:] = (face.score, *face.box, *face.landmarks, *picture.shape[::-1])
    return values


def has_face(values: Values) -> NDArray[np.bool_]:
    """Whether measurements (N, 17) tell a face with a box, (N,)."""
    return np.isfinite(values[:, 1]) & (values[:, 0] >= LEAST_SCORE)


def _no_face(values: Values) -> Score:
    return 1 - np.clip(values[:, 0].astype(np.float64), 0, 1)


def _off_center(values: Values) -> Score:
    places, extent = values[:, 1:3].astype(np.float64), values[:, 3:5]
    away = (places + extent / 2) / values[:, -2:] - 0.5
    return _where_found(values, np.linalg.norm(away, axis=1))


def _small_face(values: Values) -> Score:
    share = values[:, 3:5].astype(np.float64) / values[:, -2:]
    return _where_found(values, 1 - np.sqrt(share.prod(axis=1)))


def _where_found(values: Values, score: Score) -> Score:
    return np.where(has_face(values), np.clip(score, 0, 1), np.nan)


FACE_CRITERIA: tuple[Criterion, ...] = (
    Criterion("no_face", "face", "no face is found", _no_face),
    Criterion("off_center", "face", "the face lies far from the middle", _off_center),
    Criterion("small_face", "face", "the face fills little of the picture", _small_face),
)
"""Scores 0..1, in this order: 1 - score; the distance of the box's center from the picture's, each
axis relative to the picture's side; 1 - the square root of the box's share of the picture. The
last two are NaN where no face is found.
"""
