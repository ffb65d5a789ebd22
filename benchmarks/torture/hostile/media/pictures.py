"""Picture files of every format, cut, damaged, lying or odd, among good ones in class folders."""

from collections.abc import Iterator, Mapping

import numpy as np
from PIL import Image

from benchmarks.torture.hostile.case import Case, Expected, Stored, ingest
from benchmarks.torture.hostile.inputs import GOOD_PICTURES, draw, encode, planted, save

KIND = "pictures"

BAD = Stored(4, {"E_DECODE": 1})
FINE = Stored(5)
SMALL = Stored(4, {"E_SIZE": 1})

FORMATS: Mapping[str, tuple[str, str]] = {
    "PNG": ("PNG", ".png"),
    "JPEG": ("JPEG", ".jpg"),
    "BMP": ("BMP", ".bmp"),
    "TIFF": ("TIFF", ".tif"),
    "GIF": ("GIF", ".gif"),
    "WebP": ("WEBP", ".webp"),
    "PGM": ("PPM", ".pgm"),
    "PPM": ("PPM", ".ppm"),
    "JPEG 2000": ("JPEG2000", ".jp2"),
    "AVIF": ("AVIF", ".avif"),
    "TGA": ("TGA", ".tga"),
}
"""Pillow's name and the suffix of each format."""

COLORED = ("WebP", "PPM", "AVIF", "JPEG")
NO_MAGIC = ("TGA",)
UNREAD = ("YCbCr TIFF",)
"""Pictures that Pillow writes and cannot read."""

SHARES = (0.1, 0.3, 0.6, 0.95)

HUGE: Mapping[str, tuple[bytes, bytes]] = {
    "PNG": (b"\0\0\0\x14\0\0\0\x18", b"\x7f\xff\xff\xff\x7f\xff\xff\xff"),
    "BMP": (b"\x14\0\0\0\x18\0\0\0", b"\xff\xff\xff\x7f\xff\xff\xff\x7f"),
    "GIF": (b"\x14\0\x18\0", b"\xff\xff\xff\xff"),
    "PGM": (b"20 24", b"999999999 999999999"),
    "PPM": (b"20 24", b"99999 99999"),
    "JPEG": (b"\x08\0\x18\0\x14", b"\x08\xff\xff\xff\xff"),
    "TGA": (b"\x14\0\x18\0", b"\xff\xff\xff\xff"),
    "JPEG 2000": (b"\0\0\0\x18\0\0\0\x14", b"\x7f\xff\xff\xff\x7f\xff\xff\xff"),
    "AVIF": (b"\0\0\0\x14\0\0\0\x18", b"\x7f\xff\xff\xff\x7f\xff\xff\xff"),
}
"""The bytes that say how wide and high a picture is, and those in their place."""

ZERO: Mapping[str, tuple[bytes, bytes]] = {
    "PNG": (b"\0\0\0\x14\0\0\0\x18", bytes(8)),
    "BMP": (b"\x14\0\0\0\x18\0\0\0", bytes(8)),
    "PGM": (b"20 24", b"0 0"),
    "PPM": (b"20 24", b"-1 -1"),
    "JPEG": (b"\x08\0\x18\0\x14", b"\x08\0\0\0\0"),
    "TGA": (b"\x14\0\x18\0", bytes(4)),
}
"""The same with no extent at all."""


def whole(name: str) -> bytes:
    """A picture of noise, 20 wide and 24 high, in a format."""
    kind, _ = FORMATS[name]
    options = {"lossless": True} if kind == "WEBP" else {}
    shape = (24, 20, 3) if name in COLORED else (24, 20)
    return encode(draw(21, shape), kind, **options)


def cases() -> Iterator[Case]:
    """Every fault of a file in every format; bombs and odd pictures are in ``picture_bombs``."""
    for name, (_, suffix) in FORMATS.items():
        content = whole(name)
        yield _case(f"{name}, whole", suffix, content, FINE)
        for share in SHARES:
            cut = content[: int(len(content) * share)]
            yield _case(f"{name}, {share:.0%} of it", suffix, cut, BAD)
        yield _case(f"{name}, empty", suffix, b"", BAD)
        yield _case(f"{name}, one byte", suffix, content[:1], BAD)
        yield _case(f"{name}, 16 bytes", suffix, content[:16], BAD)
        yield _case(f"{name}, text instead", suffix, b"no picture at all\n" * 10, BAD)
        yield _case(f"{name}, NUL bytes instead", suffix, bytes(len(content)), BAD)
        noise = draw(3, (500,)).tobytes()
        yield _case(f"{name}, noise instead", suffix, noise, BAD)
        behind = FINE if name == "PGM" else BAD  # its values are any bytes
        yield _case(f"{name}, noise behind its head", suffix, content[:24] + noise, behind)
        if name not in NO_MAGIC:
            flipped = bytes((content[0] ^ 0xFF,)) + content[1:]
            yield _case(f"{name}, its first byte turned", suffix, flipped, BAD)
            shifted = b"\n" + content
            yield _case(f"{name}, a byte before it", suffix, shifted, BAD)
            yield _case(f"{name}, junk behind it", suffix, content + noise, FINE)
        for what, changes in (("a huge size", HUGE), ("no size", ZERO)):
            if name in changes:
                changed = content.replace(*changes[name], 1)
                yield _case(f"{name}, {what}", suffix, changed, BAD)
    yield from _other_suffixes()
    yield from _modes()
    yield from _sizes()


