"""Folders of pictures with a folder of small files beside them: ``images`` and its companion."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fercurate.files.regular import real_path
from fercurate.sources.affectnet.entries import SKIPPED, SPLIT_WORDS
from fercurate.sources.names.file_kinds import is_picture
from fercurate.sources.names.split_words import native_split
from fercurate.sources.reading.path_index import first_names, nearby_folders

_DEPTH = 2


@dataclass(frozen=True, slots=True)
class Part:
    """One ``images`` folder, the folder of its annotations, and the native split it is."""

    images: Path
    annotations: Path
    split: str


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a corpus in the order of splits; ``further`` are second ones for a split."""

    kept: tuple[Part, ...]
    further: tuple[Part, ...]


def find_parts(root: Path, companion: str, accept: Callable[[Part], bool]) -> Parts:
    """Find ``images`` with a ``companion`` beside it, below a folder or below split folders."""
    first: dict[str, Part] = {}
    further: list[Part] = []
    for folder in nearby_folders(root, _DEPTH, SKIPPED):
        named = {n.casefold(): folder / n for n in first_names(folder, os.DirEntry.is_dir)}
        if {"images", companion} <= set(named):
            split = native_split(real_path(folder).name)
            part = Part(named["images"], named[companion], split)
            if accept(part) and first.setdefault(split, part) is not part:
                further.append(part)
    kept = tuple(first[split] for split in (*SPLIT_WORDS, "") if split in first)
    return Parts(kept, tuple(further))


def file_names(folder: Path) -> list[str]:
    """Names of the files and links in a folder, of which there may be a million."""
    with os.scandir(folder) as entries:
        return [e.name for e in entries if e.is_symlink() or e.is_file(follow_symlinks=False)]


def picture_names(folder: Path) -> list[str]:
    """Names of the pictures in a folder, by their number; those without a number come last."""
    return sorted(filter(is_picture, file_names(folder)), key=by_number)


def by_number(name: str) -> tuple[bool, int, str]:
    """Sort key: ``9.jpg`` before ``10.jpg`` before ``a.jpg``."""
    stem = name.partition(".")[0]
    numbered = stem.isascii() and stem.isdecimal()
    return (not numbered, int(stem) if numbered else 0, name)
