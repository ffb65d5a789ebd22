"""Trees of class-named folders: what lies where, in a fixed order, without leaving the tree."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fercurate.domain.expression import parse_expression

IMAGE_SUFFIXES: frozenset[str] = frozenset(
    (".jpg", ".jpeg", ".jpe", ".png", ".bmp", ".tif", ".tiff", ".gif", ".webp", ".pgm", ".ppm")
)
CLUTTER: frozenset[str] = frozenset(("thumbs.db", "desktop.ini", "__macosx"))
SPLIT_FOLDERS: dict[str, str] = {
    "train": "Training",
    "training": "Training",
    "val": "Validation",
    "valid": "Validation",
    "validation": "Validation",
    "test": "Test",
    "publictest": "PublicTest",
    "privatetest": "PrivateTest",
}
"""Case-folded folder name -> native split."""


@dataclass(frozen=True, slots=True)
class ClassFile:
    """One picture of a class tree.

    ``relative`` is its path below the root with forward slashes, ``label`` the name of the class
    folder, ``split`` the native split its folders tell (or ""), ``escapes`` whether it is a link
    that leads out of the root.
    """

    path: Path
    relative: str
    label: str
    split: str
    escapes: bool = False


def is_clutter(name: str) -> bool:
    """Whether a file or folder is debris of an operating system (``._a.jpg``, ``Thumbs.db``)."""
    return name.startswith(".") or name.casefold() in CLUTTER


def is_class_name(name: str) -> bool:
    """Whether a folder name is an expression or a bare number."""
    return parse_expression(name) is not None or name.isdecimal()


def class_files(root: Path) -> Iterator[ClassFile]:
    """Yield the pictures whose folder is class-named, ordered by relative path."""
    boundary = root.resolve()
    for folder, names, files in os.walk(root):
        names[:] = sorted(name for name in names if not is_clutter(name))
        parts = Path(folder).relative_to(root).parts
        if not parts or not is_class_name(parts[-1]):
            continue
        split = next(
            (SPLIT_FOLDERS[p.casefold()] for p in parts if p.casefold() in SPLIT_FOLDERS), ""
        )
        for name in sorted(files):
            path = Path(folder, name)
            if is_clutter(name) or path.suffix.casefold() not in IMAGE_SUFFIXES:
                continue
            relative = "/".join((*parts, name))
            escapes = path.is_symlink() and not path.resolve().is_relative_to(boundary)
            yield ClassFile(path, relative, parts[-1], split, escapes)
