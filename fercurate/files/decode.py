"""The one decoder for image files: by content, bounded, and never trusting a suffix."""

import io
import struct
import warnings
from threading import Lock

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from fercurate.domain.sample import Pixels

FORMATS: tuple[str, ...] = ("PNG", "JPEG", "BMP", "TIFF", "GIF", "WEBP", "PPM")
"""Pillow formats that are tried; everything else is refused whatever its suffix says."""

MAX_PIXELS = 64_000_000
"""Pictures with more pixels than this are refused before they are decoded."""

_SIXTEEN_BIT = ("I;16", "I;16B", "I;16L", "I")
_BROKEN = (
    *(OSError, EOFError, SyntaxError, ValueError, LookupError, TypeError, AttributeError),
    *(ArithmeticError, MemoryError, RuntimeError, struct.error, Image.DecompressionBombError),
)
"""What Pillow raises for damaged files, depending on the format and on the damaged place."""


def decode_image(content: bytes) -> Pixels:
    """Return the pixels of an image file: (H, W) uint8 if it is gray, else (H, W, 3) RGB.

    EXIF orientation is applied, transparency is laid on black, 16-bit values are scaled (not
    cut) to 0..255, CMYK and palettes become RGB, and of several frames the first is taken.

    Raises:
        ValueError: empty, truncated, too large, or no image of a known format.
    """
    if not content:
        raise ValueError("the file is empty (0 bytes)")
    try:
        with _QUIET:
            return _decode(content)
    except UnidentifiedImageError:
        raise ValueError(f"not an image of a known format; begins with {content[:8]!r}") from None
    except _BROKEN as error:
        raise ValueError(f"cannot be decoded: {error}") from None


def _decode(content: bytes) -> Pixels:
    with Image.open(io.BytesIO(content), formats=FORMATS) as image:
        width, height = image.size
        if width * height > MAX_PIXELS:
            raise OSError(f"{width}x{height} pixels; at most {MAX_PIXELS:,} are decoded")
        image.load()
        return _to_uint8(_upright(image))


class _Quiet:
    """Silences warnings while any thread decodes: ``catch_warnings`` alone is not thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._users = 0
        self._filters = warnings.catch_warnings()

    def __enter__(self) -> None:
        with self._lock:
            if self._users == 0:
                self._filters = warnings.catch_warnings()
                self._filters.__enter__()
                warnings.simplefilter("ignore")
            self._users += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._users -= 1
            if self._users == 0:
                self._filters.__exit__(None, None, None)


_QUIET = _Quiet()
_ORIENTED = frozenset(("exif", "xmp", "XML:com.adobe.xmp", "Raw profile type exif"))


def _upright(image: Image.Image) -> Image.Image:
    if image.format != "TIFF" and _ORIENTED.isdisjoint(image.info):
        return image
    try:
        return ImageOps.exif_transpose(image)
    except _BROKEN:
        return image  # the picture is whole, only what is written about it is not


def _to_uint8(image: Image.Image) -> Pixels:
    if image.mode in ("L", "RGB") and "transparency" not in image.info:
        return np.asarray(image, dtype=np.uint8).copy()
    if image.mode in _SIXTEEN_BIT:
        values = np.clip(np.asarray(image, dtype=np.int64), 0, 65535)
        return np.round(values / 257.0).astype(np.uint8)
    if image.mode == "F":
        values = np.nan_to_num(np.asarray(image, dtype=np.float64))
        scale = 255.0 if values.max(initial=0.0) <= 1.0 else 1.0
        return np.clip(np.round(values * scale), 0, 255).astype(np.uint8)
    return _flattened(image)


def _flattened(image: Image.Image) -> Pixels:
    gray = image.mode in ("1", "L", "LA", "La")
    if gray or image.mode in ("RGBA", "PA", "RGBa") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", rgba.size, (0, 0, 0, 255)), rgba)
    return np.asarray(image.convert("L" if gray else "RGB"), dtype=np.uint8).copy()
