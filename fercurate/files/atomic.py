"""Files that appear whole or not at all."""

import ctypes
import os
import platform
import re
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole_file(path: Path, aside: Path | None = None) -> Iterator[Path]:
    """Give the place of an empty file to write; afterwards it takes the place of ``path``.

    The file is forced to disk and renamed over ``path`` in one step. On any error it is removed,
    and ``path`` is what it was. It lies beside ``path`` under a name that nobody can foresee, or
    at ``aside`` in a folder of ours, where the next run finds what a killed one left. It has the
    mode of any new file (0o644, unless the user's umask says otherwise).

    Raises:
        OSError: the disk is full, or the folder cannot be written.
    """
    staged = aside or path.with_name(f".fercurate-{secrets.token_hex(8)}.partial")
    flags = os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | (os.O_TRUNC if aside else os.O_EXCL)
    _make(staged, flags, path)
    try:
        yield staged
        sync(staged)
        staged.replace(path)
    except BaseException:
        staged.unlink(missing_ok=True)
        raise
    sync(path.parent)


def _make(staged: Path, flags: int, path: Path) -> None:
    """Make the empty file; an error names the one that was asked for."""
    try:
        os.close(os.open(staged, flags, 0o666))
    except OSError as error:
        error.filename = str(path)
        raise


def sync(path: Path) -> None:
    """Force a file, or the entries of a folder, to disk.

    Raises:
        OSError: the disk is full or gone.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_file_system(folder: Path) -> bool:
    """Force everything to disk that is written to the file system of a folder.

    False where the system has no call for it (``syncfs``, Linux), or none that tells of errors.

    Raises:
        OSError: the disk is full or gone.
    """
    call = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
    if call is None or not _SYNCFS_TELLS:
        return False
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        if call(descriptor) != 0:
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code), str(folder))
    finally:
        os.close(descriptor)
    return True


def _syncfs_tells() -> bool:
    """Whether ``syncfs`` reports that writing failed: Linux from 5.8 on."""
    numbers = re.match(r"(\d+)\.(\d+)", platform.release())
    return sys.platform == "linux" and numbers is not None and _version(numbers) >= (5, 8)


def _version(numbers: re.Match[str]) -> tuple[int, int]:
    return int(numbers[1]), int(numbers[2])


_SYNCFS_TELLS = _syncfs_tells()
