"""A file in an archive, and why it is not read."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from fercurate.errors import FormatError

MAX_MEMBERS = 1_000_000
MAX_MEMBER = 200_000_000
"""Bytes of the largest member that is unpacked."""

_MAX_NAME = 4096
_LARGE = 1 << 30
_MAX_RATIO = 200
_DRIVE = re.compile(r"[A-Za-z]:")

LINK = "a link or device, which is not followed in an archive"
LEADS_OUT = "a path that leads out of the archive"
ENCRYPTED = "encrypted"
TWICE = "a later file of the archive has the same name"


@dataclass(frozen=True, slots=True)
class ArchiveMember:
    """A file in an archive: ``position`` counts members, ``parts`` are its folders and its name.

    ``fault`` says why it is not read. ``head`` are its first bytes, if they were asked for.
    """

    position: int
    parts: tuple[str, ...]
    size: int
    fault: str = ""
    head: bytes = b""

    @property
    def path(self) -> str:
        """Its path in the archive, with forward slashes."""
        return "/".join(self.parts)


def member_of(position: int, name: str, size: int, fault: str = "") -> ArchiveMember:
    """A member by the name that the archive gives it; one that leads out has that fault."""
    text = name[:_MAX_NAME].replace("\\", "/")
    parts = tuple(part for part in text.split("/") if part not in ("", "."))
    outside = text.startswith("/") or ".." in parts or _DRIVE.match(text) or not parts
    if outside or "\0" in text or len(name) > _MAX_NAME:
        return ArchiveMember(position, parts or ("..",), size, LEADS_OUT)
    if not fault and size > MAX_MEMBER:
        fault = f"{size:,} bytes; at most {MAX_MEMBER:,} are read"
    return ArchiveMember(position, parts, size, fault)


def once_each(members: Iterable[ArchiveMember]) -> tuple[ArchiveMember, ...]:
    """The same members; where several bear one name the last counts, as if it were unpacked.

    The others have that fault.
    """
    listed = list(members)
    last = {member.parts: member.position for member in listed}
    return tuple(
        member
        if member.fault or last[member.parts] == member.position
        else replace(member, fault=TWICE)
        for member in listed
    )


def check_bounds(members: int, unpacked: int, packed: int, where: str) -> None:
    """Refuse an archive that would unpack into far more than it can hold.

    Raises:
        FormatError: too many members, or bytes out of all proportion.
    """
    if members > MAX_MEMBERS:
        raise FormatError(f"over {MAX_MEMBERS:,} files in the archive", where=where)
    if unpacked > _LARGE and unpacked > _MAX_RATIO * packed:
        raise FormatError(
            f"{packed:,} bytes that unpack into {unpacked:,} or more: not unpacked", where=where
        )
