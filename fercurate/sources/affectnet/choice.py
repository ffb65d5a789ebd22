"""Which of the lists of AffectNet's 2017 release in a folder are read, and from which root."""

from pathlib import Path

from fercurate.errors import InputError
from fercurate.files.containment import Boundary
from fercurate.sources.affectnet.entries import DEPTH, SKIPPED, SPLIT_WORDS
from fercurate.sources.affectnet.lists import (
    LAYOUT,
    ListReader,
    image_folders,
    list_header,
    split_of_list,
)
from fercurate.sources.base import Recognition
from fercurate.sources.reading.path_index import PathIndex, first_names, nearby_folders


def recognize_lists(path: Path, source: str) -> Recognition | None:
    """Recognize a list, or a folder with lists, and say which are read.

    Raises:
        InputError: several lists whose names do not tell them apart.
    """
    lists: dict[str, Path] = {}
    ignored: list[Path] = []
    folder = path.parent if path.is_file() else path
    if path.is_dir():
        lists, ignored = _choose_lists(path)
    elif list_header(path):
        lists = {split_of_list(path): path}
    if not lists:
        return None
    root = _root_of(next(iter(lists.values())).parent, folder)
    readers = [ListReader(file, root, source) for file in lists.values()]
    away = [reader for reader in readers if not reader.has_pictures()]
    unread = [r for r in away if r.split == "Automatic" and len(readers) > 1]
    kept = [r for r in readers if r not in unread]
    why = _why(kept, [r for r in away if r not in unread], unread)
    names = (*ignored, *(r.path for r in unread))
    skipped = tuple(sorted({PathIndex(root).relative(file) for file in names}))
    return Recognition(source, LAYOUT, why, root, tuple(r.path for r in kept), skipped)


def _choose_lists(path: Path) -> tuple[dict[str, Path], list[Path]]:
    """One list for each native split, by split, and the lists passed over."""
    boundary = Boundary(path)
    files = [
        folder / name
        for folder in nearby_folders(path, DEPTH, SKIPPED)
        for name in first_names(folder, lambda e: e.name.casefold().endswith(".csv"))
    ]
    lists = [f for f in files if boundary.holds(f) and list_header(f)]
    named = [file for file in lists if split_of_list(file)]
    if not named and len(lists) > 1:
        raise InputError(
            f"several lists could be AffectNet's: {', '.join(file.name for file in lists)}",
            where=str(path),
            fix="Name the one file to ingest",
        )
    chosen: dict[str, Path] = {}
    for file in sorted(named or lists, key=_preference):
        chosen.setdefault(split_of_list(file), file)
    order = [*SPLIT_WORDS, ""]
    kept = {split: chosen[split] for split in order if split in chosen}
    return kept, [file for file in lists if file not in kept.values()]


def _preference(file: Path) -> tuple[bool, int, str]:
    published = file.stem.casefold() in ("training", "validation", "automatically_annotated")
    return (not published, len(file.parts), file.as_posix())


def _root_of(lists: Path, folder: Path) -> Path:
    """The corpus of a list given alone: its folder, or the one above if the pictures are there."""
    if folder != lists or image_folders(folder, "Training") or image_folders(folder, "Automatic"):
        return folder
    above = [*image_folders(folder.parent, "Training", 1)]
    above += image_folders(folder.parent, "Automatic", 1)
    return folder.parent if any("annotated" in f.name.casefold() for f in above) else folder


def _why(kept: list[ListReader], away: list[ListReader], unread: list[ListReader]) -> str:
    bare = {True: "", False: " (no header)"}
    text = "the lists " + " and ".join(r.path.name + bare[r.has_header] for r in kept)
    if away:
        text += f"; none of the first pictures of {', '.join(r.path.name for r in away)} is there"
    for reader in unread:
        text += f"; {reader.path.name} is not read, for its pictures are not there"
    return text
