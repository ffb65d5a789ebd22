"""RAF-DB as distributed: a list of names and codes, and the pictures beside it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from fercurate.domain.expression import EXPRESSIONS
from fercurate.domain.sample import Reject, RejectCode, Sample
from fercurate.domain.taxonomy import LabelMap
from fercurate.errors import InputError
from fercurate.sources.base import Recognition
from fercurate.sources.names.split_words import native_split
from fercurate.sources.rafdb.manual import ManualAnnotations
from fercurate.sources.rafdb.published import COMPOUND_CODES, LIST_NAMES
from fercurate.sources.rafdb.shares import Shares, read_shares, shares_file
from fercurate.sources.reading.loading import NOT_READ, PictureFile
from fercurate.sources.reading.picture_folder import PictureFolder, descend, picture_names
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


def label_lists(folder: Path) -> list[Path]:
    """The lists of the distribution in a folder, the one that is read first."""
    paths = (descend(folder, *way, name) for way in (("EmoLabel",), ()) for name in LIST_NAMES)
    return [path for path in paths if path is not None and path.is_file()]


def read_listed(
    recognition: Recognition, labels: LabelMap, source: str
) -> Iterator[PictureFile | Reject]:
    """Yield every row of the list, as a picture or a reject.

    Raises:
        InputError: no folder of pictures beside the list, or the list of the compound set.
    """
    root, path = recognition.root, recognition.files[0]
    origin = path.relative_to(root).as_posix()
    _refuse_compound(path, root)
    pictures = picture_folder(root)
    if pictures is None:
        raise InputError(
            "no folder Image/aligned or Image/original with pictures",
            where=str(root),
            fix="Unpack the pictures beside EmoLabel",
        )
    folder, told = PictureFolder(pictures, root), _Told(root, pictures.name.casefold())
    yield from told.faults
    for row in _rows(path, root, origin, labels):
        if isinstance(row, Reject):
            yield row
            continue
        item = _picture(row, folder, recognition, source)
        yield told.added(row.name, item) if isinstance(item, PictureFile) else item


class _Told:
    """What lies beside the list: points and attributes by hand, and shares of votes."""

    def __init__(self, root: Path, pictures: str) -> None:
        self._manual = ManualAnnotations.of(root)
        self._original = pictures == "original"
        self._shares: dict[str, Shares] = {}
        path = shares_file(root)
        self.faults = [] if path is None else list(read_shares(path, root, self._shares))

    def added(self, name: str, item: PictureFile) -> PictureFile:
        """A picture with what is told of it; points are those of the original one alone."""
        sample = replace(item.sample, shares=self._shares.get(name))
        if self._manual is not None:
            manual = self._manual.of_picture(name)
            points = manual.landmarks if self._original else None
            sample = replace(sample, landmarks=points, attributes=manual.attributes)
        return replace(item, sample=sample)


def picture_folder(root: Path) -> Path | None:
    """The folder of pictures: the aligned ones unless there are only the original ones."""
    folders = (descend(root, "Image", name) for name in ("aligned", "original"))
    return next((f for f in folders if f is not None and picture_names(f, _FEW)), None)


def _refuse_compound(path: Path, root: Path) -> None:
    rows = blank_table(path, root, _COLUMNS).rows()
    codes = [row.cells[-1] for row in rows if len(row.cells) in (2, 3)]
    if sum(code in COMPOUND_CODES for code in codes) * 100 > len(codes):
        raise InputError(
            "codes above 7: this is the list of the compound set (codes 1 to 11)",
            where=path.name,
            expected="the basic set, codes 1 to 7",
            fix="Ingest the folder basic",
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
            message += (
                f". If the second is the code: --source list --columns {columns} --label-map rafdb"
            )
        return Reject(code, message, origin, line.line)
    name, label = line.cells[0], line.cells[-1]
    expression = labels.expression(label)
    if expression not in EXPRESSIONS:
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
