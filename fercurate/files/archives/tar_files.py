"""The members of a tar, packed or not: read from its beginning to its end, never backwards."""

import bz2
import gzip
import lzma
import struct
import tarfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO

from fercurate.errors import FormatError
from fercurate.files.archives.members import (
    LINK,
    ArchiveMember,
    check_bounds,
    member_of,
)
from fercurate.files.archives.packing import stream_of
from fercurate.files.regular import open_regular

BROKEN = (
    *(tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError),
    *(OverflowError, RuntimeError, IndexError, struct.error),
)
"""What damaged tars and streams raise."""

_HEAD = 64
_STEP = 1 << 20
_MAX_HEADER = 1 << 20
"""Bytes read at once beside the contents of a file: an extended header may claim any size."""


class ForwardReader:
    """A stream that can only be read on, a bounded number of bytes at a time.

    ``allowed`` is that number, ``last`` what was read last; ``packed`` the size of the file that is
    unpacked. A stream that gives far more than it can hold ends in a ``FormatError``.
    """

    def __init__(self, stream: IO[bytes], packed: int, where: str) -> None:
        self._stream = stream
        self._packed = packed
        self.where = where
        self._position = 0
        self.last = b""
        self.allowed = _MAX_HEADER

    def read(self, size: int = -1) -> bytes:
        """Read so many bytes, less at the end."""
        if not 0 <= size <= self.allowed:
            raise FormatError(f"a header of {size:,} bytes", where=self.where)
        content = self._stream.read(size)
        self._position += len(content)
        self.last = content
        check_bounds(0, self._position, self._packed, self.where)
        return content

    def tell(self) -> int:
        """How many bytes were read."""
        return self._position

    def seek(self, target: int, whence: int = 0) -> int:
        """Read on to a position.

        Raises:
            FormatError: it lies behind, where no honest header points to.
        """
        if whence != 0 or target < self._position:
            raise FormatError("a header that leads backwards", where=self.where)
        while self._position < target and self.read(min(target - self._position, _STEP)):
            pass
        if self._position < target:
            raise FormatError("damaged, or cut short", where=self.where)
        return self._position

    def drain(self) -> None:
        """Read to the end, where a packed stream compares its checksum."""
        while self.read(_STEP):
            pass


def _check_end(reader: ForwardReader, offset: int) -> None:
    """Whether a tar ends by its end mark, a block of zeros: what ends otherwise has lost the rest.

    Raises:
        FormatError: it does not.
    """
    if reader.tell() <= offset:
        reader.seek(offset)
        reader.read(tarfile.BLOCKSIZE)
    if reader.last != bytes(tarfile.BLOCKSIZE):
        raise FormatError("damaged, or cut short: there is no end mark", where=reader.where)
    reader.drain()


@contextmanager
def open_stream(path: Path) -> Iterator[IO[bytes]]:
    """Open a file, unpacked as it is read if it is packed by gzip, bzip2 or xz."""
    with open_regular(path) as file:
        kind = stream_of(file.read(8))
        file.seek(0)
        if kind == ".gz":
            with gzip.GzipFile(fileobj=file) as unpacked:
                yield unpacked  # type: ignore[misc]
        elif kind == ".bz2":
            with bz2.BZ2File(file) as bunzipped:
                yield bunzipped
        elif kind == ".xz":
            with lzma.LZMAFile(file) as xz:
                yield xz
        else:
            yield file


def list_tar(path: Path, wants_head: Callable[[str], bool]) -> tuple[ArchiveMember, ...]:
    """The files in a tar, in its order; it is read through once.

    Raises:
        FormatError: no tar, damaged, or one that unpacks into far more than it can hold.
    """
    members: list[ArchiveMember] = []
    declared, packed = 0, path.stat().st_size
    for position, (archive, entry, _) in enumerate(_entries(path)):
        declared += entry.size
        check_bounds(position, declared, packed, str(path))
        if entry.isdir():
            continue
        if not entry.name:
            raise FormatError("damaged: a file without a name", where=str(path))
        plain = entry.isreg() and not entry.issparse()
        member = member_of(position, entry.name, entry.size, "" if plain else LINK)
        if not member.fault and wants_head(member.parts[-1]):
            file = archive.extractfile(entry)
            member = replace(member, head=file.read(_HEAD) if file is not None else b"")
        members.append(member)
    return tuple(members)


def read_tar(
    path: Path, members: Iterable[ArchiveMember]
) -> Iterator[tuple[ArchiveMember, bytes | str]]:
    """Yield the bytes of members in the order of the tar, or in words why one is not read.

    Raises:
        FormatError: no tar, or damaged.
    """
    wanted = {member.position: member for member in members}
    for position, (archive, entry, reader) in enumerate(_entries(path)):
        if not wanted:
            return
        member = wanted.pop(position, None)
        if member is None:
            continue
        if member.fault:
            yield member, member.fault
            continue
        reader.allowed = max(member.size, _MAX_HEADER)
        file = archive.extractfile(entry)
        content = file.read(member.size) if file is not None else b""
        reader.allowed = _MAX_HEADER
        short = f"{len(content):,} bytes; the archive says {member.size:,}"
        yield member, content if len(content) == member.size else short


@contextmanager
def open_tar_member(path: Path, parts: tuple[str, ...]) -> Iterator[IO[bytes]]:
    """Open one file of a tar, found by reading up to it; the last of that name is not looked for.

    Raises:
        FileNotFoundError: no such file in it.
        FormatError: no tar, or damaged.
    """
    for archive, entry, reader in _entries(path):
        if entry.isreg() and member_of(0, entry.name, 0).parts == parts:
            file = archive.extractfile(entry)
            if file is not None:
                reader.allowed = _STEP
                yield file
                return
    raise FileNotFoundError(2, "no such file in the archive")


def _entries(path: Path) -> Iterator[tuple[tarfile.TarFile, tarfile.TarInfo, ForwardReader]]:
    try:
        with open_stream(path) as stream:
            reader = ForwardReader(stream, path.stat().st_size, str(path))
            with tarfile.TarFile(fileobj=reader) as archive:  # type: ignore[arg-type]
                while (entry := archive.next()) is not None:
                    yield archive, entry, reader
                    archive.members = []  # type: ignore[attr-defined]  # or every header is kept
                _check_end(reader, archive.offset)
    except BROKEN as error:
        raise FormatError(f"a damaged tar ({error})", where=str(path)) from None
