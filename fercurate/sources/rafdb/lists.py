"""RAF-DB as distributed: a list of names and codes, and the pictures beside it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fercurate.domain.expression import COMPOUND_EXPRESSIONS, EXPRESSIONS
from fercurate.domain.sample import Reject, RejectCode, Sample
from fercurate.domain.taxonomy import LabelMap, integer_text, label_maps
from fercurate.errors import InputError
from fercurate.sources.base import Recognition
from fercurate.sources.names.split_words import native_split
from fercurate.sources.rafdb.beside import ToldBeside
from fercurate.sources.rafdb.published import BASIC, COMPOUND, COMPOUND_CODES, LIST_NAMES
from fercurate.sources.reading.class_tree import own_name
from fercurate.sources.reading.loading import NOT_READ, PictureFile
from fercurate.sources.reading.picture_folder import (
    PictureFolder,
    descend,
    picture_names,
    subfolders,
)
from fercurate.sources.tables.text_table import TableRow, blank_table

_PREFIX = re.compile(r"^(train|val|test)_", re.IGNORECASE)
_FEW = 100
_COLUMNS = ("path", "label")


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    name: str
    label: str
    expression: str
    split: str


def recognize_list(path: Path, kind: str, source: str) -> Recognition | None:
    """Recognize the list of the basic or the compound set, in a folder or in its subfolder."""
    for folder in subfolders(path, kind):
        lists = _label_lists(folder)
        if lists and _set_of(folder, lists[0]) == kind:
            why = f"the list {lists[0].relative_to(path).as_posix()}"
            ignored = tuple(other.name for other in lists[1:])
            return Recognition(source, "list", why, folder, (lists[0],), ignored)
    return None


def is_called(folder: Path, kind: str) -> bool:
    """Whether a folder is named for one of the two sets."""
    return own_name(folder).casefold() == kind


def _set_of(folder: Path, path: Path) -> str:
    """Which set a list is of: as its folder is called, else as its codes tell."""
    named = next((kind for kind in (BASIC, COMPOUND) if is_called(folder, kind)), "")
    return named or (COMPOUND if _has_compound_codes(path, folder) else BASIC)


def _has_compound_codes(path: Path, root: Path) -> bool:
    """Whether more than one in a hundred codes is above 7; a list that cannot be read has none."""
    try:
        rows = blank_table(path, root, _COLUMNS).rows()
        codes = [integer_text(row.cells[-1]) for row in rows if len(row.cells) in (2, 3)]
    except InputError:
        return False
    return sum(code in COMPOUND_CODES for code in codes) * 100 > len(codes)


def _label_lists(folder: Path) -> list[Path]:
    """The lists of the distribution in a folder, the one that is read first."""
    paths = (descend(folder, *way, name) for way in (("EmoLabel",), ()) for name in LIST_NAMES)
    return [path for path in paths if path is not None and path.is_file()]


def read_listed(
    recognition: Recognition, labels: LabelMap, source: str
) -> Iterator[PictureFile | Reject]:
    """Yield every row of the list, as a picture or a reject.

    Raises:
        InputError: no folder of pictures beside the list, or the other set's list in ``basic``.
    """
    root, path = recognition.root, recognition.files[0]
    origin = path.relative_to(root).as_posix()
    if not labels.is_compound:
        _refuse_compound(path, root)
    pictures = picture_folder(root)
    if pictures is None:
        raise InputError(
            "no folder Image/aligned or Image/original with pictures",
            where=str(root),
            fix="Unpack the pictures beside EmoLabel",
        )
    folder = PictureFolder(pictures, root)
    rows = list(_rows(path, root, origin, labels))
    listed = {row.name for row in rows if isinstance(row, _Row)}
    told = ToldBeside.of(root, pictures, listed, basic=not labels.is_compound)
    yield from told.faults
    for row in rows:
        if isinstance(row, Reject):
            yield row
            continue
        item = _picture(row, folder, recognition, source)
        yield told.annotated(row.name, item) if isinstance(item, PictureFile) else item


def labels_of_set(given: LabelMap | None, name: str) -> LabelMap:
    """The label map of a set by its name, or the one given, if its names are those of the set.

    Raises:
        InputError: it names expressions of the other kind.
    """
    own = label_maps()[name]
    labels = given or own
    others = EXPRESSIONS if own.is_compound else COMPOUND_EXPRESSIONS
    wrong = next((one for one in labels.codes.values() if one in others), "")
    if wrong:
        raise InputError(
            f"the label map {labels.name} says {wrong}",
            where="--label-map",
            expected=f"expressions as those of {name}: {own.describe()}",
            fix="Ingest RAF-DB's folders basic and compound one by one, each with its own map",
        )
    return labels


def picture_folder(root: Path) -> Path | None:
    """The folder of pictures: the aligned ones unless there are only the original ones."""
    folders = (descend(root, "Image", name) for name in ("aligned", "original"))
    return next((f for f in folders if f is not None and picture_names(f, _FEW)), None)


def _refuse_compound(path: Path, root: Path) -> None:
    if _has_compound_codes(path, root):
        raise InputError(
            "codes above 7: this is the list of the compound set (codes 1 to 11)",
            where=path.name,
            expected="the basic set, codes 1 to 7, in a folder called basic",
            fix="Ingest the right folder, or call this one compound",
        )


def _rows(path: Path, root: Path, origin: str, labels: LabelMap) -> Iterator[_Row | Reject]:
    """Rows in the order of the list; of a repeated name only the first."""
    first: dict[str, _Row] = {}
    for line in blank_table(path, root, _COLUMNS).rows():
        row = _row(line, origin, labels)
        if isinstance(row, _Row):
            known = first.setdefault(row.name, row)
            if known is not row and known.expression == row.expression:
                continue
            if known is not row:
                message = f"{row.name[:80]!r} is {known.label!r} in line {known.line}"
                row = Reject(RejectCode.CONFLICT, message, origin, line.line)
        yield row


def _row(line: TableRow, origin: str, labels: LabelMap) -> _Row | Reject:
    count = len(line.cells)
    if count not in (2, 3) or (count == 3 and not native_split(line.cells[1])):
        code = RejectCode.COLUMNS if line.ended else RejectCode.TRUNCATED
        message = f"{count} columns; expected a file name and a code"
        if count > 2:
            columns = ",".join(("path", "label", *["-"] * (count - 2)))
            options = f"--source list --columns {columns} --label-map {labels.to_text()}"
            message += f". If the second is the code: {options}"
        return Reject(code, message, origin, line.line)
    name, label = line.cells[0], line.cells[-1]
    expression = labels.expression(label)
    if expression not in (COMPOUND_EXPRESSIONS if labels.is_compound else EXPRESSIONS):
        message = f"code {label[:40]!r}; expected {labels.describe()}"
        return Reject(RejectCode.LABEL, message, origin, line.line, label=label)
    prefix = _PREFIX.match(name)
    split = prefix[1] if prefix else line.cells[1]
    return _Row(line.line, name, label, expression, native_split(split))


def _picture(
    row: _Row, folder: PictureFolder, recognition: Recognition, source: str
) -> PictureFile | Reject:
    stem, dot, suffix = row.name.rpartition(".")
    path = folder.find(f"{stem}_aligned{dot}{suffix}", row.name)
    if path is None:
        listed = recognition.files[0].relative_to(recognition.root).as_posix()
        return folder.absent(row.name, listed, row.line)
    sample = Sample(
        id=f"{source}:{row.name}",
        source=source,
        image=NOT_READ,
        native_label=row.label,
        expression=row.expression,
        native_split=row.split,
        origin=path.relative_to(recognition.root).as_posix(),
    )
    return PictureFile(path, sample)
