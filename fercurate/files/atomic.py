"""Files that appear whole or not at all."""

import os
import secrets
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
