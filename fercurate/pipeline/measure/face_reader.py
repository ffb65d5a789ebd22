"""Stored pictures as a measure or a classifier sees them: gray, whole or cut to the face."""

import cv2
import numpy as np
from numpy.typing import NDArray

from fercurate.screening.base import Gray
from fercurate.store.store import Store
from fercurate.transforms.chain import Chain
from fercurate.transforms.face.crop import Crop
from fercurate.transforms.geometry import Grayscale

_FACE = Crop()
_GRAY = Chain((Grayscale(),))


def gray_picture(picture: NDArray[np.uint8]) -> Gray:
    """A picture (H, W) or (H, W, 3) uint8 in gray: (H, W) uint8."""
    return picture if picture.ndim == 2 else _GRAY.apply([picture])[0]


class FaceReader:
    """Reads pictures of a store as gray, with the boxes of their faces."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._boxes = store.array("box")

    def whole(self, rows: NDArray[np.int64]) -> list[Gray]:
        """The pictures of rows (M,) as stored, gray: (H, W) uint8 each."""
        return [gray_picture(picture) for picture in self._store.images(rows)]

    def cut(self, whole: list[Gray], rows: NDArray[np.int64]) -> list[Gray]:
        """Of gray pictures of rows (M,), the parts inside their face boxes."""
        return [_FACE.cut(p, box) for p, box in zip(whole, self._boxes[rows], strict=True)]

    def read(self, rows: NDArray[np.int64]) -> list[Gray]:
        """The pictures of rows (M,) inside their face boxes, gray, of any sizes."""
        return self.cut(self.whole(rows), rows)

    def faces(self, rows: NDArray[np.int64], side: int) -> NDArray[np.uint8]:
        """The faces of rows (M,) at one size: (M, side, side) uint8."""
        resized = np.empty((len(rows), side, side), dtype=np.uint8)
        for place, face in enumerate(self.read(rows)):
            smaller = min(face.shape) < side
            way = cv2.INTER_CUBIC if smaller else cv2.INTER_AREA
            exact = face.shape == (side, side)
            resized[place] = face if exact else cv2.resize(face, (side, side), interpolation=way)
        return resized
