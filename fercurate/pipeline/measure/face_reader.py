"""Stored pictures as a measure or a classifier sees them: gray, whole or cut to the face."""

import cv2
import numpy as np
from numpy.typing import NDArray

from fercurate.files.blocks import cut_rows, in_flight, picture_bytes
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
        self._sizes = picture_bytes(store.manifest)

    def whole(self, rows: NDArray[np.int64]) -> list[Gray]:
        """The pictures of rows (M,) as stored, gray: (H, W) uint8 each."""
        return [gray_picture(picture) for picture in self._store.images(rows)]

    def cut(self, whole: list[Gray], rows: NDArray[np.int64]) -> list[Gray]:
        """Of gray pictures of rows (M,), the parts inside their face boxes."""
        return [_FACE.cut(p, box) for p, box in zip(whole, self._boxes[rows], strict=True)]

    def read(self, rows: NDArray[np.int64]) -> list[Gray]:
        """The pictures of rows (M,) inside their face boxes, gray, of any sizes."""
        return self.cut(self.whole(rows), rows)

    def thumbnails(self, rows: NDArray[np.int64], longest: int) -> list[Gray]:
        """As ``read``, to be shown with at most ``longest`` pixels on the longer side.

        Large pictures without a box may come smaller, since a JPEG decodes faster at a fraction.
        """
        small: list[Gray] = []
        for row in rows:
            some = np.array([row])
            if np.isfinite(self._boxes[row]).all():
                small += self.read(some)
            else:
                small += [gray_picture(p) for p in self._store.images(some, longest)]
        return small

    def faces(self, rows: NDArray[np.int64], side: int) -> NDArray[np.uint8]:
        """The faces of rows (M,) at one size: (M, side, side) uint8."""
        resized = np.empty((len(rows), side, side), dtype=np.uint8)
        for part in cut_rows(rows, self._sizes):
            with in_flight(rows[part], self._sizes):
                for place, face in enumerate(self.read(rows[part]), part.start):
                    resized[place] = _at_side(face, side)
        return resized


def _at_side(face: Gray, side: int) -> Gray:
    """A picture (H, W) as a square of ``side``."""
    if face.shape == (side, side):
        return face
    way = cv2.INTER_CUBIC if min(face.shape) < side else cv2.INTER_AREA
    return np.asarray(cv2.resize(face, (side, side), interpolation=way), dtype=np.uint8)
