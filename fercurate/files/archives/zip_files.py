"""The members of a zip: read by its directory, each within the size that it declares."""

import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO

from fercurate.errors import FormatError
from fercurate.files.archives.members import (
    ENCRYPTED,
    LINK,
    ArchiveMember,
    check_bounds,
    member_of,
)
from fercurate.files.regular import check_regular

BROKEN = (
    *(zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError),
    *(ValueError, OverflowError, IndexError, struct.error),
)
"""What damaged, encrypted or oddly packed zips raise."""

_HEAD = 64


@contextmanager
def open_zip(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a zip for reading.

    Raises:
        FormatError: no zip, or one whose directory is damaged.
    """
    try:
        check_regular(path)
        archive = zipfile.ZipFile(path)
    except BROKEN as error:
        raise FormatError(f"no readable zip ({error})", where=str(path)) from None
    with archive:
        yield archive


def list_zip(path: Path, wants_head: Callable[[str], bool]) -> tuple[ArchiveMember, ...]:
    """The files in a zip, in the order of its directory.

    Raises:
        FormatError: no zip, damaged, or one that unpacks into far more than it can hold.
    """
    with open_zip(path) as archive:
        entries = archive.infolist()
        declared = sum(entry.file_size for entry in entries)
        check_bounds(len(entries), declared, path.stat().st_size, str(path))
        return tuple(
            _member(archive, position, entry, wants_head)
            for position, entry in enumerate(entries)
            if not entry.filename.endswith("/")
        )


def _member(
    archive: zipfile.ZipFile,
    position: int,
    entry: zipfile.ZipInfo,
    wants_head: Callable[[str], bool],
) -> ArchiveMember:
    mode = entry.external_attr >> 16
    kind = stat.S_IFMT(mode)
    fault = ENCRYPTED if entry.flag_bits & 1 else ""
    fault = LINK if kind not in (0, stat.S_IFREG) else fault
    member = member_of(position, entry.filename, entry.file_size, fault)
    if member.fault or not wants_head(member.parts[-1]):
        return member
    content = _read(archive, entry, _HEAD)
    return replace(member, head=content if isinstance(content, bytes) else b"")


def read_zip(
    path: Path, members: Iterable[ArchiveMember]
) -> Iterator[tuple[ArchiveMember, bytes | str]]:
    """Yield the bytes of members in the order given, or in words what is wrong with one.

    Raises:
        FormatError: no zip, or one whose directory is damaged.
    """
    with open_zip(path) as archive:
        entries = archive.infolist()
        for member in members:
            entry = entries[member.position]
            yield member, member.fault or _read(archive, entry, member.size)


@contextmanager
def open_zip_member(path: Path, position: int) -> Iterator[IO[bytes]]:
    """Open one file of a zip by its position in the directory.

    Raises:
        FormatError: no zip, or damaged.
    """
    with open_zip(path) as archive:
        try:
            file = archive.open(archive.infolist()[position])
        except BROKEN as error:
            raise FormatError(f"damaged in the archive ({error})", where=str(path)) from None
        with file:
            yield file


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, size: int) -> bytes | str:
    try:
        with archive.open(entry) as file:
            content = file.read(size)
            if len(content) == entry.file_size:
                file.read(1)  # where the checksum is compared
            elif size >= entry.file_size:
                return f"{len(content):,} bytes; the archive says {entry.file_size:,}"
            return content
    except BROKEN as error:
        return f"damaged in the archive ({error})"
