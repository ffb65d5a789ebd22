"""HDF5 files: written whole or not at all, opened by type, and read without trust."""

import io
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from fercurate.domain.text import Encoded, decode_text, encode_text
from fercurate.errors import FercurateError, FormatError
from fercurate.files.seal import SEAL_BYTES, write_seal

WIDEST_TEXT = 1 << 16
"""Bytes of a value of text at most: where parts are joined, the widest makes all as wide."""


class GuardedFile:
    """A binary file for h5py that remembers the first write error instead of raising it.

    HDF5 cannot unwind cleanly from a full disk: it keeps the file open and fails again at exit.
    Here it is told that every write succeeded, and ``check`` raises the real error afterwards,
    when the unfinished file can simply be removed.
    """

    def __init__(self, raw: io.FileIO) -> None:
        self._raw = raw
        self._error: OSError | None = None

    def check(self) -> None:
        """Raise the first error that a write met, if any."""
        if self._error is not None:
            raise self._error

    def _guarded(self, action: Callable[[], int | None]) -> int | None:
        if self._error is None:
            try:
                return action()
            except OSError as error:
                self._error = error
        return None

    def write(self, chunk: memoryview | bytes) -> int:
        """Write all of a chunk."""
        view = memoryview(chunk).cast("B")
        self._guarded(lambda: self._write_all(view))
        return len(view)

    def _write_all(self, view: memoryview) -> int:
        written = 0
        while written < len(view):
            written += self._raw.write(view[written:]) or 0
        return written

    def truncate(self, size: int | None = None) -> int | None:
        """Set the file's length."""
        return self._guarded(lambda: self._raw.truncate(size))

    def read(self, size: int = -1) -> bytes:
        """Read up to ``size`` bytes."""
        return self._raw.read(size)

    def readinto(self, target: bytearray) -> int:
        """Read into a buffer; what was never written reads as zeros."""
        return self._raw.readinto(target) or 0

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move to an offset."""
        return self._raw.seek(offset, whence)

    def tell(self) -> int:
        """The current offset."""
        return self._raw.tell()

    def flush(self) -> None:
        """Nothing is buffered here."""


@contextmanager
def new_hdf5(path: Path, seal: str = "") -> Iterator[h5py.File]:
    """Write an HDF5 file at ``path`` and force it to disk; on any error nothing is left there.

    With ``seal``, a line of text, the file begins with a checksum (see ``seal.py``).

    Raises:
        OSError: the disk is full, or the folder cannot be written.
    """
    try:
        with path.open("w+b", buffering=0) as raw:
            guarded = GuardedFile(raw)
            try:
                with h5py.File(guarded, "w", userblock_size=SEAL_BYTES if seal else 0) as file:
                    yield file
            finally:
                guarded.check()
            if seal:
                write_seal(raw, seal)
            os.fsync(raw.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def write_text(group: h5py.Group, name: str, values: Iterable[str] | Encoded) -> None:
    """Write text (N,) as fixed-length UTF-8, padded with NUL bytes."""
    kept = isinstance(values, np.ndarray) and values.dtype.kind == "S"
    encoded = np.asarray(values) if kept else encode_text(values)
    group.create_dataset(name, data=encoded.astype(text_type(encoded.dtype.itemsize)))


def text_type(width: int) -> np.dtype[Any]:
    """The HDF5 type of text of at most ``width`` bytes."""
    kind: np.dtype[Any] = h5py.string_dtype("utf-8", max(width, 1))
    return kind


def read_encoded(group: h5py.Group, name: str, widest: int = WIDEST_TEXT) -> Encoded:
    """Read what ``write_text`` wrote, still encoded: values of at most ``widest`` bytes."""
    raw: NDArray[Any] = text_dataset(group, name, widest)[:]
    return raw.astype(np.bytes_)


def text_dataset(group: h5py.Group, name: str, widest: int = WIDEST_TEXT) -> h5py.Dataset:
    """Return the dataset that ``write_text`` wrote: (N,) text of at most ``widest`` bytes.

    Raises:
        FormatError: it is something else.
    """
    found = dataset(group, name)
    if found.dtype.kind != "S" or found.ndim != 1 or found.dtype.itemsize > widest:
        what = f"{found.name} is no column of text, or wider than {widest:,} bytes"
        raise FormatError(what, where=group.file.filename)
    return found


def read_text(group: h5py.Group, name: str, widest: int = WIDEST_TEXT) -> NDArray[np.object_]:
    """Read what ``write_text`` wrote as (N,) ``str`` objects."""
    return decode_text(read_encoded(group, name, widest))


def dataset(group: h5py.Group, name: str) -> h5py.Dataset:
    """Return a dataset of a file of ours: its values lie in this very file, just as they are.

    So it is no larger than the file, whatever it says of its shape.

    Raises:
        FormatError: it is missing, a link, or stored in another way than ours are.
    """
    found = own_dataset(group, name)
    shape = found.shape
    values = None if shape is None else prod(shape) * found.dtype.itemsize
    if found.chunks or found.dtype.hasobject or found.id.get_storage_size() != values:
        raise FormatError(f"{found.name} is no plain dataset", where=group.file.filename)
    return found


def own_dataset(group: h5py.Group, name: str) -> h5py.Dataset:
    """Return a dataset that lies in this very file, stored in whatever way.

    Raises:
        FormatError: it is missing, or a link, virtual or external: those may point anywhere.
    """
    link = group.get(name, getlink=True)
    found: Any = group[name] if isinstance(link, h5py.HardLink) else None
    if not isinstance(found, h5py.Dataset):
        raise FormatError(
            f"{group.name.rstrip('/')}/{name} is missing or no plain dataset",
            where=group.file.filename,
        )
    if found.is_virtual or found.external is not None:
        raise FormatError(
            f"{found.name} keeps its values in another file", where=group.file.filename
        )
    return found


def subgroup(parent: h5py.Group, name: str) -> h5py.Group:
    """Return a group that lies in this very file; raises ``FormatError`` otherwise."""
    link = parent.get(name, getlink=True)
    found: Any = parent[name] if isinstance(link, h5py.HardLink) else None
    if not isinstance(found, h5py.Group):
        raise FormatError(f"the group {name!r} is missing", where=parent.file.filename)
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
def reading_hdf5(path: Path, error: type[FercurateError]) -> Iterator[None]:
    """Turn whatever a damaged file makes a reader stumble over into one clear error.

    Raises:
        FercurateError: of the class ``error``: the file is not as its format says.
    """
    try:
        yield
    except FormatError as fault:
        where, expected = fault.where, fault.expected
        raise error(fault.found, where=where, expected=expected, fix=fault.fix) from None
    except OSError as fault:
        if fault.errno is not None:
            raise
        text = str(fault).splitlines()[0][:200] if str(fault) else type(fault).__name__
        raise error(f"damaged: HDF5 cannot read it ({text})", where=str(path)) from None
    except _DAMAGE as fault:
        text = str(fault).splitlines()[0][:200] if str(fault) else type(fault).__name__
        raise error(f"damaged, or not as the format says ({text})", where=str(path)) from None


def column(group: h5py.Group, name: str, kind: np.dtype[Any], rows: int) -> NDArray[Any]:
    """Read a number column (rows,) of the expected dtype.

    Raises:
        FormatError: another length or dtype.
    """
    found = dataset(group, name)
    if found.dtype != kind or found.shape != (rows,):
        raise FormatError(
            f"{found.name} is {found.dtype} {found.shape}",
            where=group.file.filename,
            expected=f"{kind} ({rows},)",
        )
    values: NDArray[Any] = found[:]
    return values


@dataclass(frozen=True, slots=True)
class FileType:
    """What a file of ours is: its ``type``, the newest format version known, and its errors."""

    name: str
    version: int
    error: type[FercurateError]


def open_hdf5(path: Path, kind: FileType) -> h5py.File:
    """Open an HDF5 file of ours for reading, checking its type and format version.

    Raises:
        FercurateError: of the class ``kind.error``: not HDF5, damaged, of another type, or of a
            newer format version.
    """
    try:
        file = h5py.File(path, "r", locking=False)
    except FileNotFoundError:
        raise kind.error("no such file", where=str(path)) from None
    except OSError as error:
        raise kind.error(f"not a readable HDF5 file ({error})", where=str(path)) from None
    try:
        with reading_hdf5(path, kind.error):
            _check_type(file, path, kind)
    except FercurateError:
        file.close()
        raise
    return file


def _check_type(file: h5py.File, path: Path, kind: FileType) -> None:
    found, version = file.attrs.get("type"), file.attrs.get("format_version")
    if not isinstance(found, str) or found != kind.name or version is None:
        what = f"an HDF5 file of type {found!r}" if found is not None else "not a fercurate file"
        raise FormatError(what, where=str(path), expected=f"type {kind.name!r}")
    if int(version) > kind.version:
        raise FormatError(
            f"format version {version}",
            where=str(path),
            expected=f"at most {kind.version}",
            fix="Update fercurate to read it",
        )