def _other_suffixes() -> Iterator[Case]:
    """A picture is known by its content, whatever its suffix says."""
    for name in FORMATS:
        content = whole(name)
        for suffix in (".png", ".jpg", ".tif"):
            if suffix != FORMATS[name][1]:
                yield _case(f"{name} as {suffix}", suffix, content, FINE)
        alone = FINE if name not in NO_MAGIC else Stored(4)
        yield _case(f"{name} without suffix", "", content, alone)
        yield _case(f"{name} as .txt", ".txt", content, Stored(4))


def _modes() -> Iterator[Case]:
    gray = Image.fromarray(draw(5, (24, 20)))
    color = Image.fromarray(draw(6, (24, 20, 3)))
    deep = Image.fromarray(np.arange(480, dtype=np.uint16).reshape(24, 20) * 136)
    floats = Image.fromarray(np.linspace(-1, 2, 480, dtype=np.float32).reshape(24, 20))
    lost = Image.fromarray(np.full((24, 20), np.nan, np.float32))
    whole_numbers = Image.fromarray(np.arange(480, dtype=np.int32).reshape(24, 20) - 9)
    images: Mapping[str, tuple[bytes, str]] = {
        "CMYK JPEG": (save(color.convert("CMYK"), "JPEG"), ".jpg"),
        "CMYK TIFF": (save(color.convert("CMYK"), "TIFF"), ".tif"),
        "YCbCr TIFF": (save(color.convert("YCbCr"), "TIFF"), ".tif"),
        "LAB TIFF": (save(color.convert("LAB"), "TIFF"), ".tif"),
        "palette PNG": (save(color.quantize(16), "PNG"), ".png"),
        "palette BMP": (save(color.quantize(16), "BMP"), ".bmp"),
        "palette with transparency": (save(color.quantize(16), "PNG", transparency=3), ".png"),
        "palette TIFF": (save(color.quantize(200), "TIFF"), ".tif"),
        "one bit PNG": (save(gray.convert("1"), "PNG"), ".png"),
        "one bit TIFF": (save(gray.convert("1"), "TIFF", compression="group4"), ".tif"),
        "one bit PBM": (save(gray.convert("1"), "PPM"), ".pbm"),
        "16 bit PNG": (save(deep, "PNG"), ".png"),
        "16 bit TIFF": (save(deep, "TIFF"), ".tif"),
        "16 bit PGM": (save(deep, "PPM"), ".pgm"),
        "32 bit TIFF": (save(whole_numbers, "TIFF"), ".tif"),
        "float TIFF": (save(floats, "TIFF"), ".tif"),
        "float TIFF of NaN": (save(lost, "TIFF"), ".tif"),
        "gray with alpha": (save(gray.convert("LA"), "PNG"), ".png"),
        "color with alpha": (save(color.convert("RGBA"), "PNG"), ".png"),
        "WebP with alpha": (save(color.convert("RGBA"), "WEBP"), ".webp"),
        "progressive JPEG": (save(color, "JPEG", progressive=True), ".jpg"),
        "JPEG, orientation 6": (save(color, "JPEG", exif=_orientation(6)), ".jpg"),
        "JPEG, orientation 99": (save(color, "JPEG", exif=_orientation(99)), ".jpg"),
        "JPEG, EXIF of noise": (save(color, "JPEG", exif=b"Exif\0\0" + bytes(range(99))), ".jpg"),
        "LZW TIFF": (save(color, "TIFF", compression="tiff_lzw"), ".tif"),
        "JPEG in TIFF": (save(color, "TIFF", compression="jpeg"), ".tif"),
    }
    for name, (content, suffix) in images.items():
        yield _case(name, suffix, content, BAD if name in UNREAD else FINE)


def _orientation(value: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = value
    return exif


def _sizes() -> Iterator[Case]:
    sizes: Mapping[tuple[int, int], Stored] = {
        (1, 1): SMALL,
        (7, 100): SMALL,
        (100, 7): SMALL,
        (65500, 1): SMALL,
        (1, 65500): SMALL,
        (8, 8): FINE,
        (8, 65500): FINE,
        (65500, 8): FINE,
    }
    for (height, width), expected in sizes.items():
        for name in ("PNG", "JPEG", "BMP", "TIFF"):
            kind, suffix = FORMATS[name]
            content = encode(draw(4, (height, width)), kind)
            yield _case(f"{name} of {width}x{height}", suffix, content, expected)


def _case(name: str, suffix: str, content: bytes, expected: Expected) -> Case:
    make = planted(GOOD_PICTURES, {f"happy/x{suffix}": content})
    return ingest(KIND, name, make, expected)
