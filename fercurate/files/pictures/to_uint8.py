"""From a picture of any mode to gray or RGB bytes: upright, a strip at a time."""

import struct
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from fercurate.domain.sample import Pixels

_STRIP_PIXELS = 1 << 20
"""Pixels that are turned into bytes at a time: beside a large picture they need no memory."""

_SIXTEEN_BIT = ("I;16", "I;16B", "I;16L", "I")
_ORIENTATION = 0x0112
_ORIENTED = frozenset(("exif", "xmp", "XML:com.adobe.xmp", "Raw profile type exif"))
_BROKEN_EXIF = (
    *(OSError, EOFError, SyntaxError, ValueError, LookupError, TypeError, AttributeError),
    *(ArithmeticError, MemoryError, RuntimeError, struct.error),
)


def upright(image: Image.Image) -> Image.Image:
    """Return a loaded picture as its EXIF data says that it stands."""
    if image.format != "TIFF" and _ORIENTED.isdisjoint(image.info):
        return image
    try:
        told = image.getexif().get(_ORIENTATION, 1)
        return ImageOps.exif_transpose(image) if told in range(2, 9) else image
    except _BROKEN_EXIF:
        return image  # the picture is whole, only what is written about it is not


def to_uint8(image: Image.Image) -> Pixels:
    """Return (H, W) uint8 for a gray picture, else (H, W, 3) RGB; see ``decode.decode_image``."""
    convert = _conversion(image)
    width, height = image.size
    step = max(_STRIP_PIXELS // width, 1)
    if height <= step:
        return convert(image)
    first = convert(image.crop((0, 0, width, step)))
    pixels = np.empty((height, *first.shape[1:]), dtype=np.uint8)
    pixels[:step] = first
    for top in range(step, height, step):
        bottom = min(top + step, height)
        pixels[top:bottom] = convert(image.crop((0, top, width, bottom)))
    return pixels


def _conversion(image: Image.Image) -> Callable[[Image.Image], Pixels]:
    """What turns a strip of a picture into bytes."""
    if image.mode in ("L", "RGB") and "transparency" not in image.info:
        return lambda strip: np.asarray(strip, dtype=np.uint8).copy()
    if image.mode in _SIXTEEN_BIT:
        return _from_16_bits
    if image.mode == "F":
        brightest = np.nan_to_num(np.asarray(image)).max(initial=0.0)
        scale = 255.0 if brightest <= 1.0 else 1.0
        return lambda strip: _from_floats(np.asarray(strip, dtype=np.float64), scale)
    return _flattened


def _from_16_bits(strip: Image.Image) -> Pixels:
    values = np.clip(np.asarray(strip, dtype=np.int64), 0, 65535)
    return np.asarray(np.round(values / 257.0), dtype=np.uint8)


def _from_floats(values: NDArray[Any], scale: float) -> Pixels:
    return np.asarray(np.clip(np.round(np.nan_to_num(values) * scale), 0, 255), dtype=np.uint8)


def _flattened(strip: Image.Image) -> Pixels:
    gray = strip.mode in ("1", "L", "LA", "La")
    if gray or strip.mode in ("RGBA", "PA", "RGBa") or "transparency" in strip.info:
        rgba = strip.convert("RGBA")
        strip = Image.alpha_composite(Image.new("RGBA", rgba.size, (0, 0, 0, 255)), rgba)
    return np.asarray(strip.convert("L" if gray else "RGB"), dtype=np.uint8).copy()
