"""AffectNet as class folders with a ``labels.csv`` (``,pth,label,relFCs``), as on Kaggle."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath

from fercurate.domain.expression import EXPRESSIONS
from fercurate.domain.sample import Reject, RejectCode, Sample
from fercurate.domain.taxonomy import LabelMap
from fercurate.errors import InputError
from fercurate.files.containment import Boundary
from fercurate.sources.affectnet.entries import (
    DEPTH,
    SKIPPED,
    SPLIT_WORDS,
    Entry,
    Repeats,
    expression_of,
)
from fercurate.sources.base import Recognition
from fercurate.sources.names.split_words import native_split
from fercurate.sources.options import LabelMapOptions
from fercurate.sources.reading.class_tree import class_files, is_of_another_class
from fercurate.sources.reading.loading import NOT_READ, PictureFile
from fercurate.sources.reading.path_index import (
    PathFault,
    PathIndex,
    first_names,
    nearby_folders,
    plain_path,
)
from fercurate.sources.tables.text_table import TableRow, header_table

LAYOUT = "class folders with labels.csv"
NAMES = LabelMap("names", {name: name for name in EXPRESSIONS})
"""Labels that are names in any spelling, never numbers."""

_PATH, _LABEL = "pth", "label"


def recognize_pack(path: Path, source: str) -> Recognition | None:
    """Recognize a CSV with the columns ``pth`` and ``label``, or a folder that holds some."""
    root = path.parent if path.is_file() else path
    files = (path,) if path.is_file() else tuple(_csv_files(path))
    files = tuple(file for file in files if _is_label_list(file))
    if not files:
        return None
    index = PathIndex(root)
    why = f"labels in {' and '.join(index.relative(file) for file in files)} (columns pth, label)"
    return Recognition(source, LAYOUT, why, root, files)


def _csv_files(root: Path) -> Iterator[Path]:
    boundary = Boundary(root)
    for folder in nearby_folders(root, DEPTH, SKIPPED):
        for name in first_names(folder, lambda e: e.name.casefold().endswith(".csv")):
            if boundary.holds(folder / name):
                yield folder / name


def _is_label_list(path: Path) -> bool:
    try:
        return header_table(path, (_PATH, _LABEL)) is not None
    except InputError:
        return False


def pack_entries(
    recognition: Recognition, options: LabelMapOptions, source: str
) -> Iterator[Entry | Reject]:
    """Yield the rows of every ``labels.csv``, then the pictures that none of them names."""
    named: set[str] = set()
    repeats = Repeats()
    labels = options.label_map or NAMES
    for file in recognition.files:
        yield from PackReader(file, recognition.root, source, labels).entries(repeats, named)
    for picture in class_files(recognition.root):
        if picture.relative.casefold() not in named:
            message = "no row of labels.csv names this picture"
            yield Reject(RejectCode.LABEL, message, picture.relative)


class PackReader:
    """Reads one ``labels.csv``; its label counts, whatever folder the picture lies in."""

    def __init__(self, path: Path, root: Path, source: str, labels: LabelMap = NAMES) -> None:
        table = header_table(path, (_PATH, _LABEL))
        if table is None:
            raise InputError("no columns pth and label", where=str(path))
        self.path = path
        self.table = table
        self.labels = labels
        self.source = source
        self.index = PathIndex(root, (path.parent, root, *_split_folders(root)))
        self.origin = self.index.relative(path)

    def rows(self) -> Iterator[tuple[TableRow, dict[str, str] | None]]:
        """Yield each data row by column; None for one with too few or too many columns."""
        for row in self.table.rows():
            told = {name: self.table.cell(row, name) for name in (_PATH, _LABEL) if not row.fault}
            yield row, told or None

    def entries(self, repeats: Repeats, named: set[str]) -> Iterator[Entry | Reject]:
        """Yield every row; the pictures that rows name are added to ``named``, case-folded."""
        for line, row in self.rows():
            if row is None:
                message = f"no row of {len(self.table.names)} columns"
                code = RejectCode.COLUMNS if line.ended else RejectCode.TRUNCATED
                yield self._reject(line, code, message)
            else:
                yield self._entry(line, row, repeats, named)

    def _entry(
        self, line: TableRow, row: dict[str, str], repeats: Repeats, named: set[str]
    ) -> Entry | Reject:
        path = self.index.resolve(row[_PATH])
        plain = plain_path(row[_PATH])
        name = self.index.relative(self.path.parent / plain) if plain else ""
        if isinstance(path, Path):
            name = self.index.relative(path)
            named.add(name.casefold())
        try:
            expression = expression_of(row[_LABEL], self.labels)
        except ValueError as error:
            reject = self._reject(line, RejectCode.LABEL, str(error))
            return replace(reject, label=row[_LABEL])
        if isinstance(path, PathFault) and not name:
            return self._reject(line, path.code, path.message)
        split = split_of_path(name)
        sample = Sample(
            id=f"{self.source}:{repeats.unique(name)}",
            source=self.source,
            image=NOT_READ,
            native_label=row[_LABEL],
            expression=expression,
            native_split=split,
            origin=self.origin,
            line=line.line,
        )
        find = partial(self._picture, path, sample)
        return Entry(sample.id, split, expression, find, name)

    def _picture(self, path: Path | PathFault, sample: Sample) -> PictureFile | Reject:
        if isinstance(path, PathFault):
            return Reject(path.code, path.message, sample.origin, sample.line)
        return PictureFile(path, sample)

    def _reject(self, line: TableRow, code: RejectCode, message: str) -> Reject:
        return Reject(code, message, self.origin, line.line)


def split_of_path(relative: str) -> str:
    """The native split that one of the folders of a path tells, or ""."""
    folders = PurePosixPath(relative).parts[:-1]
    return next((split for f in folders if (split := native_split(f))), "")


def _split_folders(root: Path) -> list[Path]:
    order = list(SPLIT_WORDS)
    folders = [f for f in nearby_folders(root, DEPTH, SKIPPED) if native_split(f.name)]
    splits = [native_split(f.name) for f in folders]
    ranks = [order.index(s) if s in order else len(order) for s in splits]
    return [f for _, f in sorted(zip(ranks, folders, strict=True))]


def count_disagreements(recognition: Recognition) -> int:
    """Rows whose picture lies in the folder of another class than the row says."""
    count = 0
    for file in recognition.files:
        reader = PackReader(file, recognition.root, recognition.source)
        for _, row in reader.rows():
            if row is not None:
                folder = PurePosixPath(row[_PATH].replace("\\", "/")).parent.name
                count += is_of_another_class(folder, row[_LABEL])
    return count
