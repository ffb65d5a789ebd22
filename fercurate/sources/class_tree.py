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
    """Yield the pictures whose folder is class-named, ordered folder by folder.

    A folder named as the one that holds it (``images/images``) is most often a second copy and
    comes last. Linked folders are not entered; one that leads out of the root is yielded itself.
    """
    boundary = root.resolve()
    for folder, names, files in os.walk(root):
        own = Path(folder).resolve().name
        names[:] = sorted((n for n in names if not is_clutter(n)), key=lambda n: (n == own, n))
        parts = Path(folder).relative_to(root).parts
        for name in names:
            if _is_telling(name) and _escapes(Path(folder, name), boundary):
                relative = "/".join((*parts, name))
                yield ClassFile(Path(folder, name), relative, name, "", escapes=True)
        if parts and is_class_name(parts[-1]):
            for name in sorted(files):
                path = Path(folder, name)
                if not is_clutter(name) and path.suffix.casefold() in IMAGE_SUFFIXES:
                    relative, escapes = "/".join((*parts, name)), _escapes(path, boundary)
                    yield ClassFile(path, relative, parts[-1], _split(parts), escapes)


def _is_telling(name: str) -> bool:
    return is_class_name(name) or name.casefold() in SPLIT_FOLDERS


def _split(parts: tuple[str, ...]) -> str:
    folded = (part.casefold() for part in parts)
    return next((SPLIT_FOLDERS[part] for part in folded if part in SPLIT_FOLDERS), "")


def _escapes(path: Path, boundary: Path) -> bool:
    # ``Path.resolve`` raises for a link to itself; ``realpath`` does not.
    return path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(boundary)
