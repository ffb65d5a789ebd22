"""Where the pictures lie that a list names: one search, decided on the first rows, and said."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fercurate.sources.names.file_kinds import IMAGE_SUFFIXES, suffix_of
from fercurate.sources.reading.class_tree import split_part
from fercurate.sources.reading.path_index import PathFault, PathIndex, nearby_folders

_DEPTH = 3
_SKIPPED = re.compile(r"__macosx")
_MOST_BASES = 4


@dataclass(frozen=True)
class PictureSearch:
    """Where a list's pictures are looked for, best folder first: ``hits`` of ``asked`` names."""

    index: PathIndex
    bases: tuple[Path, ...]
    hits: int
    asked: int

    def resolve(self, text: str) -> Path | PathFault:
        """The picture that a list names; a name without suffix is that of any picture.

        A picture of faces cut out and aligned is often named so: ``a_aligned.jpg`` for ``a.jpg``.
        """
        found = self.index.resolve(_named(text))
        if isinstance(found, Path):
            return found
        stem, dot, suffix = _named(text).rpartition(".")
        aligned = self.index.resolve(f"{stem}_aligned{dot}{suffix}")
        if isinstance(aligned, Path) or suffix_of(text) in IMAGE_SUFFIXES:
            return aligned if isinstance(aligned, Path) else found
        bare = self.index.resolve(text)
        return bare if isinstance(bare, Path) else found


def _named(text: str) -> str:
    """A name as one of a picture: without a known suffix, any will do."""
    return text if suffix_of(text) in IMAGE_SUFFIXES else f"{text}.jpg"


def search_pictures(
    root: Path, table: Path, names: Sequence[str], split: str = ""
) -> PictureSearch:
    """Find the folders below a root from which the first names of a list exist.

    Tried are the list's own folder, folders named as the list, the root, and every folder near
    it; those that tell the rows' ``split`` come first, then those with most of the names, of
    equals the nearer ones.
    """
    near = [table.parent, *_like(table), root, *nearby_folders(root, _DEPTH, _SKIPPED)]
    folders = [f for f in dict.fromkeys(near) if f == root or root in f.parents]
    hits = {folder: _hits(root, folder, names) for folder in folders}

    def rank(folder: Path) -> tuple[bool, int]:
        told = split_part(folder.relative_to(root).parts)
        return (bool(split and told and told != split), -hits[folder])

    best = sorted((f for f in folders if hits[f]), key=rank)
    useful = _distinct(best, root, names)[:_MOST_BASES]
    bases = tuple(useful) or (table.parent, root)
    index = PathIndex(root, bases)
    search = PictureSearch(index, bases, 0, len(names))
    there = sum(isinstance(search.resolve(name), Path) for name in names)
    return PictureSearch(index, bases, there, len(names))


def _like(table: Path) -> list[Path]:
    """The folders beside a list that are named as it is (``test.csv``, ``test/``)."""
    stem = table.stem.casefold()
    try:
        names = sorted(p for p in table.parent.iterdir() if p.is_dir() and not p.is_symlink())
    except OSError:
        return []
    return [p for p in names if p.name.casefold() == stem or p.name.casefold().startswith(stem)]


def _hits(root: Path, folder: Path, names: Sequence[str]) -> int:
    search = PictureSearch(PathIndex(root, (folder,)), (folder,), 0, 0)
    return sum(isinstance(search.resolve(name), Path) for name in names)


def _distinct(folders: list[Path], root: Path, names: Sequence[str]) -> list[Path]:
    """Of folders in order, those that find a name which those before do not."""
    kept: list[Path] = []
    open_names = set(names)
    for folder in folders:
        search = PictureSearch(PathIndex(root, (folder,)), (folder,), 0, 0)
        here = {name for name in open_names if isinstance(search.resolve(name), Path)}
        if here:
            kept.append(folder)
            open_names -= here
    return kept
