"""A lock file: one process at a time may change what it stands for."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fercurate.errors import FercurateError


@contextmanager
def exclusive_lock(path: Path, busy: FercurateError) -> Iterator[None]:
    """Hold the lock file at ``path``, made if it is missing, without waiting for it.

    The file stays; who wants it gone removes it while holding the lock.

    Raises:
        FercurateError: ``busy`` itself: another process holds the lock.
        OSError: the file cannot be made.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        if not _acquire(descriptor, path):
            raise busy
        yield
    finally:
        os.close(descriptor)


def is_held(path: Path) -> bool:
    """Whether another process holds a lock file; what may not be opened is not known to be."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return not _acquire(descriptor, path)
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, path: Path) -> bool:
    """Lock an open file; False if it is locked, or is no longer the one at ``path``."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # A lock on a file that its owner has just removed would guard nothing.
        return path.stat().st_ino == os.fstat(descriptor).st_ino
    except (BlockingIOError, FileNotFoundError):
        return False
