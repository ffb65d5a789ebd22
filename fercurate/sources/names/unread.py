"""Why a file of a corpus was not read, in the words that an ingest ends with."""

from pathlib import PurePath

from fercurate.domain.expression import nearest_expression
from fercurate.sources.names.file_kinds import FileKind, is_clutter, kind_of_name

NOT_LISTED = "a picture that no list names"
_WORDS: dict[FileKind, str] = {
    FileKind.TABLE: "a table",
    FileKind.TEXT: "a text or document",
    FileKind.ARCHIVE: "an archive",
    FileKind.ARRAY: "an array file",
    FileKind.VIDEO: "video or sound",
    FileKind.OTHER: "no picture, by its name and content",
}


def outside_classes(file: str) -> str:
    """What is said of a picture in no class folder; of a misspelled one, what it may mean."""
    folder = PurePath(file).parent.name
    near = nearest_expression(folder) if folder else None
    return f"in no class folder ({folder} is nearly {near!r})" if near else "in no class folder"


def unread_file(file: str, picture: str, labels: tuple[str, ...] = ()) -> str:
    """Why a file was not read: ``picture`` if it is one, else what it is.

    ``labels`` are the suffixes (case-folded) of files that were read for their labels: "".
    """
    path = PurePath(file)
    if any(map(is_clutter, path.parts)):
        return str(FileKind.DEBRIS)
    if path.suffix.casefold() in labels:
        return ""
    return _WORDS.get(kind_of_name(path.name), picture)
