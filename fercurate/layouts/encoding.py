"""Pictures as the bytes of files: PNG without compression, or JPEG at its best.

PNG's deflate may hold its bytes as they are, and so it does here: the same pixels give the same
file with every version of zlib, and reading needs no inflation. On disk a 48 x 48 picture fills
one block of 4 kB either way. RFC 1950, 1951 and the PNG specification (W3C, 2003) say how.
"""

import struct
import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

PictureFormat = Literal["png", "jpeg"]
"""How pictures are written: ``jpeg`` is quality 100 without subsampling, and not lossless."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """How pictures become files: the format, and whether gray ones get three equal channels."""

    form: PictureFormat
    rgb: bool = False

    def files_of(self, batch: NDArray[np.uint8]) -> list[bytes]:
        """Return the files of pictures (N, H, W) or (N, H, W, 3) uint8."""
        if self.rgb and batch.ndim == 3:
            batch = np.repeat(batch[..., None], 3, axis=3)
        return encode_pictures(batch, self.form)


SUFFIXES: dict[str, str] = {"png": ".png", "jpeg": ".jpg"}
"""The suffix of each format."""

_STORED = 0xFFFF
"""Bytes of a block that deflate stores."""


def encode_pictures(batch: NDArray[np.uint8], form: PictureFormat) -> list[bytes]:
    """Return the files of pictures (N, H, W) or (N, H, W, 3) uint8."""
    if form == "jpeg":
        return [_jpeg(picture) for picture in batch]
    count, height = batch.shape[:2]
    lines = np.zeros((count, height, 1 + batch[0, 0].size), dtype=np.uint8)  # 0: no filter
    lines[:, :, 1:] = batch.reshape(count, height, -1)
    head, blocks, crc = _png_frame(batch.shape[1:])
    return [_png(memoryview(one).cast("B"), head, blocks, crc) for one in lines]


_Blocks = tuple[tuple[bytes, int, int], ...]
"""The heads of deflate's blocks, each with the first and the end of the bytes behind it."""


def _png(lines: memoryview, head: bytes, blocks: _Blocks, crc: int) -> bytes:
    parts: list[bytes | memoryview] = [head]
    for start, first, end in blocks:
        parts += [start, lines[first:end]]
    parts.append(zlib.adler32(lines).to_bytes(4, "big"))
    for part in parts[1:]:
        crc = zlib.crc32(part, crc)
    return b"".join((*parts, crc.to_bytes(4, "big"), _END))


@lru_cache(maxsize=16)
def _png_frame(shape: tuple[int, ...]) -> tuple[bytes, _Blocks, int]:
    """What all pictures of a shape share: the file up to the first block, the heads, and the CRC.

    The CRC is that of the chunk's beginning.
    """
    height, width = shape[:2]
    size = height * (1 + int(np.prod(shape[1:])))
    ends = [*range(_STORED, size, _STORED), size]
    starts = [0, *ends[:-1]]
    blocks = tuple(
        (bytes([end == size]) + struct.pack("<HH", end - start, end - start ^ 0xFFFF), start, end)
        for start, end in zip(starts, ends, strict=True)
    )
    length = 2 + sum(5 + end - start for _, start, end in blocks) + 4
    header = struct.pack(">IIBBBBB", width, height, 8, 2 if len(shape) == 3 else 0, 0, 0, 0)
    begun = b"IDAT\x78\x01"
    head = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + length.to_bytes(4, "big") + begun
    return head, blocks, zlib.crc32(begun)


def _chunk(kind: bytes, content: bytes) -> bytes:
    body = kind + content
    return len(content).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")


_END = _chunk(b"IEND", b"")

_JPEG = (
    *(cv2.IMWRITE_JPEG_QUALITY, 100),
    *(cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444),
)


def _jpeg(picture: NDArray[np.uint8]) -> bytes:
    bgr = picture if picture.ndim == 2 else picture[..., ::-1]
    _, encoded = cv2.imencode(".jpg", np.ascontiguousarray(bgr), _JPEG)
    return encoded.tobytes()
