"""The image decoder: what each kind of picture becomes, and what is refused."""

import io
import pickle
import random
import re
import struct
import warnings
import zlib

import numpy as np
import pytest
from PIL import Image, features

from fercurate.files.pictures.decode import MAX_PIXELS, decode_image

RNG = np.random.default_rng(11)
GRAY = RNG.integers(0, 256, (6, 9), dtype=np.uint8)
COLOR = RNG.integers(0, 256, (6, 9, 3), dtype=np.uint8)
ALPHA = np.resize(np.array([0, 128, 255, 64], np.uint8), (6, 9))
DEEP = np.array([[0, 1, 256, 257], [32768, 65278, 65279, 65535]], np.uint16)


def save(pixels: np.ndarray | Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def on_black(channel: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    return np.round(channel * (alpha / 255.0)).astype(np.int64)


def palette_image() -> Image.Image:
    image = Image.new("P", (2, 2))
    image.putpalette([10, 20, 30, 40, 50, 60, 70, 80, 90])
    image.putdata([0, 1, 2, 1])
    return image


def gray_alpha() -> Image.Image:
    return Image.merge("LA", (Image.fromarray(GRAY), Image.fromarray(ALPHA)))


def oriented(code: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = code
    return exif


PALETTE = [[[10, 20, 30], [40, 50, 60]], [[70, 80, 90], [40, 50, 60]]]
EXACT = {
    "gray PNG": (save(GRAY, "PNG"), GRAY),
    "gray BMP": (save(GRAY, "BMP"), GRAY),
    "gray TIFF": (save(GRAY, "TIFF"), GRAY),
    "gray PGM": (save(GRAY, "PPM"), GRAY),
    "color PNG": (save(COLOR, "PNG"), COLOR),
    "color PPM": (save(COLOR, "PPM"), COLOR),
    "color WebP": (save(COLOR, "WEBP", lossless=True), COLOR),
    "gray stored as color": (save(np.dstack([GRAY] * 3), "PNG"), np.dstack([GRAY] * 3)),
    "gray GIF (a palette)": (save(GRAY, "GIF"), np.dstack([GRAY] * 3)),
    "1-bit PNG": (save(Image.fromarray(GRAY > 127), "PNG"), np.where(GRAY > 127, 255, 0)),
    "1-bit TIFF": (save(Image.fromarray(GRAY > 127), "TIFF"), np.where(GRAY > 127, 255, 0)),
    "palette": (save(palette_image(), "PNG"), PALETTE),
    "palette with transparency": (
        save(palette_image(), "PNG", transparency=1),
        [[[10, 20, 30], [0, 0, 0]], [[70, 80, 90], [0, 0, 0]]],
    ),
    "gray with a transparent value": (
        save(GRAY, "PNG", transparency=int(GRAY[2, 3])),
        np.where(GRAY[2, 3] == GRAY, 0, GRAY),
    ),
    "color with a transparent value": (
        save(COLOR, "PNG", transparency=tuple(map(int, COLOR[2, 3]))),
        np.where((COLOR[2, 3] == COLOR).all(axis=2, keepdims=True), 0, COLOR),
    ),
    "16-bit gray PNG": (save(DEEP, "PNG"), [[0, 0, 1, 1], [128, 254, 254, 255]]),
    "16-bit gray TIFF": (save(DEEP, "TIFF"), [[0, 0, 1, 1], [128, 254, 254, 255]]),
    "32-bit TIFF": (
        save(np.array([[0, 257], [65535, 70000]], np.int32), "TIFF"),
        [[0, 1], [255, 255]],
    ),
    "float TIFF, 0..1": (
        save(np.array([[0.0, 0.5], [1.0, 0.25]], np.float32), "TIFF"),
        [[0, 128], [255, 64]],
    ),
    "float TIFF, 0..255": (
        save(np.array([[0.0, 12.6], [255.0, 300.0]], np.float32), "TIFF"),
        [[0, 13], [255, 255]],
    ),
    "float TIFF with no numbers": (
        save(np.array([[np.nan, -5.0], [np.inf, 7.0]], np.float32), "TIFF"),
        [[0, 0], [255, 7]],
    ),
    "animated GIF": (
        save(Image.new("L", (2, 2), 40), "GIF", save_all=True,
             append_images=[Image.new("L", (2, 2), 200)]),
        np.full((2, 2, 3), 40),
    ),
    "animated PNG": (
        save(Image.new("L", (2, 2), 40), "PNG", save_all=True,
             append_images=[Image.new("L", (2, 2), 200)]),
        np.full((2, 2), 40),
    ),
    "TIFF of two pages": (
        save(GRAY, "TIFF", save_all=True, append_images=[Image.fromarray(255 - GRAY)]),
        GRAY,
    ),
    "one pixel": (save(GRAY[:1, :1], "PNG"), GRAY[:1, :1]),
    "orientation 3": (save(GRAY, "PNG", exif=oriented(3)), GRAY[::-1, ::-1]),
    "orientation 2": (save(COLOR, "PNG", exif=oriented(2)), COLOR[:, ::-1]),
    "orientation 6": (save(GRAY, "PNG", exif=oriented(6)), np.rot90(GRAY, -1)),
    "orientation 8": (save(COLOR, "PNG", exif=oriented(8)), np.rot90(COLOR)),
    "16-bit, orientation 6": (
        save(DEEP, "PNG", exif=oriented(6)), [[128, 0], [254, 0], [254, 1], [255, 1]],
    ),
    "orientation 99": (save(GRAY, "PNG", exif=oriented(99)), GRAY),
}  # fmt: skip


@pytest.mark.parametrize(("content", "pixels"), EXACT.values(), ids=EXACT)
def test_pixels_are_exact(content, pixels) -> None:
    found = decode_image(content)
    assert found.dtype == np.uint8
    assert found.flags.writeable
    np.testing.assert_array_equal(found, pixels)


def test_transparency_is_laid_on_black() -> None:
    color = save(np.dstack([COLOR, ALPHA]), "PNG")
    expected = on_black(COLOR, ALPHA[..., None])
    assert np.abs(decode_image(color) - expected).max() <= 1
    gray = decode_image(save(gray_alpha(), "PNG"))
    assert gray.shape == GRAY.shape
    assert np.abs(gray - on_black(GRAY, ALPHA)).max() <= 1


@pytest.mark.parametrize("progressive", [False, True])
def test_jpeg_is_decoded_nearly(progressive) -> None:
    smooth = np.add.outer(np.arange(48), np.arange(48) * 3).astype(np.uint8)
    found = decode_image(save(smooth, "JPEG", quality=95, progressive=progressive))
    assert found.shape == (48, 48)
    assert np.abs(found.astype(int) - smooth).mean() < 2


@pytest.mark.parametrize("ink", [(0, 0, 0, 0), (255, 0, 0, 0), (0, 0, 0, 255)], ids=str)
def test_cmyk_jpeg_is_not_inverted(ink) -> None:
    shown = {(0, 0, 0, 0): (255, 255, 255), (255, 0, 0, 0): (0, 255, 255)}.get(ink, (0, 0, 0))
    content = save(Image.new("CMYK", (16, 16), ink), "JPEG", quality=95)
    assert b"Adobe" in content
    found = decode_image(content)
    assert found.shape == (16, 16, 3)
    assert np.abs(found[8, 8].astype(int) - shown).max() <= 4


def test_exif_orientation_of_a_jpeg_is_applied() -> None:
    tall = np.zeros((16, 32), np.uint8)
    tall[:, :16] = 200
    found = decode_image(save(tall, "JPEG", quality=95, exif=oriented(6)))
    assert found.shape == (32, 16)
    assert found[:8].mean() > 190
    assert found[-8:].mean() < 10


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
@pytest.mark.parametrize("place", ["magic", "offset", "count", "type", "cut"])
def test_broken_exif_does_not_spoil_the_picture(kind, place) -> None:
    exif = bytearray(oriented(6).tobytes())
    start = exif.index(b"MM\0*") if b"MM\0*" in exif else exif.index(b"II*\0")
    position = {"magic": 0, "offset": 4, "count": 8, "type": 12, "cut": 9}[place] + start
    if place == "cut":
        exif = exif[:position]
    else:
        exif[position : position + 2] = b"\xff\x7f"
    found = decode_image(save(GRAY, kind, exif=bytes(exif)))
    assert sorted(found.shape) == [6, 9]


def png(width: int, height: int) -> bytes:
    """A PNG that declares a size and holds no such data."""

    def chunk(name: bytes, data: bytes) -> bytes:
        size, check = struct.pack(">I", len(data)), zlib.crc32(name + data)
        return size + name + data + struct.pack(">I", check)

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(10_000)))
    return b"\x89PNG\r\n\x1a\n" + data + chunk(b"IEND", b"")


WHOLE = save(RNG.integers(0, 256, (48, 48), dtype=np.uint8), "PNG")
REFUSED = {
    "nothing": (b"", "the file is empty (0 bytes)"),
    "SVG": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "not an image of a known format"),
    "HTML": (b"<html><body>Not Found</body></html>", "a web page in place of the picture"),
    "pickle": (pickle.dumps(np.zeros(3)), "not an image of a known format"),
    "PDF": (b"%PDF-1.7\n", "not an image of a known format"),
    "EPS": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "not an image"),
    "ICO": (save(COLOR, "ICO"), "not an image of a known format"),
    "PCX": (save(GRAY, "PCX"), "not an image of a known format"),
    "zip": (b"PK\3\4" + bytes(40), "not an image of a known format"),
    "zeros": (bytes(1000), "not an image of a known format"),
    "PNG magic alone": (b"\x89PNG\r\n\x1a\n", "not an image of a known format"),
    "PNG cut in half": (WHOLE[: len(WHOLE) // 2], "cannot be decoded"),
    "GIF cut": (save(GRAY, "GIF")[:20], "begins with b'GIF87a"),
    "bomb": (png(60_000, 60_000), "cannot be decoded"),
    "bomb of 2^31 pixels a side": (png(2**31 - 1, 2**31 - 1), "cannot be decoded: Image size"),
    "a little too large": (png(8_001, 8_000), "8001x8000 pixels; at most 64,000,000 are decoded"),
    "no width": (png(0, 10), "not an image of a known format"),
    "declared size without data": (png(8_000, 7_999), "cannot be decoded"),
}


@pytest.mark.parametrize(("content", "message"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_picture_is_refused(content, message) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        decode_image(content)


def test_limit_is_below_the_one_at_which_pillow_warns() -> None:
    assert Image.MAX_IMAGE_PIXELS is not None
    assert MAX_PIXELS == 64_000_000 < Image.MAX_IMAGE_PIXELS


SOURCES = {
    "PNG": WHOLE,
    "JPEG": save(COLOR, "JPEG", exif=oriented(6)),
    "GIF": save(palette_image(), "GIF"),
    "TIFF": save(GRAY, "TIFF"),
    "float TIFF": save(GRAY.astype(np.float32), "TIFF"),
    "BMP": save(COLOR, "BMP"),
    "WebP": save(COLOR, "WEBP", exif=oriented(6)),
    "PGM": save(GRAY, "PPM"),
    "palette": save(palette_image(), "PNG", transparency=1),
    "TGA": save(COLOR, "TGA", compression="tga_rle"),
    **{
        kind: save(COLOR, kind)
        for kind, name in (("AVIF", "avif"), ("JPEG2000", "jpg_2000"))
        if name in features.get_supported()
    },
}


@pytest.mark.parametrize("content", SOURCES.values(), ids=SOURCES)
def test_damaged_files_raise_value_error_only_and_never_warn(content) -> None:
    chance = random.Random(4)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(150):
            damaged = bytearray(content)
            for _ in range(chance.choice((1, 2, 6))):
                damaged[chance.randrange(min(len(damaged), 150))] = chance.randrange(256)
            if chance.random() < 0.3:
                damaged = damaged[: chance.randrange(len(damaged))]
            try:
                found = decode_image(bytes(damaged))
            except ValueError:
                continue
            assert found.dtype == np.uint8
            assert found.ndim == 2 or found.shape[2:] == (3,)
