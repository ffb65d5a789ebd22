"""What kind of file a name or its first bytes tell: a picture, a list, an archive, debris."""

from enum import StrEnum
from pathlib import Path

from fercurate.files.pictures.image_kinds import image_kind
from fercurate.files.regular import open_regular

IMAGE_SUFFIXES: frozenset[str] = frozenset(
    (
        *(".jpg", ".jpeg", ".jpe", ".jfif", ".pjpeg", ".pjp", ".png", ".apng", ".bmp", ".dib"),
        *(".tif", ".tiff", ".gif", ".webp", ".pgm", ".ppm", ".pbm", ".pnm"),
        *(".avif", ".heic", ".heif", ".jp2", ".j2k", ".jpx", ".jpf", ".tga"),
    )
)
CLUTTER: frozenset[str] = frozenset(("thumbs.db", "desktop.ini", "__macosx"))


class FileKind(StrEnum):
    """Kinds of files in a folder of data, as an inventory names them."""

    PICTURE = "picture"
    TABLE = "table"
    TEXT = "text"
    ARCHIVE = "archive"
    ARRAY = "array"
    VIDEO = "video"
    DEBRIS = "debris of the operating system"
    EMPTY = "empty"
    POINTER = "Git LFS pointer"
    WEB_PAGE = "web page"
    LINK = "broken or leading out"
    OTHER = "other"


_SUFFIXES: dict[FileKind, tuple[str, ...]] = {
    FileKind.TABLE: (".csv", ".tsv", ".tab", ".lst", ".jsonl", ".ndjson", ".parquet"),
    FileKind.TEXT: (
        *(".txt", ".md", ".rst", ".json", ".yaml", ".yml", ".xml", ".html", ".htm", ".py"),
        *(".ipynb", ".pdf", ".toml", ".cfg", ".ini", ".log", ".m", ".sh", ".docx", ".xlsx"),
    ),
    FileKind.ARCHIVE: (
        *(".zip", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".tbz2", ".txz", ".7z", ".rar", ".zst"),
    ),
    FileKind.ARRAY: (".npz", ".npy", ".h5", ".hdf5", ".mat", ".pkl", ".pickle", ".arrow", ".pt"),
    FileKind.VIDEO: (".mp4", ".avi", ".mov", ".mkv", ".webm", ".flv", ".wav", ".mp3", ".m4a"),
}
_KIND_OF: dict[str, FileKind] = {
    **{suffix: kind for kind, suffixes in _SUFFIXES.items() for suffix in suffixes},
    **dict.fromkeys(IMAGE_SUFFIXES, FileKind.PICTURE),
}

_HEAD = 64
_POINTER = b"version https://git-lfs.github.com/spec/"


def is_clutter(name: str) -> bool:
    """Whether a file or folder is debris of an operating system (``._a.jpg``, ``Thumbs.db``)."""
    return name.startswith(".") or name.casefold() in CLUTTER


def suffix_of(name: str) -> str:
    """The case-folded suffix of a file name, with its dot, or ""."""
    base = name.rstrip("/").rpartition("/")[2]  # half a million names are asked for
    dot = base.rfind(".")
    return base[dot:].casefold() if 0 < dot < len(base) - 1 else ""


def is_picture(name: str) -> bool:
    """Whether a file name is one of a picture, and no debris."""
    return not is_clutter(name) and suffix_of(name) in IMAGE_SUFFIXES


def kind_of_name(name: str) -> FileKind:
    """What kind of file a name tells, by its suffix."""
    if is_clutter(name):
        return FileKind.DEBRIS
    return _KIND_OF.get(suffix_of(name), FileKind.OTHER)


def is_picture_file(folder: str | Path, name: str) -> bool:
    """Whether a file is a picture by its suffix, or by its content if the suffix tells nothing."""
    kind = kind_of_name(name)
    if kind is not FileKind.OTHER:
        return kind is FileKind.PICTURE
    return is_picture_head(first_bytes(Path(folder, name)))


def is_picture_head(head: bytes) -> bool:
    """Whether the first bytes of a file are those of a picture of a known format (but for TGA)."""
    return bool(image_kind(head))


def first_bytes(path: Path, count: int = _HEAD) -> bytes:
    """The first bytes of a regular file; none of what cannot be read or is a pipe or device."""
    try:
        if not path.is_file():
            return b""
        with open_regular(path) as file:
            return file.read(count)
    except (OSError, ValueError):
        return b""


def kind_of_content(head: bytes) -> FileKind | None:
    """What the first bytes of a file give away whatever its name is; None: nothing."""
    if not head:
        return FileKind.EMPTY
    if head.startswith(_POINTER):
        return FileKind.POINTER
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return FileKind.WEB_PAGE if text.startswith((b"<!doctype html", b"<html")) else None
