"""Opening what is a regular file and nothing else: no pipe, device or socket is waited for.

A corpus comes from elsewhere, and so may what lies in it: a named pipe that nobody writes to keeps
a reader for ever, a device has no end.
"""

import errno
import io
import os
import stat
from functools import cache
from pathlib import Path

_KINDS = (
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISDIR, "a folder"),
)
_OF_THE_SYSTEM = ("/proc", "/sys")
"""File systems whose files have no size, and may wait when they are read."""


def check_regular(path: str | os.PathLike[str]) -> None:
    """Look whether a path is a regular file, behind links, without opening it.

    Raises:
        OSError: it is missing or something else; the text says what.
    """
    _refuse(os.stat(path), path)  # noqa: PTH116  # bytes and str alike


def _refuse(facts: os.stat_result, path: str | os.PathLike[str]) -> None:
    fault = not_regular(facts)
    if fault:
        raise OSError(errno.EINVAL, f"{fault}; expected a regular file", os.fspath(path))


def open_regular(path: str | os.PathLike[str]) -> io.BufferedReader:
    """Open a regular file for reading bytes, behind links; nothing else is waited for.

    Raises:
        OSError: it is missing, cannot be read, or is something else.
    """
    check_regular(path)  # a device may do things when it is opened
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        _refuse(os.fstat(descriptor), path)
    except OSError:
        os.close(descriptor)
        raise
    os.set_blocking(descriptor, True)
    return io.BufferedReader(io.FileIO(descriptor))


def open_regular_text(
    path: str | os.PathLike[str], errors: str = "replace", newline: str | None = None
) -> io.TextIOWrapper:
    """Open a regular file for reading UTF-8 text, with or without a byte order mark.

    Raises:
        OSError: as ``open_regular``.
    """
    return io.TextIOWrapper(open_regular(path), "utf-8-sig", errors, newline)


def read_regular(path: str | os.PathLike[str], most: int = 0) -> bytes:
    """Return the bytes of a regular file of at most ``most`` bytes (0: of any size).

    Raises:
        OSError: it is missing, cannot be read, is something else, or larger.
    """
    with open_regular(path) as file:
        size = os.fstat(file.fileno()).st_size
        if most and size > most:
            text = f"{size:,} bytes; expected at most {most:,}"
            raise OSError(errno.EFBIG, text, os.fspath(path))
        return file.read(size)


def is_regular(path: str | os.PathLike[str]) -> bool:
    """Whether a path is a regular file that can be reached, behind links."""
    try:
        return not not_regular(os.stat(path))  # noqa: PTH116  # bytes and str alike
    except (OSError, ValueError):
        return False


def real_path(path: str | os.PathLike[str]) -> Path:
    """Return the absolute path behind all links; a link that leads to itself stays where it is."""
    return Path(os.path.realpath(path))


Unchanged = tuple[int, ...]
"""What tells that a file is the same as before, as long as the process runs."""


def unchanged(path: str | os.PathLike[str]) -> Unchanged:
    """Return place on the disk, size, and times of a file: equal means that it has not changed.

    Raises:
        OSError: it cannot be reached.
    """
    facts = os.stat(path)  # noqa: PTH116  # bytes and str alike
    times = (facts.st_mtime_ns, facts.st_ctime_ns)
    return (facts.st_dev, facts.st_ino, facts.st_size, *times)


def not_regular(facts: os.stat_result) -> str:
    """What a file is instead of a regular one, in words; "" if it is one."""
    for is_kind, words in _KINDS:
        if is_kind(facts.st_mode):
            return words
    return "a file of the system" if facts.st_dev in _system_devices() else ""


@cache
def _system_devices() -> frozenset[int]:
    return frozenset(Path(p).stat().st_dev for p in _OF_THE_SYSTEM if Path(p).is_dir())
