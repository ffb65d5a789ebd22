"""Whether stored bytes are those that were written: asked before anything reads a part."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import h5py

from fercurate.errors import StoreError
from fercurate.files.digest import sha256_of
from fercurate.files.hdf5 import open_hdf5
from fercurate.files.parallel import worker_count
from fercurate.files.regular import is_regular
from fercurate.store.heads.head_format import PartEntry
from fercurate.store.layout import PART_TYPE, RESTORE, parts_folder


def open_part(store: Path, part: PartEntry) -> h5py.File:
    """Open a part of a store to read its columns, whose bytes are compared first.

    Raises:
        StoreError: it is missing, cut short, or its columns are other bytes than were written.
    """
    path = _place(store, part)
    if part.columns_sha256:
        _compare(path, sha256_of(path, part.pixels), part.columns_sha256)
    else:
        _compare(path, sha256_of(path), part.sha256)
    file = open_hdf5(path, PART_TYPE)
    if file.attrs.get("kind") != part.kind:
        file.close()
        raise StoreError(f"no part of the kind {part.kind}, as the head says", where=str(path))
    return file


def check_bytes(store: Path, part: PartEntry) -> None:
    """Compare all of a part with its entry in the head by SHA-256, once a process.

    Raises:
        StoreError: it is missing, cut short, or holds other bytes than when it was written.
    """
    path = _place(store, part)
    _compare(path, sha256_of(path), part.sha256)


def check_all_bytes(store: Path, parts: Iterable[PartEntry]) -> None:
    """Compare parts as ``check_bytes`` does, several at a time.

    Raises:
        StoreError: of the first part that is not as it was written.
    """
    with ThreadPoolExecutor(worker_count(0)) as pool:
        for _ in pool.map(lambda part: check_bytes(store, part), parts):
            pass


def _place(store: Path, part: PartEntry) -> Path:
    """Where a part lies.

    Raises:
        StoreError: it is missing, no file, or of another size.
    """
    path = parts_folder(store) / part.name
    size = path.stat().st_size if is_regular(path) else -1
    if size != part.size:
        raise StoreError(
            f"the part {part.name} is missing" if size < 0 else f"{size} bytes",
            where=str(path),
            expected=f"{part.size} bytes",
            fix=f"A store is {store.name} and the folder {store.name}.parts: move them together; "
            "if it is lost, ingest the corpora into a new store",
        )
    return path


def _compare(path: Path, found: str, expected: str) -> None:
    if found != expected:
        raise StoreError("other bytes than when it was written", where=str(path), fix=RESTORE)
