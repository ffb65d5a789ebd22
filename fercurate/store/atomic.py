"""Files that appear whole or not at all."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import h5py


class GuardedFile:
    """A binary file for h5py that remembers the first write error instead of raising it.

    HDF5 cannot unwind cleanly from a full disk: it keeps the file open and fails again at exit.
    Here it is told that every write succeeded, and ``check`` raises the real error afterwards,
    when the unfinished file can simply be removed.
    """

    def __init__(self, raw: BinaryIO) -> None:
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
        count = self._raw.readinto(target)  # type: ignore[attr-defined]
        return int(count or 0)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move to an offset."""
        return self._raw.seek(offset, whence)

    def tell(self) -> int:
        """The current offset."""
        return self._raw.tell()

    def flush(self) -> None:
        """Nothing is buffered here."""


@contextmanager
def new_hdf5(path: Path) -> Iterator[h5py.File]:
    """Write an HDF5 file at ``path`` and force it to disk; on any error nothing is left there.

    Raises:
        OSError: the disk is full, or the folder cannot be written.
    """
    try:
        with path.open("w+b", buffering=0) as raw:
            guarded = GuardedFile(raw)
            try:
                with h5py.File(guarded, "w") as file:
                    yield file
            finally:
                guarded.check()
            os.fsync(raw.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def publish(staged: Path, path: Path) -> None:
    """Rename a finished file over its final name, and force the folder's entry to disk."""
    staged.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Force a folder's entries to disk (where the system knows how)."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
