"""Where the pictures lie that a list names: one search, decided on some rows, and said."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from fercurate.domain.expression import name_words, parse_label
from fercurate.domain.sample import RejectCode
from fercurate.sources.names.file_kinds import IMAGE_SUFFIXES, suffix_of
from fercurate.sources.names.split_words import BESIDE_WORDS
from fercurate.sources.reading.class_tree import split_part
from fercurate.sources.reading.path_index import PathFault, PathIndex, nearby_folders

_DEPTH = 5
_SKIPPED = re.compile(r"__macosx")
_MOST_FOLDERS = 64
_SHOWN = 3
_MADE = frozenset(("original", "originals", "raw", "resized", "small", "large", "full", "clean"))


@dataclass(frozen=True)
class PictureSearch:
    """Where a list's pictures are looked for, best folder first: ``hits`` of ``asked`` names."""

    root: Path
    bases: tuple[Path, ...]
    hits: int = 0
    asked: int = 0

    @cached_property
    def _indexes(self) -> Mapping[Path, PathIndex]:
        return {base: PathIndex(self.root, (base,)) for base in self.bases}

    def resolve(self, text: str, hints: Sequence[str] = ()) -> Path | PathFault:
        """The picture that a list names; a name without suffix is that of any picture.

        A picture of faces cut out and aligned is often named so: ``a_aligned.jpg`` for ``a.jpg``.
        Where several folders have the name, ``hints`` (the other cells of the row) tell which is
        meant: the one named as one of them. Folders that hold the same pictures made in another
        way are one; else the row has no picture.
        """
        found: dict[Path, Path] = {}
        fault: PathFault | None = None
        for base, index in self._indexes.items():
            picture = _resolve(index, text)
            if isinstance(picture, Path):
                found.setdefault(picture, base)
            else:
                fault = fault or picture
        if len(found) < 2:
            missing = fault or PathFault(RejectCode.MISSING, "no such file")
            return next(iter(found), missing)
        return self._meant(found, hints)

    def _meant(self, found: Mapping[Path, Path], hints: Sequence[str]) -> Path | PathFault:
        folders = {picture: picture.parent.relative_to(self.root).parts for picture in found}
        told = [p for p, parts in folders.items() if any(_names(hint, parts) for hint in hints)]
        if len(told) == 1:
            return told[0]
        if len({_made_of(parts) for parts in folders.values()}) == 1:
            return next(iter(found))
        shown = sorted(picture.relative_to(self.root).as_posix() for picture in found)[:_SHOWN]
        message = f"{len(found)} files could be meant: {', '.join(shown)}"
        return PathFault(RejectCode.MISSING, message)


def _resolve(index: PathIndex, text: str) -> Path | PathFault:
    named = text if suffix_of(text) in IMAGE_SUFFIXES else f"{text}.jpg"
    picture = index.resolve(named)
    if isinstance(picture, Path):
        return picture
    stem, dot, suffix = named.rpartition(".")
    others = [f"{stem}_aligned{dot}{suffix}", *([text] if text != named else [])]
    tried = (index.resolve(other) for other in others)
    return next((other for other in tried if isinstance(other, Path)), picture)


def _names(hint: str, parts: Sequence[str]) -> bool:
    """Whether a cell names one of the folders of a path, as it is or as an expression."""
    folded, expression = hint.strip().casefold(), parse_label(hint)
    return bool(folded) and any(
        part.casefold() == folded or (expression and parse_label(part) == expression)
        for part in parts
    )


def _made_of(parts: Sequence[str]) -> tuple[str, ...]:
    """The folders of a path without words that tell how pictures were made (``_aligned``)."""
    plain = (
        "".join(w for w in name_words(part) if w not in BESIDE_WORDS and w not in _MADE)
        for part in parts
    )
    return tuple(part for part in plain if part)


def search_pictures(
    root: Path, table: Path, names: Sequence[str], split: str = ""
) -> PictureSearch:
    """Find the folders below a root from which some names of a list exist.

    The folder of the list and those below it come first, then the root and every folder near
    it, until all names are found. Folders that tell another split than ``split`` are left out where
    the others suffice.
    """
    near = [table.parent, *nearby_folders(table.parent, _DEPTH, _SKIPPED)]
    inside = [folder for folder in dict.fromkeys(near) if _below(folder, root)]
    search = _search(root, inside, names, split)
    if search.hits < search.asked or not names:
        around = [*inside, root, *nearby_folders(root, _DEPTH, _SKIPPED)]
        folders = [folder for folder in dict.fromkeys(around) if _below(folder, root)]
        search = _search(root, folders, names, split)
    return search if search.hits else PictureSearch(root, (table.parent, root), 0, len(names))


def _below(folder: Path, root: Path) -> bool:
    return folder == root or root in folder.parents


def _search(root: Path, folders: Sequence[Path], names: Sequence[str], split: str) -> PictureSearch:
    """The folders that have some of the names, and how many names they have together."""
    hits = {folder: here for folder in folders if (here := _hits(root, folder, names))}
    fitting = {
        folder: here
        for folder, here in hits.items()
        if not split or split_part(folder.relative_to(root).parts) in ("", split)
    }
    if _together(fitting.values()) >= _together(hits.values()):
        hits = fitting
    best = sorted(hits, key=lambda folder: -len(hits[folder]))[:_MOST_FOLDERS]
    return PictureSearch(root, tuple(best), _together(hits.values()), len(names))


def _together(hits: Iterable[frozenset[str]]) -> int:
    return len(frozenset[str]().union(*hits))


def _hits(root: Path, folder: Path, names: Sequence[str]) -> frozenset[str]:
    index = PathIndex(root, (folder,))
    return frozenset(name for name in names if isinstance(_resolve(index, name), Path))
