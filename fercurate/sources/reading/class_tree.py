"""Trees of class-named folders: what lies where, in a fixed order, without leaving the tree."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from fercurate.domain.expression import parse_label
from fercurate.domain.taxonomy import LabelMap
from fercurate.files.containment import Boundary
from fercurate.files.regular import real_path
from fercurate.sources.names.file_kinds import is_clutter, is_picture, is_picture_file
from fercurate.sources.names.people import is_person_folder
from fercurate.sources.names.split_words import native_split

Parts = tuple[str, ...]
"""The folders of a file, from below the root on."""

IsClass = Callable[[str], bool]
"""Whether the name of a folder is that of a class."""

_DEPTH = 5
_FOLDERS = 500
_WIDE = 100
_ENTRIES = 20_000


@dataclass(frozen=True, slots=True)
class ClassFile:
    """One picture of a class tree.

    ``relative`` is its path below the root with forward slashes, ``label`` the name of the class
    folder, ``split`` the native split and ``subject`` the person that its folders tell (or ""),
    ``escapes`` whether it is a link that leads out of the root.
    """

    path: Path
    relative: str
    label: str
    split: str
    escapes: bool = False
    subject: str = ""


def is_class_name(name: str) -> bool:
    """Whether a folder name is an expression or a bare number."""
    return parse_label(name) is not None or name.isdecimal()


def class_names(label_map: LabelMap | None) -> IsClass:
    """Which names are classes: expressions, numbers, and what a label map names."""
    if label_map is None:
        return is_class_name
    return lambda name: is_class_name(name) or label_map.knows(name)


def class_files(root: Path, is_class: IsClass = is_class_name) -> Iterator[ClassFile]:
    """Yield the pictures whose folder is class-named, ordered folder by folder.

    Split folders may stand above a class folder (``train/sad``) or below it (``sad/train``), and
    a person's as well; if no folder tells a split, the root's own name may. A folder named as the
    one that holds it (``images/images``) is most often a second copy and comes last. Linked
    folders are not entered; one that leads out of the root is yielded itself.
    """
    boundary, own_split = Boundary(root), root_split(root)
    for folder, names, files in os.walk(root):
        own = real_path(folder).name
        names[:] = sorted((n for n in names if not is_clutter(n)), key=lambda n: (n == own, n))
        parts = Path(folder).relative_to(root).parts
        for name in names:
            telling = is_class(name) or bool(native_split(name))
            if telling and not boundary.holds(Path(folder, name)):
                relative = "/".join((*parts, name))
                yield ClassFile(Path(folder, name), relative, name, "", escapes=True)
        place = place_of(parts, is_class)
        if place is not None:
            placed = replace(place, split=place.split or own_split)
            for name in sorted(files):
                path = Path(folder, name)
                outside = not boundary.holds(path)
                if is_picture(name) if outside else is_picture_file(folder, name):
                    relative = "/".join((*parts, name))
                    yield replace(placed, path=path, relative=relative, escapes=outside)


def place_of(parts: Parts, is_class: IsClass = is_class_name) -> ClassFile | None:
    """What the folders of a picture tell of it; None if none of them is its class."""
    label = class_part(parts, is_class)
    if not label:
        return None
    return ClassFile(Path(), "", label, split_part(parts), subject=person_part(parts, label))


def is_of_another_class(folder: str, label: str) -> bool:
    """Whether a folder's name and a label are both expressions, and not the same."""
    told, stated = parse_label(folder), parse_label(label)
    return told is not None and stated is not None and told != stated


def rows_of_another_class(count: int) -> str:
    """What is said of ``count`` rows whose picture lies in the folder of another class."""
    rows = "row names a picture" if count == 1 else "rows name a picture"
    return f"{count:,} {rows} in the folder of another class (the row counts)"


def class_part(parts: Parts, is_class: IsClass = is_class_name) -> str:
    """The class folder that a folder is or splits further, or "" (``parts``: below the root).

    A folder in a named class folder belongs to it, whatever it is named (``sad/anna``).
    """
    names = [part for part in parts if not native_split(part)]
    last = names[-1] if names else ""
    outer = names[-2] if len(names) > 1 and _is_outer(names[-2], last, is_class) else ""
    if outer and is_person_folder(last) and not _is_named(last, is_class):
        return outer
    return last if is_class(last) else outer


def _is_outer(name: str, inner: str, is_class: IsClass) -> bool:
    """Whether a folder is a class that holds folders of people: a word, or a digit (``3/007``)."""
    digit = len(name) == 1 and name.isdecimal() and len(inner) > 1 and inner.isdecimal()
    return _is_named(name, is_class) or digit


def _is_named(name: str, is_class: IsClass) -> bool:
    return is_class(name) and not name.isdecimal()


def split_part(parts: Parts) -> str:
    """The native split that the outermost split folder of a path tells, or ""."""
    return next(filter(None, map(native_split, parts)), "")


def person_part(parts: Parts, label: str) -> str:
    """The person that a folder above or below the class folder is named for, or "".

    A bare number is a person only below a class: above, it may be a year or a fold.
    """
    inside = False
    for part in parts:
        inside = inside or part == label
        if part != label and is_person_folder(part) and (inside or not part.isdecimal()):
            return part
    return ""


def root_split(root: Path) -> str:
    """The native split that a root's own name tells, if no folder below it tells one."""
    split = native_split(own_name(root))
    if split and any(native_split(folder.name) for folder in tree_folders(root) if folder != root):
        return ""
    return split


def own_name(root: Path) -> str:
    """The name of a folder, of ``.`` and of a link as well; a link to itself keeps its own."""
    try:
        return real_path(root).name
    except (OSError, RuntimeError):
        return root.name


def tree_folders(root: Path) -> Iterator[Path]:
    """The first few folders of a tree, level by level, in a fixed order; links are passed over.

    Where a level has too many, those that are named for a class or a split come first.
    """
    level, seen = [root], 0
    for _ in range(_DEPTH + 1):
        below: list[Path] = []
        for place, folder in enumerate(level):
            yield folder
            seen += 1
            if seen >= _FOLDERS:
                return
            if place < _WIDE:
                below.extend(_own_folders(folder))
        if len(below) > _FOLDERS // 2:
            below.sort(
                key=lambda folder: not (is_class_name(folder.name) or native_split(folder.name))
            )
        level = below[: _FOLDERS // 2]


def _is_told(name: str) -> bool:
    """Whether a folder is named for a class or a split."""
    return is_class_name(name) or bool(native_split(name))


def _own_folders(folder: Path) -> Iterator[Path]:
    try:
        with os.scandir(folder) as entries:
            seen = [e for _, e in zip(range(_ENTRIES), entries, strict=False)]
    except OSError:
        return
    for entry in sorted(seen, key=lambda e: e.name):
        if not is_clutter(entry.name) and entry.is_dir(follow_symlinks=False):
            yield folder / entry.name
