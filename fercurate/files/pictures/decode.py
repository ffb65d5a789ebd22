"""The one decoder for image files: by content, bounded, and never trusting a suffix."""

import io
import logging
import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from PIL import Image, UnidentifiedImageError, features

from fercurate.domain.sample import Pixels, pixel_digest
from fercurate.files.budget import ByteBudget
from fercurate.files.pictures.image_kinds import image_kind
from fercurate.files.pictures.quiet import QUIET
from fercurate.files.pictures.to_uint8 import to_uint8, upright

FORMATS: tuple[str, ...] = ("PNG", "JPEG", "BMP", "TIFF", "GIF", "WEBP", "PPM")
"""Pillow formats that are tried; everything else is refused whatever its suffix says."""

TOLD_FORMATS: tuple[str, ...] = ("AVIF", "JPEG2000", "TGA", "HEIF")
"""Pillow formats that are tried where the content says so: ``image_kinds.image_kind``."""

MAX_PIXELS = 64_000_000
"""Pictures with more pixels than this are refused before they are decoded."""

_SMALL, _PIXELS_PER_BYTE = 4_000_000, 10_000
"""Only pictures of one color pack more pixels into a byte; small ones cost nothing."""

WORKING_BYTES = 700_000_000
"""Bytes that all threads together decode in; a picture that needs more is decoded alone."""

_NEEDED = {
    "AVIF": ("avif", "AVIF needs Pillow 11.3 or newer: pip install -U pillow"),
    "JPEG2000": ("jpg_2000", "JPEG 2000 needs a Pillow built with OpenJPEG"),
}
_NO_HEIF = "HEIC needs another package: pip install 'fercurate[heic]'"
_DECODER_BYTES = {"WEBP": 16, "AVIF": 12, "HEIF": 12, "JPEG2000": 16}
"""Bytes a pixel that a format's decoder needs beside the picture it fills."""

_BROKEN = (
    *(OSError, EOFError, SyntaxError, ValueError, LookupError, TypeError, AttributeError),
    *(ArithmeticError, MemoryError, RuntimeError, struct.error, Image.DecompressionBombError),
)
"""What Pillow raises for damaged files, depending on the format and on the damaged place."""

_HEADER = 1 << 16
_PNM = re.compile(rb"P.(?:(?:\s|#[^\r\n]*[\r\n])+[^\s#]+){2}", re.DOTALL)
"""Kind, width and height: Pillow looks for them byte by byte, however long a comment is."""

_BUDGET = ByteBudget(WORKING_BYTES)

Result = TypeVar("Result")

logging.getLogger("PIL").addHandler(logging.NullHandler())
"""What Pillow would print of damaged files is in the errors that it raises."""

Image.core.set_block_size(64 << 20)  # type: ignore[attr-defined]
"""Pillow's own blocks of 16 MiB would stay with the thread that asked for them once freed; what is
larger than 32 MiB goes back to the system."""


