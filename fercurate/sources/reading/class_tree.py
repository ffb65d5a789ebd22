"""Trees of class-named folders: what lies where, in a fixed order, without leaving the tree."""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fercurate.domain.expression import parse_expression
from fercurate.files.containment import Boundary
from fercurate.sources.reading.split_words import native_split

IMAGE_SUFFIXES: frozenset[str] = frozenset(
    (".jpg", ".jpeg", ".jpe", ".png", ".bmp", ".tif", ".tiff", ".gif", ".webp", ".pgm", ".ppm")
)
CLUTTER: frozenset[str] = frozenset(("thumbs.db", "desktop.ini", "__macosx"))


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

    Split folders may stand above a class folder (``train/sad``) or below it (``sad/train``).
    A folder named as the one that holds it (``images/images``) is most often a second copy and
    comes last. Linked folders are not entered; one that leads out of the root is yielded itself.
    """
    boundary = Boundary(root)
    for folder, names, files in os.walk(root):
        own = Path(folder).resolve().name
        names[:] = sorted((n for n in names if not is_clutter(n)), key=lambda n: (n == own, n))
        parts = Path(folder).relative_to(root).parts
        for name in names:
            if _is_telling(name) and not boundary.holds(Path(folder, name)):
                relative = "/".join((*parts, name))
                yield ClassFile(Path(folder, name), relative, name, "", escapes=True)
        if label := class_part(parts):
            for name in sorted(files):
                path = Path(folder, name)
                if is_picture(name):
                    relative, outside = "/".join((*parts, name)), not boundary.holds(path)
                    yield ClassFile(path, relative, label, split_part(parts), outside)


def stray_pictures(root: Path) -> Counter[str]:
    """Count the pictures that ``class_files`` passes over, by folder below the root ("": root)."""
    strays: Counter[str] = Counter()
    for folder, names, files in os.walk(root):
        names[:] = [name for name in names if not is_clutter(name)]
        parts = Path(folder).relative_to(root).parts
        if not class_part(parts) and (count := sum(map(is_picture, files))):
            strays["/".join(parts)] = count
    return strays


def is_picture(name: str) -> bool:
    """Whether a file name is one of a picture, and no debris."""
    return not is_clutter(name) and Path(name).suffix.casefold() in IMAGE_SUFFIXES


def class_part(parts: tuple[str, ...]) -> str:
    """The class folder that a folder is or splits further, or "" (``parts``: below the root)."""
    last = next((part for part in reversed(parts) if not native_split(part)), "")
    return last if is_class_name(last) else ""


def split_part(parts: tuple[str, ...]) -> str:
    """The native split that the outermost split folder of a path tells, or ""."""
    return next(filter(None, map(native_split, parts)), "")


def _is_telling(name: str) -> bool:
    return is_class_name(name) or bool(native_split(name))
