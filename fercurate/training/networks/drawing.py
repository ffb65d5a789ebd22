"""Drawing boxes and labels into pictures. Needs OpenCV."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .faces import Box, Picture
from .opencv import cv2

_LEGIBLE = 288
_COLORS = (
    (60, 76, 231),
    (63, 145, 46),
    (173, 68, 142),
    (15, 196, 241),
    (219, 152, 52),
    (34, 126, 230),
    (141, 140, 127),
    (128, 0, 128),
)
"""Blue, green and red of each class in turn."""


@dataclass(frozen=True)
class Mark:
    """What is written at a box: text, in the color of the class with this number."""

    box: Box
    text: str
    code: int


def annotate(picture: Picture, marks: Sequence[Mark]) -> Picture:
    """Return a copy of a picture (H, W, 3) with its marks.

    One without a side of 288 pixels is enlarged by a whole number first, so that one can read it.
    """
    factor = math.ceil(_LEGIBLE / max(picture.shape[:2]))
    copy = np.array(picture)
    if factor > 1:
        size = picture.shape[1] * factor, picture.shape[0] * factor
        copy = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC))
    for mark in marks:
        _draw(copy, mark, factor)
    return copy


def _draw(canvas: Picture, mark: Mark, factor: int) -> None:
    color = _COLORS[mark.code % len(_COLORS)]
    left, top = mark.box.left * factor, mark.box.top * factor
    right, bottom = left + mark.box.width * factor - 1, top + mark.box.height * factor - 1
    thick = max(2, round(max(canvas.shape[:2]) / 400))
    cv2.rectangle(canvas, (left, top), (right, bottom), color, thick)
    text = mark.text.encode("ascii", "replace").decode()
    scale = min(max(mark.box.width * factor / 260, 0.5), 2.0)
    face, weight = cv2.FONT_HERSHEY_SIMPLEX, max(1, round(scale * 1.5))
    (wide, high), below = cv2.getTextSize(text, face, scale, weight)
    room = high + below + 4
    start = min(max(left, 0), max(canvas.shape[1] - wide - 4, 0))
    base = top - room if top >= room else max(top, 0)
    cv2.rectangle(canvas, (start, base), (start + wide + 4, base + room), color, cv2.FILLED)
    place = (start + 2, base + high + 2)
    cv2.putText(canvas, text, place, face, scale, (255, 255, 255), weight, cv2.LINE_AA)