@dataclass(frozen=True, slots=True, eq=False)
class DecodedImage:
    """The pixels of an image file; ``frames`` is 2 if it holds more than this first picture.

    The preview that cameras lay beside a JPEG is no second frame.
    """

    pixels: Pixels
    frames: int = 1


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What is known of a decoded file: ``shape`` and ``digest`` of its pixels, and ``frames``."""

    shape: tuple[int, ...]
    digest: str
    frames: int = 1


def decode_image(content: bytes) -> Pixels:
    """Return the pixels of an image file: (H, W) uint8 if it is gray, else (H, W, 3) RGB.

    EXIF orientation is applied, transparency is laid on black, 16-bit values are scaled (not
    cut) to 0..255, CMYK and palettes become RGB, and of several frames the first is taken.

    Raises:
        ValueError: empty, truncated, too large, or no image of a known format.
    """
    return decode_first_frame(content).pixels


def decode_first_frame(content: bytes, longest: int = 0) -> DecodedImage:
    """Return the pixels of an image file as ``decode_image`` does, and whether there are more.

    A picture that will be shown with at most ``longest`` pixels on its longer side (0: as it is)
    may come smaller: a JPEG is then decoded at a half, a quarter or an eighth, with at least
    twice as many.

    Raises:
        ValueError: empty, truncated, too large, or no image of a known format.
    """
    return _opened(content, lambda image: _first_frame(image, longest))


def image_facts(content: bytes) -> ImageFacts:
    """Decode an image file as ``decode_image`` does, and return what is known of it.

    The pixels are gone by then: threads that each decode a file hold no more than the budget.

    Raises:
        ValueError: empty, truncated, too large, or no image of a known format.
    """

    def facts(image: Image.Image) -> ImageFacts:
        with _BUDGET.held(_working_bytes(image)):
            decoded = _loaded(image)
            return ImageFacts(decoded.pixels.shape, pixel_digest(decoded.pixels), decoded.frames)

    return _opened(content, facts)


def _opened(content: bytes, work: Callable[[Image.Image], Result]) -> Result:
    """What ``work`` makes of an opened file of a known format that is not too large."""
    if not content:
        raise ValueError("the file is empty (0 bytes)")
    if content[:1] == b"P" and image_kind(content) == "PPM" and not _PNM.match(content[:_HEADER]):
        raise ValueError(f"cannot be decoded: no size of a picture in its first {_HEADER:,} bytes")
    try:
        with QUIET, Image.open(io.BytesIO(content), formats=_formats(content)) as image:
            width, height = image.size
            if width * height > MAX_PIXELS:
                raise OSError(f"{width}x{height} pixels; at most {MAX_PIXELS:,} are decoded")
            if width * height > max(_SMALL, _PIXELS_PER_BYTE * len(content)):
                raise OSError(f"{width}x{height} pixels in {len(content):,} bytes: no photograph")
            return work(image)
    except UnidentifiedImageError:
        raise ValueError(_what_else(content)) from None
    except _BROKEN as error:
        raise ValueError(f"cannot be decoded: {error}") from None


def _what_else(content: bytes) -> str:
    """What is said of a file that is no image."""
    if content.startswith(b"version https://git-lfs"):
        return "a Git LFS pointer in place of the picture; get the pictures with: git lfs pull"
    if content.lstrip()[:14].lower().startswith((b"<!doctype html", b"<html")):
        return "a web page in place of the picture; download it again"
    return f"not an image of a known format; begins with {content[:8]!r}"


def _first_frame(image: Image.Image, longest: int) -> DecodedImage:
    width, height = image.size
    if longest and max(width, height) > 2 * longest:
        part = 2 * longest / max(width, height)
        image.draft(image.mode, (max(int(width * part), 1), max(int(height * part), 1)))
    with _BUDGET.held(_working_bytes(image)):
        return _loaded(image)


def _loaded(image: Image.Image) -> DecodedImage:
    image.load()
    return DecodedImage(to_uint8(upright(image)), 2 if _has_more(image) else 1)


def _formats(content: bytes) -> tuple[str, ...]:
    """The Pillow formats to try.

    Raises:
        OSError: the format is known, but what decodes it is not installed.
    """
    kind = image_kind(content)
    if kind == "HEIF":
        _register_heif()
    elif kind in _NEEDED and _NEEDED[kind][0] not in features.get_supported():
        raise OSError(_NEEDED[kind][1])
    return (kind,) if kind in TOLD_FORMATS else FORMATS


def _register_heif() -> None:
    try:
        from pillow_heif import register_heif_opener  # noqa: PLC0415  # an extra
    except ImportError:
        raise OSError(_NO_HEIF) from None
    register_heif_opener(thumbnails=False)


def _working_bytes(image: Image.Image) -> int:
    """Bytes at most that decoding needs: Pillow's picture, a turned one, the decoder, and ours."""
    stored = 1 if image.mode in ("1", "L", "P") else 4
    progressive = 6 if image.info.get("progressive") else 0
    turned = stored if image.format == "TIFF" or "exif" in image.info else 0
    each = stored + turned + progressive + _DECODER_BYTES.get(image.format or "", 0)
    return image.width * image.height * (each + 3)


def _has_more(image: Image.Image) -> bool:
    """Whether a loaded picture is the first of several; not how many: counting reads them all."""
    if image.format in ("JPEG", "MPO"):
        return False
    if image.format not in ("GIF", "TIFF"):
        return getattr(image, "n_frames", 1) > 1
    try:
        image.seek(1)
    except _BROKEN:
        return False
    return True
