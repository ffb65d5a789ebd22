"""The HDF5 files of an export: which they are, whether they are as they were built, opened."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import h5py

from fercurate.errors import ExportError, FormatError
from fercurate.export.hdf5 import EXPORT_FILE
from fercurate.files.digest import sha256_of
from fercurate.files.foreign.probe import looks_like_hdf5, probe_hdf5
from fercurate.files.hdf5 import open_hdf5, reading_hdf5
from fercurate.files.regular import Unchanged, is_regular, unchanged
from fercurate.training.shared import errors as kit
from fercurate.training.shared.attributes import ExportAttributes, read_attributes
from fercurate.training.shared.lock import LOCK_FILE, Lock, locked_root, read_outputs

_BUILD_AGAIN = "Build it again with: fercurate build --overwrite"


def is_export(path: Path) -> bool:
    """Whether a path is an export folder or one of its HDF5 files."""
    if path.is_dir():
        return os.path.lexists(path / LOCK_FILE) or any(map(_is_exported, exported_files(path)))
    return is_regular(path) and _is_exported(path)


def exported_files(path: Path) -> list[Path]:
    """The HDF5 files of an export folder by name, or the file itself."""
    found = sorted(path.glob("*.h5")) if path.is_dir() else [path]
    return [file for file in found if is_regular(file)]


def hdf5_outputs(root: Path, outputs: Iterable[str]) -> list[str]:
    """The HDF5 files of an export by their path in it: those listed, else those that lie there."""
    listed = sorted(name for name in outputs if name.endswith(".h5"))
    return listed or [file.name for file in exported_files(root)]


def check_complete(path: Path) -> None:
    """Refuse an export folder that lacks an HDF5 file which its lock lists.

    Raises:
        ExportError: one is missing, or no regular file.
    """
    lock = _own_lock(path)
    for name in sorted(lock.outputs) if lock is not None else ():
        if "/" not in name and name.endswith(".h5") and not is_regular(path / name):
            raise ExportError(
                "missing, or no regular file, but recipe.lock lists it",
                where=str(path / name),
                fix="Put it back, or name one of the other files",
            )


def _is_exported(path: Path) -> bool:
    with suppress(ExportError):  # a damaged lock says nothing of other files beside it
        lock = _lock_of(path)
        if lock is not None and lock.name(path) in lock.outputs:
            return True
    try:
        return looks_like_hdf5(path) and probe_hdf5(path) == EXPORT_FILE.name
    except (FormatError, OSError):
        return False


def _own_lock(path: Path) -> Lock | None:
    """The lock in an export folder; None of a file, or of the folder of a fold."""
    lock = _lock_of(path / LOCK_FILE) if path.is_dir() else None
    return lock if lock is not None and lock.root == path else None


def _lock_of(path: Path) -> Lock | None:
    """The lock that lists a file.

    Raises:
        ExportError: it is damaged.
    """
    root = locked_root(path.parent)
    if root is None:
        return None
    try:
        return _read_lock(root, unchanged(root / LOCK_FILE))
    except kit.ExportError as error:
        raise ExportError(str(error)) from None
    except OSError as error:
        raise ExportError(str(error.strerror), where=str(root / LOCK_FILE)) from None


@lru_cache(maxsize=8)
def _read_lock(root: Path, _same: Unchanged) -> Lock:
    """A lock that has not changed: it is asked for each file."""
    return Lock(root, read_outputs(root / LOCK_FILE))


@contextmanager
def open_exported(
    path: Path, *, compared: bool = True
) -> Iterator[tuple[h5py.File, ExportAttributes]]:
    """Open an HDF5 file of an export, compared with its lock first; with what it says of itself.

    Without a lock, or where it is not to be ``compared``, a process of its own looks first whether
    HDF5 can read it.

    Raises:
        ExportError: changed since it was built, damaged, or no export.
    """
    if compared:
        _check(path)
    else:
        _probe(path)
    with open_hdf5(path, EXPORT_FILE) as file, reading_hdf5(path, ExportError):
        try:
            attributes = read_attributes(dict(file.attrs))
        except kit.ExportError as error:
            raise ExportError(str(error), where=str(path)) from None
        yield file, attributes


def _check(path: Path) -> None:
    lock = _lock_of(path)
    if lock is not None and (lock.root == path.parent or lock.name(path) in lock.outputs):
        expected = lock.outputs.get(lock.name(path), "")
        if not expected:
            raise ExportError(
                f"{LOCK_FILE} does not list it", where=str(path), fix="Remove it, or build again"
            )
        if sha256_of(path) != expected:
            raise ExportError("changed since it was built", where=str(path), fix=_BUILD_AGAIN)
        return
    _probe(path)


def _probe(path: Path) -> None:
    try:
        probe_hdf5(path)
    except FormatError as error:
        raise ExportError(error.found, where=str(path)) from None


@dataclass(frozen=True, slots=True)
class ExportCondition:
    """Whether a lock vouches for an export that is read, and what else of it has changed.

    ``changed`` are papers and scripts: nothing is read from them, but they speak for the data.
    """

    path: Path
    verified: bool
    changed: tuple[str, ...] = ()

    @classmethod
    def of(cls, path: Path) -> "ExportCondition":
        """Look at an export folder, or at one of its HDF5 files.

        Raises:
            ExportError: its lock is damaged.
        """
        verified = any(_lock_of(file) is not None for file in exported_files(path))
        lock = _own_lock(path)
        names = [] if lock is None else [n for n in lock.outputs if not n.endswith(".h5")]
        return cls(path, verified, () if lock is None else tuple(lock.changed(names, sha256_of)))

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is to be said of it."""
        if not self.verified:
            return (f"{self.path}: not verified: there is no {LOCK_FILE}",)
        return tuple(f"{self.path / name}: changed since it was built" for name in self.changed)
