"""One array of a file, whatever file it is: its key, shape, type, and its rows block by block."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAX_ROWS = 50_000_000
"""Rows of the longest array that is read."""

BLOCK_BYTES = 4 << 20
"""Bytes of an array that are held at a time."""

_MAX_TEXT = 4096
_LARGE = 64 << 20
_MAX_RATIO = 200

Blocks = Callable[[int], Iterator[NDArray[Any]]]


def _nothing(rows: int) -> Iterator[NDArray[Any]]:
    del rows
    yield from ()


@dataclass(frozen=True, slots=True)
class ArrayColumn:
    """An array of a file.

    ``folders`` lead from the ingested folder to the file; ``key`` names the array in its file (""
    in a ``.npy``, whose stem names it). ``blocks(rows)`` yields the array in consecutive blocks of
    about so many rows; text arrives as ``str``. An array that cannot be read has a ``fault``.
    """

    file: Path
    folders: tuple[str, ...]
    key: str
    shape: tuple[int, ...] = ()
    dtype: np.dtype[Any] = field(default_factory=lambda: np.dtype(np.uint8))
    blocks: Blocks = _nothing
    fault: str = ""

    @property
    def rows(self) -> int:
        """Length of the first axis; 0 of a single value."""
        return self.shape[0] if self.shape else 0

    @property
    def row_bytes(self) -> int:
        """Bytes of one row in memory, at least one."""
        return max(prod(self.shape[1:]) * self.dtype.itemsize, 1)

    @property
    def origin(self) -> str:
        """Where its rows come from: the file below the ingested folder, and the key in it."""
        path = "/".join((*self.folders, self.file.name))
        return f"{path}/{self.key}" if self.key else path

    @property
    def text(self) -> str:
        """Key, shape and type, as messages show them."""
        shape = "x".join(str(size) for size in self.shape) or "a single value"
        kind = "text" if self.dtype.kind in "SU" else self.dtype.name
        return f"{self.key or self.file.name} ({self.fault or f'{shape} {kind}'})"

    def values(self) -> Iterator[NDArray[Any]]:
        """All rows, in blocks of at most ``BLOCK_BYTES`` (or one row)."""
        yield from self.blocks(max(BLOCK_BYTES // self.row_bytes, 1))


def extent_fault(shape: tuple[int, ...], dtype: np.dtype[Any]) -> str:
    """Why an array of this shape and type is not read at all, or ""."""
    if dtype.kind == "O":
        return "pickled objects, which are never loaded: save plain numbers with allow_pickle=False"
    if dtype.kind not in "biufSU":
        return f"values of the type {dtype}, which is neither a number nor text"
    if shape and shape[0] > MAX_ROWS:
        return f"{shape[0]:,} rows; at most {MAX_ROWS:,} are read"
    if dtype.kind in "SU" and dtype.itemsize > _MAX_TEXT:
        return f"text of {dtype.itemsize:,} bytes a value"
    return ""


def inflation_fault(declared: int, stored: int) -> str:
    """Why so few stored bytes are not unpacked into so many, or ""."""
    if declared > _LARGE and declared > _MAX_RATIO * max(stored, 1):
        return f"{declared:,} bytes packed into {stored:,}: not unpacked"
    return ""
