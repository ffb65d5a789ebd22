"""The head: the small file at the store's path that says which parts make up the store.

Parts are immutable. A change writes new parts first and then replaces the head in one rename,
so a reader sees the whole of the old state or the whole of the new one.
"""

from functools import lru_cache
from pathlib import Path

from fercurate.errors import FormatError, StoreBusyError, StoreError
from fercurate.files.lock import is_held
from fercurate.files.regular import Unchanged, check_regular, real_path, unchanged
from fercurate.files.seal import is_sealed
from fercurate.store.heads.head_format import Head, parse_head
from fercurate.store.layout import HEAD_TYPE, LOCK, PENDING, RESTORE, parts_folder

MOST_BYTES = 256 << 20
"""No head is larger: it would list a million parts."""


def refuse_irregular(path: Path) -> None:
    """Refuse what is there and no regular file, by the name that was given.

    Raises:
        StoreError: a pipe, a device, a folder, a file of the system.
    """
    if path.exists():
        try:
            check_regular(path)
        except OSError as error:
            raise StoreError(str(error.strerror), where=str(path)) from None


def read_head(path: Path) -> Head:
    """Read a head, once a process: its checksum first, then by HDF5.

    Raises:
        StoreError: missing, not a store, damaged, or listing parts under foreign names.
    """
    try:
        return _read(path, unchanged(path))
    except FileNotFoundError:
        raise StoreError("no such file", where=str(path)) from None
    except OSError as error:
        raise StoreError(str(error.strerror or error), where=str(path)) from None
    except FormatError as fault:
        raise StoreError(
            fault.found,
            where=str(path),
            expected=fault.expected,
            fix=fault.fix or _advice(path, fault.found),
        ) from None


def _advice(path: Path, found: str) -> str:
    if "not a readable HDF5 file" in found:
        return f"If it is a corpus, read it with: fercurate ingest {path}"
    return RESTORE if "damaged" in found else ""


@lru_cache(maxsize=64)
def _read(path: Path, _same: Unchanged) -> Head:
    if is_sealed(path, HEAD_TYPE.name, MOST_BYTES):
        return parse_head(path)
    from fercurate.store.heads.older_head import read_older_head  # noqa: PLC0415  # it is run, too

    return read_older_head(path)


def refuse_interrupted(path: Path, session: str) -> None:
    """Leave another command's interrupted change alone: a new one would drop what it has staged.

    Raises:
        StoreError: one waits to be finished.
        StoreBusyError: it is running.
    """
    if interrupted_session(path) not in {"", session}:
        if is_held(parts_folder(real_path(path)) / LOCK):
            raise busy_store(path)
        raise StoreError(
            "an interrupted change waits to be finished",
            where=str(path),
            fix="Run that command again; what it has done so far is kept",
        )


def busy_store(path: Path) -> StoreBusyError:
    """What is said of a store that another command is changing."""
    return StoreBusyError(
        "another process is changing this store",
        where=str(path),
        fix="Wait for it to end: --wait SECONDS does",
    )


def interrupted_session(path: Path) -> str:
    """The name of a change that was interrupted and can be resumed; empty if there is none."""
    try:
        pending = read_head(parts_folder(real_path(path)) / PENDING)
        committed = read_head(path)
    except StoreError:
        return ""
    return pending.session if pending.generation == committed.generation else ""
