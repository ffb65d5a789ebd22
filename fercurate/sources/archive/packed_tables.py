"""Tables of pixels in an archive, or packed alone: as paths that lead on below the archive."""

from pathlib import Path

from fercurate.errors import InputError
from fercurate.files.archives.packing import Packing, packing_of
from fercurate.sources.archive.listing import is_picture_member, members_of
from fercurate.sources.names.file_kinds import is_clutter, suffix_of

_SUFFIXES = (".csv", ".tsv")
_MOST = 64


def packed_tables(path: Path) -> list[Path]:
    """The tables in an archive without pictures, or the one that a packed file unpacks into.

    There is none in a file that is no archive, or a damaged one.
    """
    packing = packing_of(path) if path.is_file() else None
    if packing is Packing.SINGLE:
        return [path / path.stem] if suffix_of(path.stem) in _SUFFIXES else []
    if packing not in (Packing.ZIP, Packing.TAR):
        return []
    try:
        members = members_of(path)
    except InputError:
        return []
    if any(map(is_picture_member, members)):
        return []
    tables = [
        path / member.path
        for member in members
        if not member.fault
        and suffix_of(member.parts[-1]) in _SUFFIXES
        and not any(map(is_clutter, member.parts))
    ]
    return sorted(tables)[:_MOST]
