"""The head: the small file at the store's path that says which parts make up the store.

Parts are immutable. A change writes new parts first and then replaces the head in one rename,
so a reader sees the whole of the old state or the whole of the new one.
"""

import hashlib
from dataclasses import dataclass, field, replace
from pathlib import Path

import h5py
import numpy as np

from fercurate.domain.lineage import LineageEntry
from fercurate.errors import StoreError
from fercurate.files.hdf5 import (
    column,
    new_hdf5,
    open_hdf5,
    read_text,
    reading_hdf5,
    subgroup,
    write_text,
)
from fercurate.store.layout import (
    FORMAT_VERSION,
    HEAD_TYPE,
    KINDS,
    PART_NAME,
    PART_TYPE,
    PENDING,
    parts_folder,
)


@dataclass(frozen=True, slots=True)
class PartEntry:
    """A part as the head lists it: file name, kind, samples in it, size in bytes, SHA-256."""

    name: str
    kind: str
    rows: int
    size: int
    sha256: str

    @classmethod
    def of(cls, path: Path, kind: str, rows: int) -> "PartEntry":
        """Describe a part that has just been written."""
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return cls(path.name, kind, rows, path.stat().st_size, digest)


@dataclass(frozen=True, slots=True)
class Head:
    """One committed state: its generation (number of commits), parts in order, and lineage."""

    generation: int = 0
    parts: tuple[PartEntry, ...] = ()
    lineage: tuple[LineageEntry, ...] = ()
    session: str = field(default="")

    @property
    def next_part(self) -> str:
        """File name for the part that comes next."""
        return f"{max((int(p.name[:6]) for p in self.parts), default=0) + 1:06d}.h5"

    def with_part(self, part: PartEntry) -> "Head":
        """This head with one more part."""
        return replace(self, parts=(*self.parts, part))

    def write(self, path: Path) -> None:
        """Write this head as a new file."""
        with new_hdf5(path) as file:
            file.attrs["type"] = HEAD_TYPE.name
            file.attrs["format_version"] = FORMAT_VERSION
            file.attrs["generation"] = self.generation
            file.attrs["session"] = self.session
            table = file.create_group("parts")
            for column in ("name", "kind", "sha256"):
                write_text(table, column, [getattr(part, column) for part in self.parts])
            for column in ("rows", "size"):
                values = [getattr(part, column) for part in self.parts]
                table.create_dataset(column, data=np.array(values, dtype=np.int64))
            write_text(file, "lineage", [entry.to_json() for entry in self.lineage])


def read_head(path: Path) -> Head:
    """Read a head.

    Raises:
        StoreError: not a store, damaged, or listing parts under foreign names.
    """
    with open_hdf5(path, HEAD_TYPE) as file, reading_hdf5(path, StoreError):
        table = subgroup(file, "parts")
        names, kinds, digests = (read_text(table, c) for c in ("name", "kind", "sha256"))
        rows, sizes = (column(table, c, np.dtype(np.int64), len(names)) for c in ("rows", "size"))
        parts = tuple(
            PartEntry(str(name), str(kind), int(count), int(size), str(sha))
            for name, kind, count, size, sha in zip(names, kinds, rows, sizes, digests, strict=True)
        )
        lineage = tuple(LineageEntry.from_json(text) for text in read_text(file, "lineage"))
        head = Head(int(file.attrs["generation"]), parts, lineage, str(file.attrs["session"]))
    _check_parts(path, parts)
    return head


def _check_parts(path: Path, parts: tuple[PartEntry, ...]) -> None:
    for part in parts:
        if not PART_NAME.fullmatch(part.name):
            raise StoreError(f"a part named {part.name!r}", where=str(path), expected="000001.h5")
        if part.kind not in KINDS or part.rows < 0:
            raise StoreError(f"the part {part.name} of kind {part.kind!r}", where=str(path))
    if len({part.name for part in parts}) != len(parts):
        raise StoreError("a part is listed twice", where=str(path))


def open_part(store: Path, part: PartEntry) -> h5py.File:
    """Open a part of a store for reading.

    Raises:
        StoreError: it is missing or cut short.
    """
    path = parts_folder(store) / part.name
    size = path.stat().st_size if path.is_file() else -1
    if size != part.size:
        raise StoreError(
            f"the part {part.name} is missing" if size < 0 else f"{size} bytes",
            where=str(path),
            expected=f"{part.size} bytes",
            fix=f"A store is {store.name} and the folder {store.name}.parts: move them together",
        )
    return open_hdf5(path, PART_TYPE)


def check_bytes(store: Path, part: PartEntry) -> None:
    """Compare a part with its entry in the head, byte for byte by SHA-256.

    Raises:
        StoreError: it is missing, cut short, or holds other bytes than when it was written.
    """
    open_part(store, part).close()
    path = parts_folder(store) / part.name
    if PartEntry.of(path, part.kind, part.rows) != part:
        raise StoreError(
            "other bytes than when it was written",
            where=str(path),
            fix="Restore the file from a copy, or ingest the corpora again into a new store",
        )


def interrupted_session(path: Path) -> str:
    """The name of a change that was interrupted and can be resumed; empty if there is none."""
    try:
        pending = read_head(parts_folder(path.resolve()) / PENDING)
        committed = read_head(path)
    except StoreError:
        return ""
    return pending.session if pending.generation == committed.generation else ""
