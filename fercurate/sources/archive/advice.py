"""What to do with an archive that is not read, in one sentence."""

from collections import Counter
from pathlib import Path

from fercurate.errors import FormatError, InputError
from fercurate.files.archives.contents import open_unpacked
from fercurate.files.archives.packing import Packing, packing_of
from fercurate.sources.archive.listing import (
    class_members,
    class_obstacle,
    is_picture_member,
    members_of,
)
from fercurate.sources.names.file_kinds import kind_of_name

_UNPACK = "Unpack it first, and ingest the folder"
_SHOWN = 4
_LOOKED_AT = 1 << 16


def archive_advice(path: Path) -> str:
    """What an archive holds and what to do, or "" if a file is none."""
    packing = packing_of(path) if path.is_file() else None
    if packing is None:
        return ""
    if packing is Packing.UNKNOWN:
        return f"{path.suffix} is not read. {_UNPACK}"
    if packing is Packing.SINGLE:
        damage = _damage(path / path.stem)
        return damage or f"Only a table of pixels is read from a packed file. {_UNPACK}"
    try:
        members = members_of(path)
        obstacle = class_obstacle(path) if any(class_members(path)) else ""
    except InputError as error:
        return error.message
    kinds = Counter(
        "picture" if is_picture_member(member) else str(kind_of_name(member.parts[-1]))
        for member in members
        if member.parts
    )
    held = ", ".join(f"{kind} ({count:,})" for kind, count in kinds.most_common(_SHOWN))
    why = obstacle or "pictures in no class folder, or none"
    return f"It holds {held or 'nothing'}: {why}. {_UNPACK}"


def _damage(packed: Path) -> str:
    """What is wrong with the beginning of what a packed file unpacks into, or ""."""
    try:
        with open_unpacked(packed) as file:
            file.read(_LOOKED_AT)
    except (FormatError, OSError) as error:
        return str(error)
    return ""
