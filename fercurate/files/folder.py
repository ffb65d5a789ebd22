"""An output folder that changes from one whole state to the next."""

import ctypes
import errno
import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fercurate.errors import ConflictError, ExportError
from fercurate.files.atomic import sync_folder

LOCK_FILE = "recipe.lock"
"""Its presence marks a folder as an export of ours, which --overwrite may replace."""

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


def check_output(output: Path, overwrite: bool) -> None:
    """Refuse to touch an output folder that was not asked for.

    An export is known by its ``recipe.lock``, which lists every file that belongs to it.

    Raises:
        ConflictError: it holds an export and ``overwrite`` is off, or files that are not ours.
    """
    if not os.path.lexists(output):
        return
    if output.is_symlink() or not output.is_dir():
        raise ConflictError("not a folder", where=str(output), fix="Choose another --output")
    names = sorted(name for name in _contents(output) if not _compiled(name))
    if not names:
        return
    foreign = [name for name in names if name not in _listed(output / LOCK_FILE)]
    if foreign:
        raise ConflictError(
            f"the folder holds files that no export made ({', '.join(foreign[:3])})",
            where=str(output),
            fix="Choose another --output; nothing was changed",
        )
    if not overwrite:
        raise ConflictError(
            "an export is there already",
            where=str(output),
            fix="Pass --overwrite to replace it, choose another --output, or rename the recipe",
        )


def _listed(lock: Path) -> set[str]:
    """The files of an export, the lock itself among them; nothing if it is no lock of ours."""
    try:
        found = json.loads(lock.read_text(encoding="utf-8"))
        outputs = found["outputs"] if "lock_version" in found else {}
        return {name for name, facts in outputs.items() if "sha256" in facts} | {lock.name}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return set()


def _contents(folder: Path, prefix: str = "") -> Iterator[str]:
    """Everything below a folder by path; an empty folder ends in a slash, links are files."""
    for path in folder.iterdir():
        name = f"{prefix}{path.name}"
        if path.is_dir() and not path.is_symlink():
            yield from list(_contents(path, f"{name}/")) or [f"{name}/"]
        else:
            yield name


def _compiled(name: str) -> bool:
    """Whether Python made a file when a training script was run."""
    path = Path(name)
    return path.parent.name == "__pycache__" and path.suffix == ".pyc"


@contextmanager
def staged_folder(output: Path, overwrite: bool) -> Iterator[Path]:
    """Give a folder beside ``output`` to write into; at the end it becomes ``output`` in one step.

    On any error the folder is removed and ``output`` is what it was. What a killed run left is
    removed by the next. ``overwrite`` is as in ``check_output``.

    Raises:
        ExportError: another process is writing the same output.
        ConflictError: the output is not to be replaced.
    """
    output = output.absolute()
    output.parent.mkdir(parents=True, exist_ok=True)
    staging, lock = (
        output.with_name(f".{output.name}.fercurate-{kind}") for kind in ("partial", "lock")
    )
    with _locked(lock, output):
        _recover(output)
        check_output(output, overwrite)
        shutil.rmtree(staging, ignore_errors=True)
        try:
            staging.mkdir()
            yield staging
            _sync_tree(staging)
            check_output(output, overwrite)
            _replace(staging, output)
        finally:
            shutil.rmtree(staging, ignore_errors=True)


@contextmanager
def _locked(path: Path, output: Path) -> Iterator[None]:
    """Hold a lock file for the time of the writing; it is removed afterwards."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        if not _acquire(descriptor, path):
            raise ExportError("another process is writing this export", where=str(output))
        try:
            yield
        finally:
            path.unlink(missing_ok=True)
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, path: Path) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    # A lock on a file that its owner has just removed would guard nothing.
    return path.exists() and path.stat().st_ino == os.fstat(descriptor).st_ino


def _sync_tree(folder: Path) -> None:
    """Force everything below a folder to disk, before it takes its final name."""
    for path in folder.iterdir():
        if path.is_dir():
            _sync_tree(path)
            continue
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    sync_folder(folder)


def _old(output: Path) -> Path:
    return output.with_name(f".{output.name}.fercurate-old")


def _recover(output: Path) -> None:
    """Bring back an output that a run killed between two renames left under its old name."""
    if _old(output).exists() and not output.exists():
        _old(output).rename(output)


def _replace(staging: Path, output: Path) -> None:
    """Put the staged folder in the place of the output; the old one stays in ``staging``."""
    if not output.exists():
        staging.rename(output)
    elif not _exchange(staging, output):
        shutil.rmtree(_old(output), ignore_errors=True)
        output.rename(_old(output))
        staging.rename(output)
        shutil.rmtree(_old(output), ignore_errors=True)
    sync_folder(output.parent)


def _exchange(first: Path, second: Path) -> bool:
    """Swap two folders in one step (Linux); False where the system cannot."""
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is None:
        return False
    status = call(_AT_FDCWD, os.fsencode(first), _AT_FDCWD, os.fsencode(second), _RENAME_EXCHANGE)
    if status == 0:
        return True
    code = ctypes.get_errno()
    if code in (errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP):
        return False
    raise OSError(code, os.strerror(code), str(second))
