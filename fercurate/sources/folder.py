"""Any tree of pictures whose folders or names tell the expression: own pictures, unknown packs."""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path, PurePath
from typing import ClassVar

from fercurate.domain.expression import expressions_in, nearest_expression, parse_label
from fercurate.domain.text import plural
from fercurate.errors import InputError
from fercurate.sources.archive.class_archive import LAYOUT as ARCHIVE
from fercurate.sources.archive.class_archive import (
    archive_remark,
    first_class_picture,
    read_class_archive,
)
from fercurate.sources.base import Recognition, Record, RecordCounts
from fercurate.sources.names.file_kinds import is_picture_file
from fercurate.sources.names.people import naming_of
from fercurate.sources.names.split_words import native_split
from fercurate.sources.names.subject_rule import SUBJECT, SubjectRule
from fercurate.sources.names.unread import outside_classes, unread_file
from fercurate.sources.options import LabelMapOptions
from fercurate.sources.reading.class_folders import read_class_folders
from fercurate.sources.reading.class_tree import (
    class_files,
    class_part,
    place_of,
    tree_folders,
)
from fercurate.sources.reading.named_files import (
    named_pictures,
    read_named_files,
)
from fercurate.sources.reading.picture_folder import entry_names

CLASS_FOLDERS, NAMED_FILES, UNKNOWN_FOLDERS = "class folders", "named files", "unknown folders"
"""Layouts: the folder tells the class; the file's name does; folders of words nobody knows."""

_ENTRIES = 5000
_NAMED = 50_000
_SHOWN = 5
_MOST_CLASSES = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderOptions(LabelMapOptions):
    """What the names of class folders mean, and where the person of a picture stands."""

    subject: SubjectRule | None = field(default=None, metadata=SUBJECT)


class Folder:
    """Source ``folder``."""

    name: ClassVar[str] = "folder"
    title: ClassVar[str] = "class folders"
    license: ClassVar[str] = "as given by the user"
    redistributable: ClassVar[bool | None] = None
    options: ClassVar[type[FolderOptions]] = FolderOptions

    def recognize(self, path: Path) -> Recognition | None:
        """Recognize a tree with a class-named folder of pictures, or pictures named for a class."""
        if not path.is_dir():
            return self._recognize_archive(path)
        folder = next((f for f in tree_folders(path) if _is_class_folder(f, path)), None)
        if folder is not None:
            relative = folder.relative_to(path).as_posix()
            why = f"class-named folders with pictures ({relative})"
            return Recognition(self.name, CLASS_FOLDERS, why, path, (path,))
        named = next(iter(named_pictures(path)), None)
        if named is not None:
            why = f"pictures whose names tell the expression ({named.relative})"
            return Recognition(self.name, NAMED_FILES, why, path, (path,))
        return None

    def _recognize_archive(self, path: Path) -> Recognition | None:
        first = first_class_picture(path)
        if not first:
            return None
        why = f"class-named folders with pictures in an archive ({first})"
        return Recognition(self.name, ARCHIVE, why, path.parent, (path,), complete=True)

    def recognize_unknown(self, path: Path) -> Recognition | None:
        """Recognize a tree of folders that could be classes, whose names are no known words."""
        names = unknown_classes(path)
        if not 1 < len(names) <= _MOST_CLASSES:
            return None
        why = f"folders with pictures whose names are no known words ({', '.join(names[:_SHOWN])})"
        return Recognition(self.name, UNKNOWN_FOLDERS, why, path, (path,))

    def read(self, recognition: Recognition, options: FolderOptions) -> Iterator[Record]:
        """Yield every picture of a class folder as a sample or a reject.

        Raises:
            InputError: numeric class folders, or such of unknown words, without a label map.
        """
        name, root = options.name or self.name, recognition.root
        if recognition.layout == ARCHIVE:
            archive = recognition.files[0]
            yield from read_class_archive(archive, options, name, subject=options.subject)
            return
        if recognition.layout == NAMED_FILES:
            yield from read_named_files(root, options, name, options.subject)
            return
        if recognition.layout == UNKNOWN_FOLDERS and options.label_map is None:
            raise _name_question(root)
        yield from read_class_folders(root, options, name, subject=options.subject)

    def unread(self, recognition: Recognition, file: str) -> str:
        """Say of a picture whether it lies in no class or in a second copy of the tree."""
        place = place_of(PurePath(file).parent.parts)
        return unread_file(file, "a second copy in the tree" if place else outside_classes(file))

    def variant(self, recognition: Recognition, totals: RecordCounts, md5: str) -> str:
        """Count the pictures by split and class; point out splits and people that are not told."""
        del md5
        files = totals.records
        text = f"{recognition.layout} with {plural(files, 'file')}"
        if totals.classes:
            text += f" ({totals.by_split()})"
        if recognition.layout == ARCHIVE:
            return text + archive_remark(recognition.files[0])
        return text + "".join(_remarks(recognition.root, totals))


