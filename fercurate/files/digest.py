"""SHA-256 of files, computed once a process as long as a file does not change."""

import hashlib
import os
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from fercurate.files.regular import Unchanged, open_regular, unchanged

ByteRanges = tuple[tuple[int, int], ...]
"""Offsets and lengths of bytes in a file, in order and apart."""

_BLOCK = 1 << 20


def sha256_of(path: Path, leaving_out: ByteRanges = ()) -> str:
    """Return the SHA-256 (hex) of a file's bytes, but for those of some ranges.

    A file that has not changed since it was read in this process, by size, time of change and
    place on the disk, is not read again.

    Raises:
        OSError: it cannot be read, or is no regular file.
    """
    return _sha256(path, unchanged(path), leaving_out)


@lru_cache(maxsize=1 << 16)
def _sha256(path: Path, _same: Unchanged, leaving_out: ByteRanges) -> str:
    with open_regular(path) as file:
        if leaving_out:
            return _partial(file.fileno(), leaving_out)
        return hashlib.file_digest(file, "sha256").hexdigest()


def _partial(descriptor: int, leaving_out: ByteRanges) -> str:
    hasher = hashlib.sha256()
    for start, end in _kept(leaving_out, os.fstat(descriptor).st_size):
        for place in range(start, end, _BLOCK):
            hasher.update(os.pread(descriptor, min(_BLOCK, end - place), place))
    return hasher.hexdigest()


def _kept(leaving_out: ByteRanges, size: int) -> Iterable[tuple[int, int]]:
    """Start and end of what lies between the ranges."""
    start = 0
    for offset, length in leaving_out:
        yield start, offset
        start = offset + length
    yield start, size
