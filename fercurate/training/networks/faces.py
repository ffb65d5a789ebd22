"""Finding faces in pictures, and cutting them out as a network takes them. Needs OpenCV.

A picture is (H, W, 3) uint8 in OpenCV's order of colors, blue first.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .opencv import cv2

Picture = NDArray[np.uint8]

WHOLE_UP_TO = 96
"""``auto`` takes a picture for a face if no side has more pixels."""

_CASCADE = "haarcascade_frontalface_alt2.xml"
_HAAR_LONGEST, _HAAR_SMALLEST, _HAAR_STEP, _HAAR_NEIGHBORS = 1024, 28, 1.1, 4
_YUNET_SHORTEST, _YUNET_LONGEST = 96, 640
_YUNET_SCORE, _YUNET_OVERLAP, _YUNET_MOST = 0.6, 0.3, 500


class FinderError(Exception):
    """A face detector is not to be had; the message is one line and says what to do."""


@dataclass(frozen=True, order=True)
class Box:
    """A face in pixels of its picture; it may reach over the border."""

    left: int
    top: int
    width: int
    height: int


Finder = Callable[[Picture], list[Box]]
"""Gives the faces of a picture, from left to right."""


def whole_picture(picture: Picture) -> list[Box]:
    """The picture itself as its only face."""
    return [_all_of(picture)]


class HaarFinder:
    """The cascade for frontal faces that comes with OpenCV up to version 4.

    Viola and Jones, "Rapid object detection using a boosted cascade of simple features", CVPR
    2001; the cascade is by R. Lienhart. Larger pictures are reduced to 1,024 pixels; faces of 28
    pixels or more are found.
    """

    def __init__(self) -> None:
        folder = getattr(getattr(cv2, "data", None), "haarcascades", "")
        path = Path(folder) / _CASCADE
        if not hasattr(cv2, "CascadeClassifier") or not path.is_file():
            raise FinderError(
                f"OpenCV {cv2.__version__} comes without Haar cascades: pass --yunet FILE or "
                "--faces whole, or pip install 'opencv-python-headless<5'"
            )
        self._cascade = cv2.CascadeClassifier(str(path))

    def __call__(self, picture: Picture) -> list[Box]:
        """Return the faces of a picture."""
        scale = min(1.0, _HAAR_LONGEST / max(picture.shape[:2]))
        small = cv2.equalizeHist(cv2.cvtColor(_scaled(picture, scale), cv2.COLOR_BGR2GRAY))
        least = (_HAAR_SMALLEST, _HAAR_SMALLEST)
        found = self._cascade.detectMultiScale(small, _HAAR_STEP, _HAAR_NEIGHBORS, 0, least)
        return _boxes(np.asarray(found, dtype=np.float64).reshape(-1, 4) / scale)


class YuNetFinder:
    """A small network for finding faces, from its ONNX file.

    Wu, Peng and Yu, "YuNet: a tiny millisecond-level face detector", Machine Intelligence
    Research 2023. It finds faces of 10 to 300 pixels; smaller pictures are enlarged to a shorter
    side of 96 pixels, larger ones reduced to a longer side of 640.
    """

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise FinderError(f"{path}: no such file; expected YuNet's ONNX file")
        try:
            self._network = cv2.FaceDetectorYN.create(
                str(path), "", (160, 160), _YUNET_SCORE, _YUNET_OVERLAP, _YUNET_MOST
            )
            self(np.zeros((160, 160, 3), dtype=np.uint8))
        except (cv2.error, AttributeError, ValueError) as error:
            reason = str(getattr(error, "err", "") or error).strip().splitlines()[:1]
            raise FinderError(
                f"{path}: OpenCV {cv2.__version__} cannot run it as YuNet ({''.join(reason)})"
            ) from None

    def __call__(self, picture: Picture) -> list[Box]:
        """Return the faces of a picture."""
        sides = picture.shape[:2]
        scale = min(max(1.0, _YUNET_SHORTEST / min(sides)), _YUNET_LONGEST / max(sides))
        small = _scaled(picture, scale)
        self._network.setInputSize((small.shape[1], small.shape[0]))
        found = self._network.detect(small)[1]
        rows = np.empty((0, 15)) if found is None else np.asarray(found, dtype=np.float64)
        factor = np.tile([picture.shape[1] / small.shape[1], picture.shape[0] / small.shape[0]], 2)
        return _boxes(rows.reshape(-1, 15)[:, :4] * factor)


@dataclass
class AutoFinder:
    """A small picture is a face itself; in others a detector, made when first needed, looks."""

    detector: Callable[[], Finder]
    _made: Finder | None = field(default=None, init=False)

    def __call__(self, picture: Picture) -> list[Box]:
        """Return the faces of a picture."""
        if max(picture.shape[:2]) <= WHOLE_UP_TO:
            return whole_picture(picture)
        if self._made is None:
            self._made = self.detector()
        return self._made(picture)


def make_finder(way: str, yunet: Path | None) -> Finder:
    """Return the finder called ``auto``, ``whole``, ``haar`` or ``yunet``.

    Raises:
        FinderError: it cannot be had; for ``auto`` without a file, only once it is needed.
    """
    if way == "whole":
        return whole_picture
    if way == "haar":
        return HaarFinder()
    if yunet is None:
        if way == "yunet":
            raise FinderError("--faces yunet needs YuNet's ONNX file: --yunet FILE")
        return AutoFinder(HaarFinder)
    network = YuNetFinder(yunet)
    return AutoFinder(lambda: network) if way == "auto" else network


def cut_face(
    picture: Picture, box: Box, margin: float, size: int, channels: int
) -> NDArray[np.uint8]:
    """Return a face as a network takes it: (size, size) gray, or (size, size, 3) in RGB, uint8.

    The part is a square about the box's center; its side is the longer one of the box, with
    ``margin`` of it added on every side (none if the box is the whole picture). What lies
    outside of the picture repeats its border. Reduced by area averaging, enlarged linearly.
    """
    convert = cv2.COLOR_BGR2GRAY if channels == 1 else cv2.COLOR_BGR2RGB
    part = cv2.cvtColor(_square(picture, box, margin), convert)
    if part.shape[0] == size:
        return np.asarray(part)
    way = cv2.INTER_AREA if part.shape[0] > size else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(part, (size, size), interpolation=way))


def _square(picture: Picture, box: Box, margin: float) -> Picture:
    height, width = picture.shape[:2]
    wider = 1.0 if box == _all_of(picture) else 1 + 2 * margin
    side = max(1, round(max(box.width, box.height) * wider))
    left = min(max(round(box.left + (box.width - side) / 2), 1 - side), width - 1)
    top = min(max(round(box.top + (box.height - side) / 2), 1 - side), height - 1)
    inside = picture[max(0, top) : top + side, max(0, left) : left + side]
    padded = cv2.copyMakeBorder(
        inside,
        max(0, -top),
        max(0, top + side - height),
        max(0, -left),
        max(0, left + side - width),
        cv2.BORDER_REPLICATE,
    )
    return np.asarray(padded)


def _all_of(picture: Picture) -> Box:
    return Box(0, 0, picture.shape[1], picture.shape[0])


def _scaled(picture: Picture, scale: float) -> Picture:
    if scale == 1:
        return picture
    size = max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(picture, size, interpolation=way))


def _boxes(rows: NDArray[np.float64]) -> list[Box]:
    """Boxes of rows (N, 4): left, top, width, height."""
    return sorted(Box(*map(int, np.rint(row))) for row in rows if min(row[2:]) >= 1)
