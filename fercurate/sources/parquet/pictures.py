"""From a value of a picture column to a picture: file bytes, pixels as text, lists of numbers."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from fercurate.domain.sample import EncodedImage, Pixels
from fercurate.sources.reading.loading import MOST_BYTES, encode_image
from fercurate.sources.reading.pixel_csv import PixelFault, parse_row

_LEAST = 8
_MAX_NUMBERS = 16_000_000


def picture_bytes(value: Any) -> int:
    """Bytes that a value of a picture column holds once it is read."""
    content = value.get("bytes") if isinstance(value, Mapping) else value
    return len(content) if isinstance(content, bytes | str | list) else 0


def picture_of(value: Any) -> Pixels | EncodedImage:
    """The picture that a value holds.

    Raises:
        FileNotFoundError: no bytes: empty, or the path of a file that is elsewhere.
        ValueError: no picture.
    """
    if isinstance(value, Mapping):
        path, value = value.get("path"), value.get("bytes")
        if value is None and path:
            raise FileNotFoundError(f"the row has a path ({str(path)[:60]!r}) and no bytes")
    if value is None or not len(value):
        raise FileNotFoundError("the row has no picture")
    if isinstance(value, bytes):
        if len(value) > MOST_BYTES:
            raise ValueError(f"{len(value):,} bytes; at most {MOST_BYTES:,} are read")
        return encode_image(value)
    return _from_text(value) if isinstance(value, str) else _from_numbers(value)


def _from_text(text: str) -> Pixels:
    count = len(text.replace(",", " ").split())
    side = math.isqrt(count)
    if side * side != count or side < _LEAST or count > _MAX_NUMBERS:
        raise ValueError(f"{count:,} pixel values, which are no square")
    picture = parse_row(text.encode("utf-8", "replace"), side)
    if isinstance(picture, PixelFault):
        raise ValueError(picture.message)  # noqa: TRY004 -- a fault of the value, not of a type
    return picture


def _from_numbers(values: list[Any]) -> Pixels:
    array = np.asarray(values, dtype=np.float64)
    if array.size > _MAX_NUMBERS:
        raise ValueError(f"{array.size:,} values")
    side = math.isqrt(array.size)
    if array.ndim == 1 and side * side == array.size:
        array = array.reshape(side, side)
    if array.ndim == 3 and array.shape[0] in (1, 3) and array.shape[2] not in (1, 3):
        array = np.moveaxis(array, 0, -1)
    colored = array.ndim == 3 and array.shape[2] in (1, 3)
    if not (array.ndim == 2 or colored) or min(array.shape[:2]) < _LEAST:
        raise ValueError(f"values of the shape {'x'.join(map(str, array.shape))}, no picture")
    with np.errstate(invalid="ignore"):
        if not ((array >= 0) & (array <= 255) & (array == np.round(array))).all():
            raise ValueError("a pixel value that is no whole number in 0..255")
    picture = np.ascontiguousarray(array, dtype=np.uint8)
    return picture[..., 0] if colored and array.shape[2] == 1 else picture
