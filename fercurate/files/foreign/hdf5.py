"""HDF5 files of others: what lies in them, without following anything out of the file."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from fercurate.errors import FormatError
from fercurate.files.foreign.probe import probe_hdf5
from fercurate.files.hdf5 import own_dataset, reading_hdf5

_DEPTH = 3
_MOST = 256
_NAMES = 100_000
_CHUNK = 256 << 20
_LONGEST = 4096
_TEXT_ROWS = 16
"""Values of variable length read at a time: nothing bounds one of them but the file."""


@dataclass(frozen=True, slots=True)
class ForeignDataset:
    """A dataset by its path in the file; ``stored`` are its bytes on disk, ``fault`` why not read.

    Text of variable length has the dtype ``U``.
    """

    key: str
    shape: tuple[int, ...] = ()
    dtype: np.dtype[Any] | None = None
    stored: int = 0
    fault: str = ""


@contextmanager
def foreign_hdf5(path: Path) -> Iterator[h5py.File]:
    """Open an HDF5 file of any kind for reading.

    Raises:
        FormatError: no HDF5 file, or a damaged one.
    """
    try:
        probe_hdf5(path)
        file = h5py.File(path, "r", locking=False)
    except OSError as error:
        raise FormatError(f"not a readable HDF5 file ({error})", where=str(path)) from None
    with file:
        try:
            with reading_hdf5(path, FormatError):
                yield file
        except OSError as error:
            raise FormatError(f"damaged HDF5 ({error})", where=str(path)) from None


def foreign_datasets(
    group: h5py.Group, above: str = "", depth: int = _DEPTH
) -> list[ForeignDataset]:
    """The datasets of a group and the groups below it, in the order of their names.

    Links other than hard ones, virtual and external datasets have a fault and are never followed.

    Raises:
        FormatError: a group with too many names.
    """
    if len(group) > _NAMES:
        raise FormatError(f"{len(group):,} names in {group.name}", where=group.file.filename)
    listed: list[ForeignDataset] = []
    for name in sorted(group)[:_MOST]:
        key = f"{above}{name}"
        if not isinstance(group.get(name, getlink=True), h5py.HardLink):
            listed.append(ForeignDataset(key, fault="a link, which may lead anywhere"))
            continue
        member = group[name]
        if isinstance(member, h5py.Group) and depth > 0:
            listed += foreign_datasets(member, f"{key}/", depth - 1)
        elif isinstance(member, h5py.Dataset):
            listed.append(_described(group, name, key))
    return listed[:_MOST]


def _described(group: h5py.Group, name: str, key: str) -> ForeignDataset:
    try:
        member = own_dataset(group, name)
    except FormatError as error:
        return ForeignDataset(key, fault=error.found)
    if member.shape is None:
        return ForeignDataset(key, fault="a dataset without values")
    chunk = prod(member.chunks or ()) * member.dtype.itemsize
    if chunk > _CHUNK:
        return ForeignDataset(key, fault=f"chunks of {chunk:,} bytes")
    text = h5py.check_string_dtype(member.dtype)
    kind = np.dtype("U") if text is not None and text.length is None else member.dtype
    return ForeignDataset(key, member.shape, kind, member.id.get_storage_size())


def dataset_blocks(path: Path, key: str, rows: int) -> Iterator[NDArray[Any]]:
    """Yield a dataset in blocks of whole chunks, about ``rows`` rows each; text as ``str``.

    Raises:
        FormatError: damaged, or no dataset of this file.
    """
    with foreign_hdf5(path) as file:
        group, _, name = f"/{key}".rpartition("/")
        member = own_dataset(file[group or "/"], name)
        text = h5py.check_string_dtype(member.dtype)
        if text is not None and text.length is None:
            rows = _TEXT_ROWS
        else:
            rows = _whole_chunks(member, rows)
        for start in range(0, len(member), rows):
            block: NDArray[Any] = member[start : start + rows]
            yield block if text is None else _as_text(block)


def _whole_chunks(member: h5py.Dataset, rows: int) -> int:
    """About ``rows``, a multiple of a chunk's where so many rows are not too large."""
    chunk = int(member.chunks[0]) if member.chunks else 1
    row = max(prod(member.shape[1:]) * member.dtype.itemsize, 1)
    return int(min(-(-rows // chunk) * chunk, max(_CHUNK // row, 1)))


def _as_text(block: NDArray[Any]) -> NDArray[Any]:
    texts = [_text(value) for value in block.flat]
    return np.array(texts, dtype=np.str_).reshape(block.shape)


def _text(value: object) -> str:
    """A value as text; what is longer than any name or label is cut, or all would be as wide."""
    if isinstance(value, bytes):
        return value[:_LONGEST].decode("utf-8", "replace")
    return str(value)[:_LONGEST]


def text_attributes(owner: h5py.Group | h5py.Dataset) -> dict[str, tuple[str, ...]]:
    """The attributes that are lists of a few words, or one word, by name."""
    texts: dict[str, tuple[str, ...]] = {}
    for name in sorted(name for name in owner.attrs if isinstance(name, str))[:_MOST]:
        shape = owner.attrs.get_id(name).shape
        if shape is None or prod(shape) > _MOST:
            continue
        values = np.asarray(owner.attrs[name]).ravel().tolist()
        words = [v.decode("utf-8", "replace") if isinstance(v, bytes) else v for v in values]
        if all(isinstance(word, str) for word in words):
            texts[name] = tuple(words)
    return texts
