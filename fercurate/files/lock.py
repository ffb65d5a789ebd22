"""A lock file: one process at a time may change what it stands for."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from fercurate.errors import FercurateError

PATIENCE: ContextVar[float] = ContextVar("PATIENCE", default=0.0)
"""Seconds to wait for a lock that another process holds."""

_PAUSE = 0.1


@contextmanager
def exclusive_lock(path: Path, busy: FercurateError) -> Iterator[None]:
    """Hold the lock file at ``path``, made if it is missing; ``PATIENCE`` says how long to wait.

    The file stays; who wants it gone removes it while holding the lock.

    Raises:
        FercurateError: ``busy`` itself: another process holds the lock.
        OSError: the file cannot be made.
    """
    until = time.monotonic() + PATIENCE.get()
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            if _acquire(descriptor, path):
                yield
                return
        finally:
            os.close(descriptor)
        if time.monotonic() >= until:
            raise busy
        time.sleep(_PAUSE)


def _acquire(descriptor: int, path: Path) -> bool:
    """Lock an open file; False if it is locked, or is no longer the one at ``path``."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # A lock on a file that its owner has just removed would guard nothing.
        return path.stat().st_ino == os.fstat(descriptor).st_ino
    except (BlockingIOError, FileNotFoundError):
        return False
