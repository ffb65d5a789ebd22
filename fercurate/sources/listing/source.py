"""Tables of whatever people have: lists of pictures with labels, and pixels written as text."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from fercurate.domain.expression import parse_expression
from fercurate.errors import InputError, UsageError
from fercurate.files.containment import Boundary
from fercurate.sources.archive.packed_tables import packed_tables
from fercurate.sources.base import Recognition, Record, RecordCounts
from fercurate.sources.listing.labels import list_labels
from fercurate.sources.listing.pictures import FirstRow, PictureList, peek_names
from fercurate.sources.listing.table import SUFFIXES, Table, open_table
from fercurate.sources.names.columns import ROLES
from fercurate.sources.names.file_kinds import suffix_of
from fercurate.sources.names.inventory import plural
from fercurate.sources.names.label_orders import codes_said
from fercurate.sources.names.subject_rule import SUBJECT, SubjectRule
from fercurate.sources.names.unread import NOT_LISTED, unread_file
from fercurate.sources.options import (
    IMAGE_SIZE,
    LabelMapOptions,
    OptionText,
    option_metadata,
)
from fercurate.sources.reading.class_tree import class_part, tree_folders
from fercurate.sources.reading.loading import load_images
from fercurate.sources.reading.path_index import first_names
from fercurate.sources.reading.picture_search import search_pictures
from fercurate.sources.reading.pixel_shape import pixel_shape
from fercurate.sources.reading.pixel_table import PixelTable

PICTURES, PIXELS = "list of pictures", "pixel table"
"""Layouts."""

_MOST_TABLES = 64


def parse_columns(text: str) -> tuple[str, ...]:
    """Read ``--columns``: a role for each column, ``-`` for one that is not read.

    Raises:
        UsageError: an unknown role, one twice, or no path and label.
    """
    roles = tuple(part.strip().casefold() for part in text.split(","))
    unknown = [role for role in roles if role not in ROLES]
    named = [role for role in roles if role != "-"]
    if unknown or len(set(named)) < len(named) or not {"path", "label"} <= set(named):
        raise UsageError(
            f"cannot read {text!r}",
            where="--columns",
            expected=f"path, label and others of {', '.join(ROLES)}, one for each column",
        )
    return roles


_COLUMNS = option_metadata(
    OptionText(
        "What the columns of a list are, in their order: path,label,split,subject, - for others.",
        parse=parse_columns,
        to_text=",".join,
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOptions(LabelMapOptions):
    """What labels and columns mean, where the person stands, the side of pictures in a table."""

    image_size: int = field(default=48, metadata=IMAGE_SIZE)
    subject: SubjectRule | None = field(default=None, metadata=SUBJECT)
    columns: tuple[str, ...] = field(default=(), metadata=_COLUMNS)


class PictureTables:
    """Source ``list``."""

    name: ClassVar[str] = "list"
    title: ClassVar[str] = "lists and tables"
    license: ClassVar[str] = "as given by the user"
    options: ClassVar[type[ListOptions]] = ListOptions

    def recognize(self, path: Path) -> Recognition | None:
        """Recognize a table of pixels or a list whose pictures are there; a folder by its tables.

        A list beside class folders is read if it says something else than they do.
        """
        if path.is_file():
            return self._recognize_file(path)
        tables = [p for p in _table_files(path) if pixel_shape(p) is not None]
        if tables:
            return self._pixels(tables, path)
        lists = [p for p in _table_files(path) if _is_list_of(p, path)]
        lists = [p for p in lists if _says_other_than_folders(p, path)]
        return self._pictures(lists, path) if lists else None

    def _recognize_file(self, path: Path) -> Recognition | None:
        if pixel_shape(path) is not None:
            return self._pixels([path], path.parent)
        if packed := _packed(path):
            why = f"pixels as text in {' and '.join(table.name for table in packed)}, packed"
            return Recognition(self.name, PIXELS, why, path.parent, (path,), complete=True)
        for root in (path.parent, path.parent.parent):
            if _is_list_of(path, root):
                return self._pictures([path], root)
        return None

    def recognize_asked(self, path: Path) -> Recognition | None:
        """Recognize a table of text, whatever its columns are: they are told or asked for."""
        if path.is_file():
            return self._pictures([path], path.parent) if open_table(path) is not None else None
        opened = ((file, open_table(file)) for file in _table_files(path))
        files = [file for file, table in opened if table is not None and table.roles.path >= 0]
        return self._pictures(files, path) if files else None

    def _pixels(self, files: list[Path], root: Path) -> Recognition:
        why = f"pixels as text in {' and '.join(p.name for p in files)}"
        return Recognition(self.name, PIXELS, why, root, tuple(files), complete=True)

    def _pictures(self, files: list[Path], root: Path) -> Recognition:
        names = [p.relative_to(root).as_posix() for p in files]
        why = f"pictures listed in {' and '.join(names)}"
        return Recognition(self.name, PICTURES, why, root, tuple(files))

    def read(self, recognition: Recognition, options: ListOptions) -> Iterator[Record]:
        """Yield every row as a sample or a reject.

        Raises:
            InputError: codes without names and no label map, or several columns that could be it.
        """
        name = options.name or self.name
        if recognition.layout == PIXELS:
            for file in [t for f in recognition.files for t in _packed(f) or [f]]:
                table = PixelTable(file, name, options.label_map, options.image_size)
                table.prefix = f"{name}:{file.stem}/"
                yield from table.records()
            return
        root = recognition.root
        pictures = (item for one in _lists(recognition, options, name) for item in one.pictures())
        yield from load_images(pictures, root, options.jobs)

    def unread(self, recognition: Recognition, file: str) -> str:
        """Say that no list names a picture."""
        beside = "beside the table" if recognition.layout == PIXELS else NOT_LISTED
        return unread_file(file, beside)

    def variant(self, recognition: Recognition, totals: RecordCounts, md5: str) -> str:
        """Count rows by split and class; say where pictures lie and what contradicts the list."""
        del md5
        rows = f"{totals.records:,} row{'' if totals.records == 1 else 's'}"
        text = f"{recognition.layout} with {rows} ({_by_split(totals.classes)})"
        if recognition.layout == PICTURES:
            text += "".join(_list_remarks(recognition))
        return text + codes_said(totals)


def _packed(path: Path) -> list[Path]:
    """The pixel tables in an archive, as paths below it."""
    return [table for table in packed_tables(path) if pixel_shape(table) is not None]


def _lists(recognition: Recognition, options: ListOptions, source: str) -> Iterator[PictureList]:
    first: dict[str, FirstRow] = {}
    for file in recognition.files:
        table = _open(file, options)
        labels = list_labels(table, options.label_map, str(file))
        yield PictureList(table, recognition.root, source, labels, options.subject, first)


def _open(file: Path, options: ListOptions) -> Table:
    column = options.subject.column if options.subject is not None else ""
    table = open_table(file, options.columns, column)
    if table is None or not table.roles.is_list:
        names = ", ".join(table.names)[:120] if table is not None else ""
        raise InputError(
            f"no column of pictures, or none of labels (the columns are {names})",
            where=str(file),
            fix="Say what they are with --columns path,label,-,...",
        )
    if column and table.roles.subject < 0:
        raise UsageError(f"no column {column!r} in {file.name}", where="--subject")
    return table


def _table_files(root: Path) -> list[Path]:
    """Files below a root that may be tables by their suffix, the nearer ones first."""
    boundary = Boundary(root)
    files = [
        folder / name
        for folder in tree_folders(root)
        for name in first_names(folder, lambda e: suffix_of(e.name) in SUFFIXES)
    ]
    return [file for file in files if boundary.holds(file) and file.is_file()][:_MOST_TABLES]


def _is_list_of(file: Path, root: Path) -> bool:
    """Whether a file lists pictures with one label each, some of which are there."""
    table = open_table(file)
    if table is None or not table.roles.is_list:
        return False
    if not table.has_header and table.roles.label < 0:
        return False
    names = [name for name, _ in peek_names(table)]
    return bool(names) and search_pictures(root, file, names).hits > 0


def _says_other_than_folders(file: Path, root: Path) -> bool:
    """Whether a list is no mere repetition of the class folders that its pictures lie in."""
    table = open_table(file)
    if table is None:
        return False
    column = table.roles.label
    named = [name for name, _ in peek_names(table)]
    search = search_pictures(root, file, named)
    for row in table.rows():
        if row.line > len(named) + 2:
            break
        found = search.resolve(row.cells[table.roles.path]) if row.cells else None
        if not isinstance(found, Path):
            continue
        folder = class_part(found.parent.relative_to(root).parts)
        told = row.cells[column] if column >= 0 else ""
        same = folder == told or parse_expression(folder) == (parse_expression(told) or "?")
        if not folder or not same:
            return True
    return False


def _list_remarks(recognition: Recognition) -> Iterator[str]:
    for file in recognition.files:
        table = open_table(file)
        if table is None or table.roles.path < 0:
            continue
        search = search_pictures(recognition.root, file, [name for name, _ in peek_names(table)])
        places = [base.relative_to(recognition.root).as_posix() for base in search.bases]
        where = " and ".join("the top" if place == "." else f"{place}/" for place in places)
        yield f"; pictures of {file.name} in {where}"
        repeated = _repeats(table)
        if repeated:
            yield f"; {plural(repeated, 'row')} of {file.name} name a picture again"
        count = _disagreements(table)
        if count:
            rows = "row names a picture" if count == 1 else "rows name a picture"
            yield f"; {count:,} {rows} in the folder of another class (the row counts)"


def _repeats(table: Table) -> int:
    """Rows that name a picture which an earlier row of the list has named."""
    names = Counter(row.cells[table.roles.path] for row in table.rows() if row.cells)
    return names.total() - len(names)


def _disagreements(table: Table) -> int:
    """Rows whose path lies in a folder of another class than the row says."""
    roles, count = table.roles, 0
    for row in table.rows():
        if row.cells and roles.label >= 0:
            parts = tuple(row.cells[roles.path].replace("\\", "/").split("/")[:-1])
            told = parse_expression(class_part(parts))
            stated = parse_expression(row.cells[roles.label])
            count += told is not None and stated is not None and told != stated
    return count


def _by_split(counts: Counter[tuple[str, str]]) -> str:
    texts = []
    for split in sorted({split for split, _ in counts}):
        classes = [f"{label} {n:,}" for (own, label), n in sorted(counts.items()) if own == split]
        texts.append((f"{split}: " if split else "") + ", ".join(classes))
    return "; ".join(texts) or "no sample"
