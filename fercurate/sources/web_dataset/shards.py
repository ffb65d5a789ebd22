"""The tar files of a path that hold rows of pictures and labels, and the rows in them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import IO

from fercurate.errors import FormatError, InputError
from fercurate.files.archives.contents import list_members, no_head, read_members
from fercurate.files.archives.members import ArchiveMember
from fercurate.files.archives.packing import Packing, packing_of
from fercurate.files.archives.tar_files import open_stream
from fercurate.files.containment import Boundary
from fercurate.sources.names.file_kinds import IMAGE_SUFFIXES
from fercurate.sources.reading.path_index import first_names, nearby_folders
from fercurate.sources.tables.keys import key_meaning

LABEL_KINDS = ("json", "cls", "cls.txt", "label", "label.txt")
"""What a label is called behind the name of its row, that which tells most first."""

_DEPTH = 2
_NO_FOLDER = re.compile(r"(?!)")
_TAR = re.compile(r"(?i).*\.tar(\.gz)?")
_SUFFIX = re.compile(r"(?i)\.tar(\.gz)?$")
_NUMBERS = re.compile(r"[-_.]*\d+$")
_LOOKED_AT, _MOST_LOOKED_AT = 64 << 20, 12
"""Bytes, and members, that are looked at to tell a shard from another archive."""

_HEADER = 512
MOST_LABEL = 1 << 20
"""Bytes of a label that is read."""


@dataclass(frozen=True, slots=True)
class TarRow:
    """A row: its name, its picture and its label (None: it has none)."""

    key: str
    picture: ArchiveMember | None
    label: ArchiveMember | None

    @property
    def label_kind(self) -> str:
        """How the label is written: ``json`` or ``cls``."""
        return "json" if self.label and _kind(self.label) == "json" else "cls"


@dataclass(frozen=True, slots=True)
class Shard:
    """A tar file: its path, its path below the root, and the split that its name tells."""

    file: Path
    relative: str
    split: str

    @property
    def stem(self) -> str:
        """What the ids of its rows begin with: its path without the suffix of a tar."""
        return _SUFFIX.sub("", self.relative)

    def rows(self) -> Iterator[TarRow]:
        """Yield the rows in the order of the file, also those without a picture.

        Raises:
            InputError: a damaged archive, or one that is out of all bounds.
        """
        for key, members in groupby(_members(self.file), _key):
            kinds = {_kind(member): member for member in members}
            picture = next((m for kind, m in kinds.items() if f".{kind}" in IMAGE_SUFFIXES), None)
            label = next((kinds[kind] for kind in LABEL_KINDS if kind in kinds), None)
            if picture is not None or label is not None:
                yield TarRow(key, picture, label)

    def read(self, members: Sequence[ArchiveMember]) -> Iterator[tuple[int, bytes | str]]:
        """Yield the bytes of members with their positions, or in words why one is not read.

        Raises:
            InputError: a damaged archive.
        """
        try:
            for member, content in read_members(self.file, members):
                yield member.position, content
        except FormatError as error:
            raise InputError(error.found, where=self.relative) from None


def shards_of(path: Path) -> tuple[Shard, ...]:
    """The tar files of a path that begin with a row: itself, or those in a folder and below."""
    root, own = (path, path.name) if path.is_dir() else (path.parent, "")
    shards = []
    for file in _tar_files(path):
        if _begins_with_a_row(file):
            relative = file.relative_to(root)
            stem = _NUMBERS.sub("", file.name.split(".")[0])
            told = (key_meaning(n).split for n in (stem, *reversed(relative.parts[:-1]), own))
            shards.append(Shard(file, relative.as_posix(), next(filter(None, told), "")))
    return tuple(shards)


def _tar_files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path] if _is_tar(path) else []
    boundary = Boundary(path)
    return [
        folder / name
        for folder in nearby_folders(path, _DEPTH, _NO_FOLDER)
        for name in first_names(folder, lambda entry: _TAR.fullmatch(entry.name) is not None)
        if boundary.holds(folder / name) and _is_tar(folder / name)
    ]


def _is_tar(path: Path) -> bool:
    named = _TAR.fullmatch(path.name) is not None
    return named and path.is_file() and packing_of(path) is Packing.TAR


def _begins_with_a_row(file: Path) -> bool:
    """Whether two of the first members are a picture and its label, named alike."""
    kinds: dict[str, set[str]] = {}
    try:
        with open_stream(file) as stream:
            for name in _first_names(stream):
                key, _, kind = name.rpartition("/")[2].partition(".")
                kinds.setdefault(key, set()).add(kind.casefold())
    except (FormatError, OSError, EOFError):
        return False
    return any(
        known & set(LABEL_KINDS) and any(f".{kind}" in IMAGE_SUFFIXES for kind in known)
        for known in kinds.values()
    )


def _first_names(stream: IO[bytes]) -> Iterator[str]:
    """The names of the first members of a tar file, as long as these are small enough to skip."""
    left = _LOOKED_AT
    for _ in range(_MOST_LOOKED_AT):
        header = stream.read(_HEADER)
        size = header[124:135].strip(b" \0")
        if len(header) < _HEADER or header[:1] == b"\0" or not size.isdigit():
            return
        yield header[:100].rstrip(b"\0").decode("utf-8", "replace")
        filled = -(-int(size, 8) // _HEADER) * _HEADER
        left -= filled
        if left < 0 or len(stream.read(filled)) < filled:
            return


def _members(file: Path) -> list[ArchiveMember]:
    try:
        return list(list_members(file, no_head))
    except FormatError as error:
        raise InputError(error.found, where=str(file)) from None
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=str(file)) from None


def _key(member: ArchiveMember) -> str:
    *folders, name = member.parts
    return "/".join((*folders, name.partition(".")[0]))


def _kind(member: ArchiveMember) -> str:
    return member.parts[-1].partition(".")[2].casefold()
