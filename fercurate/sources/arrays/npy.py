"""Arrays in NumPy's own format, alone (``.npy``) or in an archive (``.npz``): rows by blocks.

NumPy's reader would load an array whole, and evaluates its header; here a header is matched, its
shape compared with the bytes that are there, and the values are read a block at a time.
"""

import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from math import prod
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from fercurate.errors import InputError
from fercurate.files.regular import check_regular, open_regular
from fercurate.sources.arrays.columns import ArrayColumn, extent_fault, inflation_fault

NPY, NPZ = ".npy", ".npz"
MAX_WHOLE = 256 << 20
"""Bytes of the largest array in Fortran's order: its rows lie apart, so it is read whole."""

_MAX_MEMBERS = 4096
_MAX_HEADER = 1 << 16
_MAGIC = b"\x93NUMPY"
_HEADER = re.compile(
    r"\{\s*'descr':\s*'(?P<type>[<>|=]?[a-zA-Z]\d*)',\s*'fortran_order':\s*(?P<order>True|False),"
    r"\s*'shape':\s*\((?P<shape>[-\dL, ]{0,300})\),?\s*\}\s*"
)
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError)
"""What reading a damaged, encrypted or oddly packed archive raises."""

Opener = Callable[[], AbstractContextManager[IO[bytes]]]


@dataclass(frozen=True, slots=True)
class _Header:
    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    fortran: bool
    offset: int

    @property
    def size(self) -> int:
        return prod(self.shape) * self.dtype.itemsize


def npy_column(path: Path, folders: tuple[str, ...]) -> ArrayColumn:
    """The array of a ``.npy`` file; one that cannot be read has a fault."""
    column = ArrayColumn(path, folders, "")

    def opener() -> IO[bytes]:
        return open_regular(path)

    try:
        return _described(column, opener, opener, path.stat().st_size)
    except OSError as error:
        return replace(column, fault=f"cannot be read: {error.strerror}")


def npz_columns(path: Path, folders: tuple[str, ...]) -> tuple[ArrayColumn, ...]:
    """The arrays of a ``.npz`` file by key, in its order.

    Raises:
        InputError: no archive, or one with far too many members.
    """
    with _opened(path) as archive:
        members = [info for info in archive.infolist() if info.filename.endswith(NPY)]
        if len(members) > _MAX_MEMBERS:
            raise InputError(f"{len(members):,} arrays; at most {_MAX_MEMBERS:,}", where=str(path))
        same = Counter(info.filename for info in members)
        columns = []
        for info in members:
            column = ArrayColumn(path, folders, info.filename.removesuffix(NPY))
            fault = _member_fault(info, same[info.filename])
            columns.append(
                replace(column, fault=fault) if fault else _member(archive, info, column)
            )
        return tuple(columns)


def _member_fault(info: zipfile.ZipInfo, same: int) -> str:
    if info.flag_bits & 1:
        return "encrypted"
    if same > 1:
        return f"{same} arrays have this key"
    return inflation_fault(info.file_size, info.compress_size)


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, column: ArrayColumn) -> ArrayColumn:
    opener = partial(_open_member, column.file, info.filename)
    return _described(column, partial(archive.open, info), opener, info.file_size)


def _described(column: ArrayColumn, header: Opener, values: Opener, size: int) -> ArrayColumn:
    """The column with what its header tells; ``values`` opens it again when rows are wanted."""
    try:
        with header() as stream:
            facts = _read_header(stream)
    except ValueError as error:
        return replace(column, fault=str(error))
    except _BROKEN as error:
        return replace(column, fault=f"damaged ({error})")
    return replace(
        column,
        shape=facts.shape,
        dtype=facts.dtype,
        blocks=partial(_blocks, values, facts, column.origin),
        fault=extent_fault(facts.shape, facts.dtype) or _size_fault(facts, size),
    )


def _read_header(stream: IO[bytes]) -> _Header:
    start = stream.read(8)
    if start[:6] != _MAGIC:
        raise ValueError(f"no array of NumPy; begins with {start!r}")
    version = start[6:7]
    if version not in (b"\x01", b"\x02", b"\x03"):
        raise ValueError(f"version {version!r} of the format, which is not known")
    width = 2 if version == b"\x01" else 4
    length = int.from_bytes(stream.read(width), "little")
    if length > _MAX_HEADER:
        raise ValueError(f"a header of {length:,} bytes")
    match = _HEADER.fullmatch(stream.read(length).decode("latin-1"))
    if match is None:
        raise ValueError("an array of neither numbers nor text")
    try:
        dtype = np.dtype(match["type"])
    except TypeError:
        raise ValueError(f"an array of the unknown type {match['type']}") from None
    sizes = [size.strip(" L") for size in match["shape"].split(",")]
    if not all(size.isdecimal() and len(size) < 19 for size in sizes if size):
        raise ValueError(f"an array of the shape ({match['shape'][:60]})")
    shape = tuple(int(size) for size in sizes if size)
    return _Header(dtype, shape, match["order"] == "True", 8 + width + length)


def _size_fault(header: _Header, size: int) -> str:
    if header.offset + header.size != size:
        shape = "x".join(map(str, header.shape))
        there = max(size - header.offset, 0)
        return f"its header says {shape}, {header.size:,} bytes, but {there:,} are there"
    if header.fortran and len(header.shape) > 1 and header.size > MAX_WHOLE:
        return "a large array in Fortran's order: save it again with np.ascontiguousarray"
    return ""


def _blocks(opener: Opener, header: _Header, where: str, rows: int) -> Iterator[NDArray[Any]]:
    try:
        with opener() as stream:
            _exactly(stream, header.offset)
            if header.fortran and len(header.shape) > 1:
                yield from _whole(stream, header, rows)
                return
            for start in range(0, header.shape[0], rows):
                shape = (min(rows, header.shape[0] - start), *header.shape[1:])
                raw = _exactly(stream, prod(shape) * header.dtype.itemsize)
                yield np.frombuffer(raw, header.dtype).reshape(shape)
            stream.read(1)  # the end of a member, where its checksum is compared
    except _BROKEN as error:
        raise InputError(f"damaged, or changed while it was read ({error})", where=where) from None


def _whole(stream: IO[bytes], header: _Header, rows: int) -> Iterator[NDArray[Any]]:
    values = np.frombuffer(_exactly(stream, header.size), header.dtype)
    array = values.reshape(header.shape, order="F")
    for start in range(0, header.shape[0], rows):
        yield np.ascontiguousarray(array[start : start + rows])


def _exactly(stream: IO[bytes], count: int) -> bytes:
    raw = stream.read(count)
    if len(raw) != count:
        raise EOFError("it ends too early")
    return raw


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        check_regular(path)
        archive = zipfile.ZipFile(path)
    except (*_BROKEN, ValueError) as error:
        raise InputError(f"no readable .npz file ({error})", where=str(path)) from None
    with archive:
        yield archive


@contextmanager
def _open_member(path: Path, name: str) -> Iterator[IO[bytes]]:
    with _opened(path) as archive, archive.open(name) as member:
        yield member
