"""What kind of archive a file is: by its name, and its first bytes must agree."""

from enum import StrEnum
from pathlib import Path
from stat import S_ISREG

from fercurate.files.regular import open_regular


class Packing(StrEnum):
    """How files are packed: many in a zip or tar, one alone, or in a way that is not read."""

    ZIP = "zip"
    TAR = "tar"
    SINGLE = "one packed file"
    UNKNOWN = "an archive of a kind that is not read"


_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_STREAMS: dict[str, bytes] = {".gz": b"\x1f\x8b", ".bz2": b"BZh", ".xz": b"\xfd7zXZ\0"}
_TAR_SUFFIXES = (".tar", ".tgz", ".tbz", ".tbz2", ".txz")
_UNREAD = (".7z", ".rar", ".zst", ".lz4", ".ace", ".arj", ".cab", ".lzma")
_TAR_MAGIC = b"ustar"
_HEAD = 512


def packing_of(path: Path) -> Packing | None:
    """The kind of archive that a file is; None if its name is that of none, or its bytes are not.

    A name such as ``a.csv.gz`` is one packed file; a tar may be packed by gzip, bzip2 or xz.
    """
    suffixes = [suffix.casefold() for suffix in path.suffixes[-2:]]
    last = suffixes[-1] if suffixes else ""
    if last in _UNREAD:
        return Packing.UNKNOWN
    head = _first_bytes(path)
    if last == ".zip":
        return Packing.ZIP if head.startswith(_ZIP) else None
    if last in _TAR_SUFFIXES or suffixes[:1] == [".tar"]:
        return Packing.TAR if stream_of(head) or _TAR_MAGIC in head else None
    if last in _STREAMS:
        return Packing.SINGLE if head.startswith(_STREAMS[last]) else None
    return None


def stream_of(head: bytes) -> str:
    """The suffix of the compression whose first bytes these are, or ""."""
    return next((suffix for suffix, magic in _STREAMS.items() if head.startswith(magic)), "")


def _first_bytes(path: Path) -> bytes:
    try:
        if not S_ISREG(path.stat().st_mode):
            return b""
        with open_regular(path) as file:
            return file.read(_HEAD)
    except (OSError, ValueError):
        return b""