def unknown_classes(root: Path) -> list[str]:
    """Names of the innermost folders below a root that hold pictures, if none is a known word."""
    names: dict[str, None] = {}
    for folder in tree_folders(root) if root.is_dir() else ():
        parts = [p for p in folder.relative_to(root).parts if not native_split(p)]
        if parts and _holds_pictures(folder):
            names[parts[-1]] = None
    return sorted(names)


def _name_question(root: Path) -> InputError:
    names = unknown_classes(root)
    pairs = ",".join(f"{name}={nearest_expression(name) or '...'}" for name in names)
    return InputError(
        f"the folders with pictures are named {', '.join(names[:12])}: no known words",
        where=root.name or str(root),
        fix=f"Say what they mean: --label-map {shlex.quote(pairs)} "
        "(- for a folder that is no class)",
    )


def _holds_pictures(folder: Path) -> bool:
    return any(is_picture_file(folder, name) for name in entry_names(folder, _ENTRIES))


def _is_class_folder(folder: Path, root: Path) -> bool:
    return bool(class_part(folder.relative_to(root).parts)) and _holds_pictures(folder)


def _remarks(root: Path, totals: RecordCounts) -> Iterator[str]:
    nearly = sorted(
        {f"{name} (nearly {near!r})" for f in tree_folders(root) for name, near in _nearly(f, root)}
    )
    if nearly:
        yield f"; folders that are no class: {', '.join(nearly[:_SHOWN])}"
    otherwise = count_contradicting_names(root)
    if otherwise:
        yield f"; {plural(otherwise, 'picture')} named for another expression than the folder's"
    twice = sorted(
        parts for f in tree_folders(root) if _of_two_splits(parts := f.relative_to(root).as_posix())
    )
    if twice:
        yield f"; folders of two splits, the outermost counts: {', '.join(twice[:_SHOWN])}"
    siblings = split_siblings(root)
    if siblings and "" in totals.splits:
        named = " and ".join(siblings[:_SHOWN]) + (" ..." if len(siblings) > _SHOWN else "")
        noun, verb = ("folders", "tell") if len(siblings) > 1 else ("folder", "tells")
        yield (
            f"; {noun} {named} above the classes {verb} no split (--split NAME gives one to a "
            "folder that is ingested alone; people: --subject 1)"
        )


def _of_two_splits(folder: str) -> bool:
    *above, last = folder.split("/")
    splits = {split for part in above if (split := native_split(part))}
    return native_split(last) not in ("", *splits) and bool(splits)


def _nearly(folder: Path, root: Path) -> Iterator[tuple[str, str]]:
    parts = folder.relative_to(root).parts
    if not parts or class_part(parts) or native_split(parts[-1]) or not _holds_pictures(folder):
        return
    near = nearest_expression(parts[-1])
    if near is not None:
        yield "/".join(parts), near


def count_contradicting_names(root: Path) -> int:
    """Pictures whose own names tell another expression than their folders, which count."""
    files = list(islice(class_files(root), _NAMED))
    naming = naming_of([file.path.name for file in files[:_ENTRIES]])
    count = 0
    for file in files:
        told = naming.expression(file.path.stem) if naming is not None else ""
        words = expressions_in(file.path.stem)
        told = told or (next(iter(words)) if len(words) == 1 else "")
        folder = parse_label(file.label)
        count += bool(told) and folder is not None and told != folder
    return count


def split_siblings(root: Path) -> list[str]:
    """Folders above classes that tell no split or person, beside others above the same ones."""
    classes: dict[str, set[str]] = {}
    telling: set[str] = set()
    for file in islice(class_files(root), _ENTRIES * 2):
        above = file.relative.split("/")[:-1]
        label = parse_label(file.label) or file.label
        if file.split:
            telling.add(label)
        elif not file.subject and file.label in above:
            classes.setdefault("/".join(above[: above.index(file.label)]), set()).add(label)
    named = sorted(folder for folder in classes if folder)
    shared = any(classes[a] & classes[b] for a in named for b in named if a < b)
    beside = [folder for folder in named if classes[folder] & telling]
    return named if shared else beside
