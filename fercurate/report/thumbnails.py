"""Pictures of a report: read one at a time, reduced at once, embedded as data URIs."""

import base64
import io
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fercurate.report.content import ReadPictures

LONGEST = 96
"""Larger pictures are reduced to this many pixels on their longer side."""

_QUALITY = 82
"""Of WebP, where 48-pixel faces cost 650 bytes each, against 920 as JPEG and 1,740 as PNG."""

Thumbnails = dict[int, Image.Image]
"""Reduced pictures by row: gray or RGB, at most ``LONGEST`` pixels wide and high."""


def load_thumbnails(read: ReadPictures, rows: Iterable[int]) -> Thumbnails:
    """Read rows, each once and in their order, and reduce what is larger than ``LONGEST``."""
    wanted = np.unique(np.fromiter(rows, np.int64))
    thumbnails: Thumbnails = {}
    for row in wanted:
        (picture,) = read(np.array([row]))
        thumbnails[int(row)] = _reduce(picture)
    return thumbnails


def _reduce(picture: NDArray[np.uint8]) -> Image.Image:
    image = Image.fromarray(picture)
    image.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    return image


def data_uri(image: Image.Image) -> str:
    """Return a picture as a ``data:`` URI (WebP)."""
    content = io.BytesIO()
    image.save(content, "WEBP", quality=_QUALITY, method=4)
    return "data:image/webp;base64," + base64.b64encode(content.getvalue()).decode()
