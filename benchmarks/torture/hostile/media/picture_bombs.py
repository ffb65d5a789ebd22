"""Pictures that fill memory or time: bombs, thousands of frames and chunks, and other places."""

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from PIL import Image

from benchmarks.torture.hostile.case import Case, Expected, Make, Stored, ingest
from benchmarks.torture.hostile.inputs import (
    GOOD_PICTURES,
    Content,
    content_of,
    draw,
    encode,
    path_case,
    plant,
    save,
)

KIND = "picture bombs"
BAD = Stored(4, {"E_DECODE": 1})
FINE = Stored(5)
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunk(kind: bytes, data: bytes, checksum: int | None = None) -> bytes:
    """A chunk of a PNG file, with the right checksum or another."""
    told = zlib.crc32(kind + data) if checksum is None else checksum
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", told)


def png(width: int, height: int, rows: bytes, *before: bytes, bits: int = 8) -> bytes:
    """A gray PNG that says to be so large, with packed rows and other chunks before them."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, 0, 0, 0, 0))
    return SIGNATURE + head + b"".join(before) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def _rows(width: int, height: int) -> bytes:
    return zlib.compress(bytes(width + 1) * height, 1)


GOOD_ROWS = zlib.compress(b"".join(b"\0" + row.tobytes() for row in draw(30)), 9)
GOOD_PNG = partial(png, 20, 24, GOOD_ROWS)


def _webp(side: int) -> bytes:
    return save(Image.new("L", (side, side)).convert("RGB"), "WEBP", lossless=True, method=0)


def _frames(kind: str, count: int) -> bytes:
    first, *others = (Image.fromarray(draw(n % 7, (16, 16))) for n in range(count))
    return save(first, kind, save_all=True, append_images=others)


def _looping_tiff() -> bytes:
    """A TIFF whose directory leads to itself."""
    content = encode(draw(31), "TIFF")
    (start,) = struct.unpack_from("<I", content, 4)
    (entries,) = struct.unpack_from("<H", content, start)
    end = start + 2 + 12 * entries
    return content[:end] + struct.pack("<I", start) + content[end + 4 :]


BOMBS: Mapping[str, tuple[str, Callable[[], bytes], Expected]] = {
    "PNG of 8000x8000, one color": (".png", lambda: png(8000, 8000, _rows(8000, 8000)), FINE),
    "PNG of 8001x8000": (".png", lambda: png(8001, 8000, _rows(8001, 8000)), BAD),
    "PNG of 4,000,000x8": (".png", lambda: png(4_000_000, 8, _rows(4_000_000, 8)), FINE),
    "PNG of 30000x30000 without rows": (".png", lambda: png(30000, 30000, b""), BAD),
    "PNG of 2147483647x1": (".png", lambda: png(2**31 - 1, 1, b""), BAD),
    "PNG of 8000x8000, few rows": (".png", lambda: png(8000, 8000, _rows(8000, 10)), BAD),
    "PNG with 100 MB of rows": (".png", lambda: png(20, 24, zlib.compress(bytes(10**8), 1)), FINE),
    "PNG with text of 200 MB": (
        ".png",
        lambda: GOOD_PNG(chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(2 * 10**8), 1))),
        BAD,
    ),
    "PNG with a profile of 200 MB": (
        ".png",
        lambda: GOOD_PNG(chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(2 * 10**8), 1))),
        BAD,
    ),
    "PNG with 100,000 chunks": (
        ".png",
        lambda: GOOD_PNG(chunk(b"tEXt", b"a\0b") * 100_000),
        FINE,
    ),
    "PNG with a chunk of 2 GB": (".png", lambda: GOOD_PNG(b"\x7f\xff\xff\xfftEXtab"), BAD),
    "PNG, a checksum of its head": (
        ".png",
        lambda: SIGNATURE + chunk(b"IHDR", struct.pack(">IIBBBBB", 20, 24, 8, 0, 0, 0, 0), 7),
        BAD,
    ),
    "PNG, a bit of its rows turned": (".png", lambda: _turned(GOOD_PNG(), 300), BAD),
    "PNG of a strange depth": (".png", lambda: png(20, 24, GOOD_ROWS, bits=3), BAD),
    "WebP of 4000x4000, one color": (".webp", lambda: _webp(4000), BAD),
    "GIF of 5,000 frames": (".gif", lambda: _frames("GIF", 5000), FINE),
    "animated GIF": (".gif", lambda: _frames("GIF", 3), FINE),
    "animated WebP": (".webp", lambda: _frames("WEBP", 3), FINE),
    "animated PNG": (".png", lambda: _frames("PNG", 3), FINE),
    "TIFF of 300 pages": (".tif", lambda: _frames("TIFF", 300), FINE),
    "TIFF that leads to itself": (".tif", _looping_tiff, FINE),
    "PGM of 64 million zeros": (".pgm", lambda: b"P5 8000 8000 255\n" + bytes(64 * 10**6), FINE),
    "PGM of 65 million": (".pgm", lambda: b"P5 8000 8126 255\n" + bytes(65_008_000), BAD),
    "PGM of a comment of 20 MB": (".pgm", lambda: b"P5 #" + b"x" * 20_000_000, BAD),
    "PGM of a comment of 150 MB": (".pgm", lambda: b"P5 #" + b"x" * 150_000_000, BAD),
    "PGM in words": (".pgm", lambda: b"P2 20 24 255\n" + b"7 " * 480, FINE),
    "PGM in words, too few": (".pgm", lambda: b"P2 20 24 255\n" + b"7 " * 470, BAD),
    "PGM in words, one too large": (".pgm", lambda: b"P2 20 24 255\n" + b"256 " * 480, BAD),
    "PGM of 5,000 digits": (".pgm", lambda: b"P5 " + b"9" * 5000 + b" 24 255\n", BAD),
    "BMP packed by runs, no end": (
        ".bmp",
        lambda: b"BM" + struct.pack("<IIIIiiHHIIiiII", 999, 0, 1078, 40, 20, 24, 1, 8, 1, 0, 0, 0,
                                    256, 0) + bytes(1024) + b"\xff\x01" * 3,
        BAD,
    ),
    "TIFF of no entries": (".tif", lambda: b"II*\0\x08\0\0\0\0\0\0\0\0\0", BAD),
    "TIFF of 65,535 entries": (".tif", lambda: b"II*\0\x08\0\0\0\xff\xff" + bytes(65535 * 12), BAD),
    "JPEG of 500 comments": (
        ".jpg",
        lambda: b"\xff\xd8" + b"\xff\xfe\xff\xff" * 500 + bytes(65533) * 3,
        BAD,
    ),
    "AVIF of a box of 2^62": (
        ".avif",
        lambda: b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf" + b"\0\0\0\x01meta\x40" + bytes(7),
        BAD,
    ),
}  # fmt: skip
"""Suffix, bytes and end of pictures that are more than they seem."""


def _turned(content: bytes, place: int) -> bytes:
    return content[:place] + bytes((content[place] ^ 4,)) + content[place + 1 :]


def cases() -> Iterator[Case]:
    """Every bomb in a class folder, and every plain fault of a picture in every other place."""
    for name, (suffix, make, expected) in BOMBS.items():
        yield ingest(KIND, name, _lazy(f"happy/x{suffix}", make), expected)
    yield ingest(KIND, "a file of 1 TB", _sparse(10**12), BAD)
    yield ingest(KIND, "a file of 201 MB", _sparse(201_000_000), BAD)
    yield ingest(KIND, "20 WebP of 64 million pixels", _many_webp, Stored(4, {"E_DECODE": 20}))
    for what, (content, code) in FAULTS.items():
        for place, lay in PLACES.items():
            path = {"zip": "in.zip"}.get(place, "in")
            expected = Stored(4, {code: 1})
            yield path_case(KIND, f"{what}: {place}", partial(lay, content), expected, path)


FAULTS: Mapping[str, tuple[bytes, str]] = {
    "empty": (b"", "E_DECODE"),
    "text": (b"no picture", "E_DECODE"),
    "cut": (encode(draw(40))[:300], "E_DECODE"),
    "a web page": (b"<!DOCTYPE html><html></html>", "E_DECODE"),
    "a Git LFS pointer": (b"version https://git-lfs.github.com/spec/v1\n", "E_DECODE"),
    "small": (encode(draw(41, (4, 4))), "E_SIZE"),
    "a huge size": (png(2**31 - 1, 2**31 - 1, b""), "E_DECODE"),
    "no photograph": (png(7000, 7000, zlib.compress(bytes(9999))), "E_DECODE"),
    "junk": (draw(42, (999,)).tobytes(), "E_DECODE"),
    "HDF5": (b"\x89HDF\r\n\x1a\n" + bytes(99), "E_DECODE"),
    "pickle": (b"\x80\x04\x95" + bytes(99), "E_DECODE"),
}
"""Plain faults of a picture, named ``x.png``."""


def _lazy(name: str, make: Callable[[], bytes]) -> Make:
    def write(folder: Path) -> None:
        plant(folder / "in", {**GOOD_PICTURES, name: make()})

    return write


def _sparse(size: int) -> Make:
    def make(folder: Path) -> None:
        plant(folder / "in", {**GOOD_PICTURES, "happy/x.png": GOOD_PNG()})
        with (folder / "in/happy/x.png").open("r+b") as file:
            file.truncate(size)

    return make


def _many_webp(folder: Path) -> None:
    """Twenty files whose header says 64 million pixels and whose data are short."""
    content = bytearray(_webp(400))
    width = height = 8000 - 1
    content[21:25] = struct.pack("<I", width | height << 14)
    plant(folder / "in", {**GOOD_PICTURES, **{f"sad/{n}.webp": bytes(content) for n in range(20)}})


def _in_split(content: bytes, folder: Path) -> None:
    tree = {f"train/{name}": number for name, number in GOOD_PICTURES.items()}
    plant(folder / "in", {**tree, "train/sad/x.png": content})


def _in_list(content: bytes, folder: Path) -> None:
    names = ("a", "b", "c", "d", "x")
    rows = [f"{name}.png,{label}" for name, label in zip(names, LABELS, strict=True)]
    files: dict[str, Content] = {f"{name}.png": n for n, name in enumerate(names[:-1])}
    plant(folder / "in", {**files, "x.png": content, "l.csv": "\n".join(["path,label", *rows, ""])})


LABELS = ("happy", "sad", "happy", "sad", "happy")


def _in_names(content: bytes, folder: Path) -> None:
    files = {f"{label}_{n}.png": n for n, label in enumerate(LABELS[:-1])}
    plant(folder / "in", {**files, "happy_9.png": content})


def _in_zip(content: bytes, folder: Path) -> None:
    with zipfile.ZipFile(folder / "in.zip", "w") as archive:
        for name, number in {**GOOD_PICTURES, "sad/x.png": content}.items():
            archive.writestr(name, content_of(number))


def _in_jaffe(content: bytes, folder: Path) -> None:
    files = {f"KA.{code}1.{n}.tiff": n for n, code in enumerate(("AN", "DI", "FE", "HA"))}
    plant(folder / "in", {**files, "KA.SA1.9.tiff": content})


def _in_kdef(content: bytes, folder: Path) -> None:
    files = {f"AF01/AF01{code}S.JPG": n for n, code in enumerate(("AN", "DI", "AF", "HA"))}
    plant(folder / "in", {**files, "AF01/AF01SAS.JPG": content})


def _in_rafdb(content: bytes, folder: Path) -> None:
    files = {f"Image/aligned/train_0000{n}_aligned.jpg": n for n in range(1, 5)}
    lines = "".join(f"train_0000{n}.jpg {n}\n" for n in range(1, 6))
    last: dict[str, Content] = {"Image/aligned/train_00005_aligned.jpg": content}
    plant(folder / "in", {**files, **last, "EmoLabel/list_patition_label.txt": lines})


def _in_expw(content: bytes, folder: Path) -> None:
    files = {f"image/origin/{n}.jpg": n for n in range(4)}
    lines = "".join(f"{n}.jpg 0 1 2 19 18 99.5 {n}\n" for n in range(5))
    plant(folder / "in", {**files, "image/origin/4.jpg": content, "label/label.lst": lines})


PLACES: Mapping[str, Callable[[bytes, Path], None]] = {
    "split folder": _in_split,
    "list": _in_list,
    "named for its class": _in_names,
    "zip": _in_zip,
    "JAFFE": _in_jaffe,
    "KDEF": _in_kdef,
    "RAF-DB": _in_rafdb,
    "ExpW": _in_expw,
}
"""Corpora of four good pictures and the one that is none."""
