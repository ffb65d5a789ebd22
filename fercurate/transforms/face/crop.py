"""Cutting the face out of a larger picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.sample import Pixels
from fercurate.transforms.base import FaceStep
from fercurate.transforms.face.geometry import FaceGeometry, landmark_boxes


@dataclass(frozen=True, slots=True)
class Crop(FaceStep):
    """Cut out the face box, widened by ``margin`` of its size on every side.

    ``by`` says whose box: the corpus's own, the one that a face detector found, or the bounding
    box of the corpus's 68 landmarks. The box is cut at the borders of the picture. A picture whose
    box is unknown stays whole.
    """

    margin: float = 0.0
    by: Literal["box", "detector", "landmarks"] = "box"
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

    def apply_at(self, images: Sequence[Pixels], geometry: FaceGeometry) -> list[Pixels]:
        """Return the face parts of N pictures (H, W[, 3]), of any sizes."""
        boxes = geometry.boxes
        if self.by == "landmarks":
            boxes = None if geometry.landmarks is None else landmark_boxes(geometry.landmarks)
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
