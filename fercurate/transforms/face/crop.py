"""Cutting the face out of a larger picture."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.sample import Pixels
from fercurate.transforms.base import MISSING, FaceStep, Missing, Sizes
from fercurate.transforms.face.geometry import FaceGeometry, landmark_boxes

Lengths = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Crop(FaceStep):
    """Cut out the face box, widened by ``margin`` of its size on every side.

    ``by`` says whose box: the corpus's own, the one that a face detector found, or the bounding
    box of the corpus's 68 landmarks. The box is cut at the borders of the picture. A picture whose
    box is unknown stays whole, or with ``missing: drop`` is left out of the data set.
    """

    margin: float = 0.0
    by: Literal["box", "detector", "landmarks"] = "box"
    missing: Missing = field(default="keep", metadata=MISSING)
    kind: Literal["crop"] = "crop"

    resizes_unplaced: ClassVar[bool] = False

    def __post_init__(self) -> None:
        if not 0 <= self.margin <= 2:
            raise ValueError(f"margin is {self.margin}; expected 0..2 (0.1 adds 10 % on each side)")

    @property
    def label(self) -> str:
        """``crop(margin=0.1)``, or ``crop(margin=0.1, by=detector)``."""
        whose = "" if self.by == "box" else f", by={self.by}"
        return f"crop(margin={self.margin:g}{whose})"

    @property
    def needed(self) -> str:
        """What it needs to know of a face."""
        return {"box": "face box", "detector": "face"}.get(self.by, self.by)

    def extents(self, sizes: Sizes, geometry: FaceGeometry) -> Sizes:
        """Height and width (N, 2) of the parts cut out; NaN where no box is known."""
        boxes = self._boxes(geometry)
        if boxes is None:
            return np.full_like(sizes, np.nan)
        left, top, width, height = boxes.astype(np.float64).T
        parts = [
            _length(start, length, self.margin, limit)
            for start, length, limit in ((top, height, sizes[:, 0]), (left, width, sizes[:, 1]))
        ]
        known = np.isfinite(boxes).all(axis=1) & (width > 0) & (height > 0)
        known &= (parts[0] > 0) & (parts[1] > 0)
        return np.where(known[:, None], np.stack(parts, axis=1), np.nan)

    def _boxes(self, geometry: FaceGeometry) -> NDArray[np.float32] | None:
        if self.by != "landmarks":
            return geometry.boxes
        return None if geometry.landmarks is None else landmark_boxes(geometry.landmarks)

    def apply_at(self, images: Sequence[Pixels], geometry: FaceGeometry) -> list[Pixels]:
        """Return the face parts of N pictures (H, W[, 3]), of any sizes."""
        boxes = self._boxes(geometry)
        if boxes is None:
            return list(images)
        return [self.cut(image, box) for image, box in zip(images, boxes, strict=True)]

    def cut(self, image: Pixels, box: NDArray[np.float32]) -> Pixels:
        """Return the part of a picture (H, W[, 3]) inside a box (4,): left, top, width, height."""
        left, top, width, height = (float(value) for value in box)
        if not np.isfinite(box).all() or width <= 0 or height <= 0:
            return image
        rows = _range(top, height, self.margin, image.shape[0])
        columns = _range(left, width, self.margin, image.shape[1])
        part = image[rows, columns]
        return part if part.size else image


def _range(start: float, length: float, margin: float, limit: int) -> slice:
    low = round(start - margin * length)
    high = round(start + (1 + margin) * length)
    return slice(min(max(low, 0), limit), min(max(high, 0), limit))


def _length(start: Lengths, length: Lengths, margin: float, limit: Lengths) -> Lengths:
    """How many pixels (N,) such ranges hold."""
    low = np.rint(start - margin * length)
    high = np.rint(start + (1 + margin) * length)
    return np.asarray(np.clip(high, 0, limit) - np.clip(low, 0, limit), dtype=np.float64)
