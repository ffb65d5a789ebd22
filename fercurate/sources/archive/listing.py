"""The pictures in class folders of an archive, and what else is in it that would count."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path, PurePath

from fercurate.errors import FormatError, InputError
from fercurate.files.archives.contents import list_members
from fercurate.files.archives.members import ENCRYPTED, ArchiveMember
from fercurate.files.archives.packing import Packing, packing_of
from fercurate.sources.names.file_kinds import (
    FileKind,
    is_clutter,
    is_picture_head,
    kind_of_name,
    suffix_of,
)
from fercurate.sources.names.split_words import native_split
from fercurate.sources.names.unread import unread_file
from fercurate.sources.reading.class_tree import ClassFile, IsClass, is_class_name, place_of

_LABEL_SUFFIXES = (".txt", ".json", ".yaml", ".yml", ".xml", ".npy", ".mat", ".xlsx")
_PAPERS = re.compile(r"(?i)readme|licen[sc]e|citation|copying|about|changelog|requirements")
_OTHER_CORPORA: dict[str, re.Pattern[str]] = {
    "CK+": re.compile(r"S\d{3}_\d{3}_\d{8}\.\w+"),
    "RAF-DB": re.compile(r"(train|test)_\d{4,5}(_aligned)?\.\w+"),
    "JAFFE": re.compile(r"[A-Z]{2}\.[A-Z]{2}\d\.\d+\.\w+"),
    "KDEF": re.compile(r"[AB][FM]\d\d[A-Z]{3,4}\.\w+", re.IGNORECASE),
    "FER+": re.compile(r"fer\d{7}\.\w+"),
}
"""Names of pictures that a source of their own reads, which knows more of them than a folder."""

_SHOWN = 3


def members_of(path: Path) -> tuple[ArchiveMember, ...]:
    """The files in a zip or tar, in its order.

    Raises:
        InputError: damaged, out of all bounds, or encrypted.
    """
    try:
        members = list_members(path, _wants_head)
    except FormatError as error:
        raise InputError(error.found, where=str(path)) from None
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=str(path)) from None
    if any(member.fault == ENCRYPTED for member in members):
        fix = "Unpack it with its password first"
        raise InputError("an encrypted archive", where=str(path), fix=fix)
    return members


def is_member_archive(path: Path) -> bool:
    """Whether a path is a file that holds others: a zip or a tar."""
    return path.is_file() and packing_of(path) in (Packing.ZIP, Packing.TAR)


def _wants_head(name: str) -> bool:
    return kind_of_name(name) is FileKind.OTHER


def is_picture_member(member: ArchiveMember) -> bool:
    """Whether a member is a picture by its suffix, or by its first bytes if that tells nothing."""
    parts = [part for part in member.parts if part != ".."]  # those are rejected, not passed over
    if not parts or any(map(is_clutter, parts)):
        return False
    kind = kind_of_name(member.parts[-1])
    return kind is FileKind.PICTURE or (kind is FileKind.OTHER and is_picture_head(member.head))


def class_members(
    path: Path, is_class: IsClass = is_class_name
) -> Iterator[tuple[ClassFile, ArchiveMember]]:
    """Yield the pictures in class folders: of a zip in the order of a folder, of a tar in its own.

    If no folder tells a split, the name of the archive may.

    Raises:
        InputError: an archive that cannot be read.
    """
    yield from _placed(path, members_of(path), is_class)


@lru_cache(maxsize=2)
def _placed(
    path: Path, listed: tuple[ArchiveMember, ...], is_class: IsClass
) -> list[tuple[ClassFile, ArchiveMember]]:
    members = [member for member in listed if is_picture_member(member)]
    own_split = archive_split(path, members)
    if packing_of(path) is Packing.ZIP:
        members.sort(key=lambda member: _walking(member.parts, _stem(path)))
    placed = []
    for member in members:
        place = place_of(member.parts[:-1], is_class)
        if place is not None:
            split = place.split or own_split
            file = replace(place, path=path / member.path, relative=member.path, split=split)
            placed.append((file, member))
    return placed


def archive_split(path: Path, members: Sequence[ArchiveMember]) -> str:
    """The native split that an archive's name tells, if no folder in it tells one."""
    split = native_split(_stem(path))
    folders = {part for member in members for part in member.parts[:-1]} if split else set()
    return "" if any(map(native_split, folders)) else split


def _stem(path: Path) -> str:
    return path.name.split(".")[0]


def _walking(parts: tuple[str, ...], root: str) -> tuple[tuple[bool, bool, str], ...]:
    """The place of a file in a walk: a folder's files, then its folders, its namesake the last."""
    *folders, name = parts
    above = (root, *folders)
    steps = [(True, folder == own, folder) for own, folder in zip(above, folders, strict=False)]
    return (*steps, (False, False, name))


def class_obstacle(path: Path) -> str:
    """What in an archive speaks against reading its class folders alone, in words, or "".

    Lists beside class folders may say something else than they do, and some corpora have sources
    of their own.
    """
    lists = [member.path for member in members_of(path) if _is_list(member)]
    if lists:
        more = ", ..." if len(lists) > _SHOWN else ""
        return f"lists beside the pictures ({', '.join(lists[:_SHOWN])}{more})"
    names = [file.path.name for file, _ in class_members(path)]
    for corpus, pattern in _OTHER_CORPORA.items():
        matching = sum(pattern.fullmatch(name) is not None for name in names)
        if matching and 2 * matching >= len(names):
            return f"pictures named as those of {corpus} ({names[0]})"
    return ""


def _is_list(member: ArchiveMember) -> bool:
    if any(map(is_clutter, member.parts)) or _PAPERS.match(member.parts[-1]):
        return False
    table = kind_of_name(member.parts[-1]) is FileKind.TABLE
    return table or suffix_of(member.parts[-1]) in _LABEL_SUFFIXES


def unread_members(path: Path) -> Counter[str]:
    """The files of an archive that give no sample and no reject, by the reason."""
    read = {member.position for _, member in class_members(path)}
    return Counter(
        unread_file(PurePath(*member.parts).as_posix(), "a picture in no class folder")
        for member in members_of(path)
        if member.position not in read
    )
