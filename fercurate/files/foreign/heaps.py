"""Whether the heaps of an HDF5 file can be walked: in a damaged one HDF5 itself runs for ever.

Values of variable length lie in global heaps: a header (``GCOL``, version 1, three zero bytes,
size), then objects (index, references, reserved, size, bytes padded to 8; index 0 is free space).
"""

import mmap
import struct
from collections.abc import Iterator
from pathlib import Path

from fercurate.files.seal import HDF5_SIGNATURE

_HEAP = b"GCOL\x01\0\0\0"
_HEADER, _OBJECT = 16, 16
_LENGTHS: dict[int, int] = {0: 14, 1: 14, 2: 10, 3: 10}
"""Version of the superblock -> where it says how wide lengths are."""


def has_endless_heap(path: Path) -> bool:
    """Whether a file holds a global heap whose objects do not lead to its end.

    Only files whose lengths are 8 bytes wide are looked through, as nearly all are.
    """
    if path.stat().st_size <= _HEADER:
        return False
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        place = _LENGTHS.get(content[8], -1) if content[:8] == HDF5_SIGNATURE else -1
        if place < 0 or content[place] != 8:
            return False
        return any(not _ends(content, start) for start in _heaps(content))


def _heaps(content: mmap.mmap) -> Iterator[int]:
    start = content.find(_HEAP)
    while start >= 0:
        yield start
        start = content.find(_HEAP, start + 1)


def _ends(content: mmap.mmap, start: int) -> bool:
    if start + _HEADER > len(content):
        return False
    (size,) = struct.unpack_from("<Q", content, start + 8)
    end = start + size
    if size < _HEADER or end > len(content):
        return False
    position = start + _HEADER
    while position + _OBJECT <= end:
        index, _, _, length = struct.unpack_from("<HHIQ", content, position)
        step = _OBJECT + (length + 7) // 8 * 8 if index else length
        if step < _OBJECT or position + step > end:
            return False
        position += step
    return True
