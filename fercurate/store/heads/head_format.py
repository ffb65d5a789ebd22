"""What a head says: the parts of a store in order, and its lineage; as HDF5 and as JSON."""

from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from fercurate.domain.lineage import LineageEntry
from fercurate.errors import FormatError
from fercurate.files.digest import ByteRanges, sha256_of
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
    COLUMNS,
    FORMAT_VERSION,
    HEAD_TYPE,
    KINDS,
    LONGEST_ENTRY,
    MEASUREMENTS,
    PART_NAME,
    REMOVALS,
    REMOVALS_VERSION,
    SAMPLES,
)

_MOST_COMMITS = 10**17

OWN = -2
"""In place of the number of a change: the one that runs."""


@dataclass(frozen=True, slots=True)
class PartEntry:
    """A part as the head lists it: file name, kind, samples in it, size in bytes, SHA-256.

    ``pixels`` are the bytes of its pictures, ``columns_sha256`` is of all others; both are empty
    in heads of earlier versions and for parts without pictures. ``change`` is the place in the
    lineage of the change that wrote it (-1: not known; ``OWN``: the one that stages it).
    """

    name: str
    kind: str
    rows: int
    size: int
    sha256: str
    columns_sha256: str = ""
    pixels: ByteRanges = ()
    change: int = -1

    @classmethod
    def of(cls, path: Path, kind: str, rows: int, pixels: ByteRanges = ()) -> "PartEntry":
        """Describe a part that has just been written."""
        columns = sha256_of(path, pixels) if pixels else ""
        size = path.stat().st_size
        return cls(path.name, kind, rows, size, sha256_of(path), columns, pixels, OWN)


@dataclass(frozen=True, slots=True)
class Head:
    """One committed state: its generation (number of commits), parts in order, and lineage."""

    generation: int = 0
    parts: tuple[PartEntry, ...] = ()
    lineage: tuple[LineageEntry, ...] = ()
    session: str = field(default="")

    def next_part(self, ahead: int = 0) -> str:
        """File name for the part that comes next, or for one that comes after it."""
        return f"{max((int(p.name[:6]) for p in self.parts), default=0) + 1 + ahead:06d}.h5"

    def with_part(self, part: PartEntry) -> "Head":
        """This head with one more part."""
        return replace(self, parts=(*self.parts, part))

    def write(self, path: Path) -> None:
        """Write this head as a new file, sealed."""
        with new_hdf5(path, HEAD_TYPE.name) as file:
            file.attrs["type"] = HEAD_TYPE.name
            removes = any(part.kind == REMOVALS for part in self.parts)
            file.attrs["format_version"] = REMOVALS_VERSION if removes else FORMAT_VERSION
            file.attrs["generation"] = self.generation
            file.attrs["session"] = self.session
            table = file.create_group("parts")
            for column in ("name", "kind", "sha256", "columns_sha256"):
                write_text(table, column, [getattr(part, column) for part in self.parts])
            write_text(table, "pixels", [_ranges_text(part.pixels) for part in self.parts])
            for column in ("rows", "size", "change"):
                values = [getattr(part, column) for part in self.parts]
                table.create_dataset(column, data=np.array(values, dtype=np.int64))
            write_text(file, "lineage", [entry.to_json() for entry in self.lineage])

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values, all that the head says."""
        lineage = [entry.to_json() for entry in self.lineage]
        return asdict(replace(self, lineage=())) | {"lineage": lineage}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Head":
        """Read back what ``to_json`` gave."""
        parts = tuple(
            PartEntry(**part | {"pixels": tuple(map(tuple, part["pixels"]))})
            for part in values["parts"]
        )
        lineage = tuple(map(LineageEntry.from_json, values["lineage"]))
        return cls(values["generation"], parts, lineage, values["session"])


def parse_head(path: Path) -> Head:
    """Read a head by HDF5, whose bytes are sound.

    Raises:
        FormatError: it is no head, or lists parts under foreign names.
    """
    with open_hdf5(path, HEAD_TYPE) as file, reading_hdf5(path, FormatError):
        table = subgroup(file, "parts")
        texts = [read_text(table, name) for name in ("name", "kind", "sha256")]
        count = len(texts[0])
        later = [
            read_text(table, name) if name in table else [""] * count
            for name in ("columns_sha256", "pixels")
        ]
        int64 = np.dtype(np.int64)
        numbers = [column(table, name, int64, count) for name in ("rows", "size")]
        told = "change" in table
        changes = column(table, "change", int64, count) if told else np.full(count, -1)
        parts = tuple(
            PartEntry(
                str(n), str(k), int(rows), int(size), str(sha), str(own), _ranges(cut), int(by)
            )
            for n, k, sha, own, cut, rows, size, by in zip(
                *texts, *later, *numbers, changes, strict=True
            )
        )
        lineage = tuple(
            LineageEntry.from_json(text) for text in read_text(file, "lineage", LONGEST_ENTRY)
        )
        parts = parts if told else with_changes(parts, lineage)
        head = Head(int(file.attrs["generation"]), parts, lineage, str(file.attrs["session"]))
    _check_parts(path, parts)
    if not 0 <= head.generation < _MOST_COMMITS:
        raise FormatError(f"generation {head.generation}", where=str(path))
    return head


def with_changes(
    parts: tuple[PartEntry, ...], lineage: tuple[LineageEntry, ...]
) -> tuple[PartEntry, ...]:
    """Parts with the changes that wrote them, for heads of earlier versions, which do not say.

    Changes were only ever appended, and each says how many samples it added. Where that does not
    fit, nothing is told.
    """
    told: list[PartEntry] = []
    left = deque(parts)
    for number, entry in enumerate(lineage):
        rows, votes = 0, False
        while left and not votes and _may_have_written(entry, left[0], rows):
            part = left.popleft()
            rows, votes = rows + part.rows, part.kind == COLUMNS
            told.append(replace(part, change=number))
        if not votes and entry.layout != MEASUREMENTS and rows != entry.added:
            return parts
    return parts if left else tuple(told)


def _may_have_written(entry: LineageEntry, part: PartEntry, rows: int) -> bool:
    """Whether a part was written by a change of an earlier version that had added some rows."""
    if MEASUREMENTS in {entry.layout, part.kind}:
        return entry.layout == part.kind
    return rows == 0 if part.kind == COLUMNS else rows + part.rows <= entry.added


def _ranges_text(ranges: ByteRanges) -> str:
    return " ".join(f"{offset}+{length}" for offset, length in ranges)


def _ranges(text: str) -> ByteRanges:
    pairs = (pair.partition("+") for pair in str(text).split())
    return tuple((int(offset), int(length)) for offset, _, length in pairs)


def _check_parts(path: Path, parts: tuple[PartEntry, ...]) -> None:
    for part in parts:
        if not PART_NAME.fullmatch(part.name):
            raise FormatError(f"a part named {part.name!r}", where=str(path), expected="000001.h5")
        if part.kind not in KINDS or part.rows < 0 or (part.rows and part.kind != SAMPLES):
            raise FormatError(f"the part {part.name} of kind {part.kind!r}", where=str(path))
        if not _lie_apart(part):
            raise FormatError(f"pixels outside the part {part.name}", where=str(path))
    if len({part.name for part in parts}) != len(parts):
        raise FormatError("a part is listed twice", where=str(path))


def _lie_apart(part: PartEntry) -> bool:
    """Whether the pixels of a part are ranges of it, in order."""
    end = 0
    for offset, length in part.pixels:
        if offset < end or length < 0:
            return False
        end = offset + length
    return end <= part.size
