"""The members of any archive, their bytes, and a packed file as if it lay in a folder.

A path that leads on below an archive (``fer2013.zip/fer2013.csv``) names the file in it, one
below a packed file (``fer2013.csv.gz/fer2013.csv``) what that unpacks into.
"""

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import IO

from fercurate.errors import FormatError
from fercurate.files.archives.bounded import BoundedStream
from fercurate.files.archives.members import ArchiveMember, once_each
from fercurate.files.archives.packing import Packing, packing_of
from fercurate.files.archives.tar_files import list_tar, open_stream, open_tar_member, read_tar
from fercurate.files.archives.zip_files import list_zip, open_zip_member, read_zip
from fercurate.files.regular import Unchanged, open_regular, unchanged

WantsHead = Callable[[str], bool]
"""Whether the first bytes of a member are wanted, by its name."""

_BUFFER = 1 << 20


def list_members(path: Path, wants_head: WantsHead) -> tuple[ArchiveMember, ...]:
    """The files in a zip or tar; of several with one path all but the last have a fault.

    Raises:
        FormatError: no archive, damaged, or one that unpacks into far more than it can hold.
    """
    listed = _listed(path, unchanged(path), wants_head)
    if isinstance(listed, FormatError):
        raise FormatError(listed.found, where=listed.where)
    return listed


@lru_cache(maxsize=2)
def _listed(
    path: Path, _same: Unchanged, wants_head: WantsHead
) -> tuple[ArchiveMember, ...] | FormatError:
    """The files, or why they cannot be listed: that takes as long, and is asked as often."""
    listed = list_zip if packing_of(path) is Packing.ZIP else list_tar
    try:
        return once_each(listed(path, wants_head))
    except FormatError as error:
        return error


def read_members(
    path: Path, members: Sequence[ArchiveMember]
) -> Iterator[tuple[ArchiveMember, bytes | str]]:
    """Yield the bytes of members, or in words why one is not read.

    A zip is read in the order of ``members``, a tar in its own, in one pass.

    Raises:
        FormatError: no archive, or damaged.
    """
    read = read_zip if packing_of(path) is Packing.ZIP else read_tar
    yield from read(path, members)


@contextmanager
def open_unpacked(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for reading, also one in an archive.

    Raises:
        OSError: no such file, also in the archive.
        FormatError: a damaged archive, or one that unpacks into far more than it can hold.
    """
    archive = None if path.exists() else next((p for p in path.parents if p.is_file()), None)
    if archive is None:
        with open_regular(path) as file:
            yield file
        return
    parts = path.relative_to(archive).parts
    with _opened(archive, parts) as stream:
        bounded = BoundedStream(stream, archive.stat().st_size, str(path))
        yield io.BufferedReader(bounded, _BUFFER)


@contextmanager
def _opened(archive: Path, parts: tuple[str, ...]) -> Iterator[IO[bytes]]:
    packing = packing_of(archive)
    if packing is Packing.SINGLE:
        with open_stream(archive) as stream:
            yield stream
    elif packing is Packing.TAR:
        with open_tar_member(archive, parts) as stream:
            yield stream
    elif packing is Packing.ZIP:
        with open_zip_member(archive, _zip_position(archive, parts)) as stream:
            yield stream
    else:
        raise FormatError("no archive that is read", where=str(archive))


def _zip_position(archive: Path, parts: tuple[str, ...]) -> int:
    members = list_members(archive, no_head)
    position = next((m.position for m in members if m.parts == parts and not m.fault), -1)
    if position < 0:
        raise FileNotFoundError(2, "no such file in the archive")
    return position


def no_head(name: str) -> bool:
    """Of no member the first bytes are wanted."""
    del name
    return False
