"""Names, versions and elementary types of the on-disk format, and safe access to datasets."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from fercurate.domain.text import Encoded, decode_text, encode_text
from fercurate.errors import StoreError

FORMAT_VERSION = 1
HEAD_TYPE = "fercurate-store"
PART_TYPE = "fercurate-part"
SAMPLES, COLUMNS, MEASUREMENTS = "samples", "columns", "measurements"
"""The kinds of part: new samples, an array column for stored samples, or measurements of them."""

KINDS: tuple[str, ...] = (SAMPLES, COLUMNS, MEASUREMENTS)

PENDING = "pending.h5"
LOCK = "lock"
COMMITTED = "committed"
PART_NAME = re.compile(r"\d{6}\.h5")
HEAP = "heap"
REJECT_COLUMNS: tuple[str, ...] = ("source", "origin", "code", "message")


def parts_folder(store: Path) -> Path:
    """The folder beside a store that holds its parts."""
    return store.with_name(store.name + ".parts")


def write_text(group: h5py.Group, name: str, values: Iterable[str] | Encoded) -> None:
    """Write text (N,) as fixed-length UTF-8, padded with NUL bytes."""
    encoded = values if isinstance(values, np.ndarray) else encode_text(values)
    group.create_dataset(name, data=encoded.astype(text_type(encoded.dtype.itemsize)))


def text_type(width: int) -> np.dtype[Any]:
    """The HDF5 type of text of at most ``width`` bytes."""
    kind: np.dtype[Any] = h5py.string_dtype("utf-8", max(width, 1))
    return kind


def read_encoded(group: h5py.Group, name: str) -> Encoded:
    """Read what ``write_text`` wrote, still encoded."""
    found = dataset(group, name)
    if found.dtype.kind != "S" or found.ndim != 1:
        raise StoreError(f"{found.name} is no column of text", where=group.file.filename)
    raw: NDArray[Any] = found[:]
    return raw.astype(np.bytes_)


def read_text(group: h5py.Group, name: str) -> NDArray[np.object_]:
    """Read what ``write_text`` wrote as (N,) ``str`` objects."""
    return decode_text(read_encoded(group, name))


def dataset(group: h5py.Group, name: str) -> h5py.Dataset:
    """Return a dataset that lies in this very file.

    Raises:
        StoreError: it is missing, or a link, virtual or external: those may point anywhere.
    """
    link = group.get(name, getlink=True)
    found: Any = group[name] if isinstance(link, h5py.HardLink) else None
    if not isinstance(found, h5py.Dataset):
        raise StoreError(
            f"{group.name.rstrip('/')}/{name} is missing or no plain dataset",
            where=group.file.filename,
        )
    if found.is_virtual or found.external is not None:
        raise StoreError(
            f"{found.name} keeps its values in another file", where=group.file.filename
        )
    return found


def subgroup(parent: h5py.Group, name: str) -> h5py.Group:
    """Return a group that lies in this very file; raises ``StoreError`` otherwise."""
    link = parent.get(name, getlink=True)
    found: Any = parent[name] if isinstance(link, h5py.HardLink) else None
    if not isinstance(found, h5py.Group):
        raise StoreError(f"the group {name!r} is missing", where=parent.file.filename)
    return found


_DAMAGE = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
    RecursionError,
    RuntimeError,
)


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn whatever a damaged file makes a reader stumble over into one clear error.

    Raises:
        StoreError: the file is not as the format says.
    """
    try:
        yield
    except _DAMAGE as error:
        text = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise StoreError(f"damaged, or not as the format says ({text})", where=str(path)) from None


def column(group: h5py.Group, name: str, kind: np.dtype[Any], rows: int) -> NDArray[Any]:
    """Read a number column (rows,) of the expected dtype.

    Raises:
        StoreError: another length or dtype.
    """
    found = dataset(group, name)
    if found.dtype != kind or found.shape != (rows,):
        raise StoreError(
            f"{found.name} is {found.dtype} {found.shape}",
            where=group.file.filename,
            expected=f"{kind} ({rows},)",
        )
    values: NDArray[Any] = found[:]
    return values


def open_typed(path: Path, kind: str) -> h5py.File:
    """Open an HDF5 file of ours for reading, checking its type and format version.

    Raises:
        StoreError: not HDF5, damaged, of another type, or of a newer format version.
    """
    try:
        file = h5py.File(path, "r", locking=False)
    except FileNotFoundError:
        raise StoreError("no such file", where=str(path)) from None
    except OSError as error:
        raise StoreError(f"not a readable HDF5 file ({error})", where=str(path)) from None
    try:
        with reading(path):
            _check_type(file, path, kind)
    except StoreError:
        file.close()
        raise
    return file


def _check_type(file: h5py.File, path: Path, kind: str) -> None:
    found, version = file.attrs.get("type"), file.attrs.get("format_version")
    if not isinstance(found, str) or found != kind or version is None:
        what = f"an HDF5 file of type {found!r}" if found is not None else "not a fercurate file"
        raise StoreError(what, where=str(path), expected=f"type {kind!r}")
    if int(version) > FORMAT_VERSION:
        raise StoreError(
            f"format version {version}",
            where=str(path),
            expected=f"at most {FORMAT_VERSION}",
            fix="Update fercurate to read it",
        )
