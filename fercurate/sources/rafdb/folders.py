"""The copy of RAF-DB in numbered folders, ``DATASET/train/1`` to ``DATASET/test/7``.

Numbers mean nothing by themselves: FER-2013 copies count 0..6 and AffectNet copies 0..7. They are
read as RAF-DB's only where label lists (``train_labels.csv``) or file names such as
``train_00001_aligned.jpg`` say that this is RAF-DB, and where no folder has another number.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fercurate.domain.expression import EXPRESSIONS
from fercurate.domain.sample import Reject, RejectCode, Sample
from fercurate.domain.taxonomy import LabelMap
from fercurate.errors import InputError
from fercurate.files.containment import LEADS_OUT, Boundary
from fercurate.sources.base import Recognition
from fercurate.sources.rafdb.lists import is_called
from fercurate.sources.rafdb.published import CODES, COMPOUND, LABEL_LISTS
from fercurate.sources.reading.class_tree import ClassFile, class_files, is_class_name
from fercurate.sources.reading.loading import NOT_READ, PictureFile
from fercurate.sources.reading.picture_folder import (
    descend,
    entry_names,
    is_path,
    is_regular_file,
    picture_names,
    subfolders,
)
from fercurate.sources.tables.text_table import Table, TableRow, header_table

_SPLITS = ("train", "test")
_OWN_NAME = re.compile(r"^(train|test)_\d+(_aligned)?\.\w+$", re.IGNORECASE)
_SURPLUS = re.compile(r"_aligned(?=\.\w+$)", re.IGNORECASE)
_ENTRIES = 2000
_COLUMNS = ("image", "label")


@dataclass(frozen=True, slots=True)
class _Listed:
    origin: str
    line: int
    name: str
    label: str
    expression: str


def recognize_numbered(path: Path, source: str) -> Recognition | None:
    """Recognize folders 1..7 below ``train`` or ``test`` that something identifies as RAF-DB."""
    if any(is_called(folder, COMPOUND) for folder in (path, *_around(path))):
        return None
    for folder in subfolders(path, "DATASET"):
        first = _first_picture(_split_folders(folder))
        lists = (_label_lists(path) or _label_lists(folder)) if first else ()
        if lists or _OWN_NAME.match(first):
            beside = f" beside {' and '.join(f.name for f in lists)}" if lists else f" ({first})"
            why = f"folders numbered 1 to 7{beside}"
            return Recognition(source, "numbered folders", why, path, lists or (path,))
    return None


def _around(path: Path) -> tuple[Path, ...]:
    """The folder around ``DATASET``, which may be called for a set."""
    return (path.parent,) if is_called(path, "dataset") else ()


def _split_folders(folder: Path) -> list[Path]:
    return [f for name in _SPLITS if (f := descend(folder, name)) and not f.is_symlink()]


def _label_lists(folder: Path) -> tuple[Path, ...]:
    paths = (descend(folder, name) for name in LABEL_LISTS)
    return tuple(path for path in paths if path is not None and _is_label_list(path))


def _first_picture(splits: list[Path]) -> str:
    """Name of the first picture below folders that are numbered 1..7 and nothing else, or ""."""
    first = ""
    for split in splits:
        classes = [name for name in entry_names(split, _ENTRIES) if is_class_name(name)]
        if any(name not in CODES for name in classes):
            return ""
        pictures = (picture_names(split / name) for name in classes)
        first = first or next((names[0] for names in pictures if names), "")
    return first


def _is_label_list(path: Path) -> bool:
    try:
        return path.is_file() and header_table(path, _COLUMNS) is not None
    except InputError:
        return False


def read_numbered(
    recognition: Recognition, labels: LabelMap, source: str
) -> Iterator[PictureFile | Reject]:
    """Yield every picture, then what is wrong with the label lists or in them only.

    A folder and a list that disagree on a picture make a reject (``E_CONFLICT``).
    """
    root = recognition.root
    listed: dict[tuple[str, str], _Listed] = {}
    faults: list[Reject] = []
    for path in recognition.files:
        if path.is_file():
            faults.extend(_read_labels(path, root, labels, listed))
    seen: set[tuple[str, str]] = set()
    for file, origin in _own_files(root):
        key = (file.split, _key(file.path.name))
        seen.add(key)
        yield _picture(file, origin, labels, source, listed.get(key))
    yield from faults
    for key, entry in listed.items():
        if key not in seen:
            message = f"{entry.name[:80]!r} is in no folder"
            yield Reject(RejectCode.MISSING, message, entry.origin, entry.line)


def _own_files(root: Path) -> Iterator[tuple[ClassFile, str]]:
    """Pictures of the splits with their path below the root, from the one folder recognized."""
    for corpus_root in subfolders(root, "DATASET"):
        if _first_picture(_split_folders(corpus_root)):
            for file in class_files(corpus_root):
                if file.relative.split("/")[0].casefold() in _SPLITS:
                    yield file, (corpus_root.relative_to(root) / file.relative).as_posix()
            return


def _key(name: str) -> str:
    return _SURPLUS.sub("", name).casefold()


def _read_labels(
    path: Path, root: Path, labels: LabelMap, listed: dict[tuple[str, str], _Listed]
) -> Iterator[Reject]:
    """Fill ``listed`` from one CSV; yield its faulty rows."""
    split = "Training" if path.name.casefold().startswith("train") else "Test"
    if not Boundary(root).holds(path):
        yield Reject(RejectCode.PATH, LEADS_OUT, path.name)
        return
    origin = path.relative_to(root).as_posix()
    table = header_table(path, _COLUMNS)
    if table is None:
        return
    for row in table.rows():
        entry = _entry(row, table, origin, labels)
        if isinstance(entry, _Listed):
            known = listed.setdefault((split, _key(entry.name)), entry)
            if known.expression == entry.expression:
                continue
            message = f"{entry.name[:80]!r} is {known.label!r} in line {known.line}"
            entry = Reject(RejectCode.CONFLICT, message, origin, row.line)
        yield entry


def _entry(row: TableRow, table: Table, origin: str, labels: LabelMap) -> _Listed | Reject:
    if row.fault:
        code = RejectCode.COLUMNS if row.ended else RejectCode.TRUNCATED
        return Reject(code, row.fault, origin, row.line)
    name, label = (table.cell(row, column) for column in _COLUMNS)
    if is_path(name):
        message = f"{name[:80]!r} is a path; expected the bare name of a file"
        return Reject(RejectCode.PATH, message, origin, row.line)
    expression = labels.expression(label)
    if expression not in EXPRESSIONS:
        message = f"label {label[:40]!r}; expected {labels.describe()}"
        return Reject(RejectCode.LABEL, message, origin, row.line, label=label)
    return _Listed(origin, row.line, name, label, expression)


def _picture(
    file: ClassFile, origin: str, labels: LabelMap, source: str, entry: _Listed | None
) -> PictureFile | Reject:
    if file.escapes:
        return Reject(RejectCode.PATH, LEADS_OUT, origin)
    if not is_regular_file(file.path):
        return Reject(RejectCode.MISSING, "a broken link, or no regular file", origin)
    expression = labels.expression(file.label)
    if expression not in EXPRESSIONS or file.relative.count("/") != 2:
        message = f"folder {file.label!r}; expected one of {', '.join(CODES)} in train or test"
        return Reject(RejectCode.LABEL, message, origin, label=file.label)
    if entry is not None and entry.expression != expression:
        message = f"folder {file.label!r}, but {entry.label!r} in {entry.origin}:{entry.line}"
        return Reject(RejectCode.CONFLICT, message, origin)
    sample = Sample(
        id=f"{source}:{file.relative}",
        source=source,
        image=NOT_READ,
        native_label=file.label,
        expression=expression,
        native_split=file.split,
        origin=origin,
    )
    return PictureFile(file.path, sample)
