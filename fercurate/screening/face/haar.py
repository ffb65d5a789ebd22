"""Haar cascades that come with OpenCV, made fit for small face crops.

Viola and Jones, "Rapid object detection using a boosted cascade of simple features", CVPR 2001;
the cascade ``frontalface_alt2`` is by R. Lienhart. As it comes, a cascade only says yes or no, and
says no to many real faces of 48 pixels. Cut after fewer of its stages it becomes a graded
witness: how many windows of a picture pass 3 stages tells whether there is anything like a face,
how many pass 14 tells a face.
"""

import threading
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray

from fercurate.screening.base import Gray, Values, View
from fercurate.screening.face.base import FACE_COLUMNS, Face, face_values

SIDES = (48, 96, 192)
"""Shorter sides in pixels at which a face is looked for, until one is found.

Pictures are brought to the first; the others are only tried on pictures that have so many."""

_SMALLEST, _LARGEST = 28, 62
_PADDING = 7
_LONGEST = 4
_ALIKE, _FACE, _STRICT = 3, 14, 20
"""Stages of 20: anything like a face; a face that fills the picture; a smaller one."""

_COARSE_STEP, _FINE_STEP = 1.2, 1.15
_SOFT = 0.25
_OVERLAP = 0.2


@dataclass(frozen=True, slots=True)
class Haar:
    """Finds the main face of a picture; gives no landmarks. See ``detect``.

    Every thread has cascades of its own.
    """

    kind: ClassVar[str] = "face"
    method: ClassVar[str] = "haar-1"
    view: ClassVar[View] = "whole"
    columns: ClassVar[tuple[str, ...]] = FACE_COLUMNS
    _own: threading.local = field(default_factory=threading.local)

    def measure(self, pictures: Sequence[Gray]) -> Values:
        """Return the measurements (N, 17) float32 of N gray pictures of any sizes."""
        return face_values(self, pictures)

    def detect(self, picture: Gray) -> Face:
        """Return the main face of a gray picture (H, W) of at least one pixel.

        At a shorter side of 48 pixels, padded by 7 with the colors of its border, faces of 28 to 62
        pixels are looked for; if there is none and the picture is large enough, at 96 and 192
        with all stages. The main face is the group with the most windows. With ``a`` windows like a
        face and ``n`` windows that are one, e = 1 - ((1 + a) (1 + n)) ** -0.25, and the score is
        0.5 + e / 2 if a face was found, else e / 2 without a box.
        """
        small, scale = _prepared(picture, SIDES[0])
        alike = len(self._windows(_ALIKE, small, _COARSE_STEP))
        windows = self._windows(_FACE, small, _FINE_STEP)
        for side in SIDES[1:]:
            if len(windows) or min(picture.shape) < side:
                break
            large, scale = _prepared(picture, side)
            windows = self._windows(_STRICT, large, _FINE_STEP)
        evidence = 1 - ((1 + alike) * (1 + len(windows))) ** -_SOFT
        if not len(windows):
            return Face(evidence / 2)
        return Face(0.5 + evidence / 2, _main_box(windows, scale))

    def _windows(self, stages: int, image: Gray, step: float) -> NDArray[np.int32]:
        """The windows (M, 4) of an image that pass so many stages: left, top, width, height."""
        found = self._cascade(stages).detectMultiScale(
            image, step, 0, 0, (_SMALLEST, _SMALLEST), (_LARGEST, _LARGEST)
        )
        return np.asarray(found, dtype=np.int32).reshape(-1, 4)

    def _cascade(self, stages: int) -> cv2.CascadeClassifier:
        """A cascade of this thread's own; one cannot be shared."""
        if not hasattr(self._own, "cascades"):
            self._own.cascades = {}
        kept: dict[int, cv2.CascadeClassifier] = self._own.cascades
        if stages not in kept:
            kept[stages] = _load(stages)
        return kept[stages]


def cascades_are_there() -> bool:
    """Whether OpenCV has its cascades, and what reads them: it comes with both up to version 4."""
    return hasattr(cv2, "CascadeClassifier") and _file().is_file()


def _file() -> Path:
    return Path(cv2.__file__).parent / "data" / "haarcascade_frontalface_alt2.xml"


@cache
def _text(stages: int) -> str:
    """The cascade's XML with its first stages only."""
    root = ET.fromstring(_file().read_bytes())  # noqa: S314 - a file of the OpenCV package
    cascade = root[0]
    kept, number = cascade.find("stages"), cascade.find("stageNum")
    assert kept is not None
    assert number is not None
    del kept[stages:]
    number.text = str(len(kept))
    return '<?xml version="1.0"?>\n' + ET.tostring(root, encoding="unicode")


def _load(stages: int) -> cv2.CascadeClassifier:
    way = cv2.FILE_STORAGE_READ | cv2.FILE_STORAGE_MEMORY
    cascade, storage = cv2.CascadeClassifier(), cv2.FileStorage(_text(stages), way)
    cascade.read(storage.getFirstTopLevelNode())
    storage.release()
    return cascade


def _prepared(picture: Gray, side: int) -> tuple[Gray, tuple[float, float]]:
    """The picture with its shorter side at ``side`` and padded; and its scale, across and down."""
    height, width = picture.shape
    scale = min(side / min(height, width), _LONGEST * side / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    image = picture if scale == 1 else cv2.resize(picture, size, interpolation=way)
    padded = cv2.copyMakeBorder(image, *(_PADDING,) * 4, cv2.BORDER_REPLICATE)
    return np.asarray(padded, dtype=np.uint8), (size[0] / width, size[1] / height)


def _main_box(windows: NDArray[np.int32], scale: tuple[float, float]) -> tuple[float, ...]:
    """The mean of the largest group of overlapping windows, in pixels of the picture."""
    order = np.lexsort(windows.T)
    twice = np.repeat(windows[order], 2, axis=0).tolist()  # so that a lone window is a group
    groups, sizes = cv2.groupRectangles(twice, 1, _OVERLAP)
    left, top, width, height = groups[int(np.argmax(sizes))]
    across, down = scale
    return (left - _PADDING) / across, (top - _PADDING) / down, width / across, height / down
