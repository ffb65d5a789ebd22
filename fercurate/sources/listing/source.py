"""Tables of whatever people have: lists of pictures with labels, and pixels written as text."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from fercurate.domain.text import plural
from fercurate.errors import InputError, UsageError
from fercurate.files.regular import real_path
from fercurate.sources.archive.packed_tables import packed_tables
from fercurate.sources.base import Recognition, Record, RecordCounts
from fercurate.sources.listing.labels import list_labels
from fercurate.sources.listing.pictures import FirstRow, PictureList
from fercurate.sources.listing.remarks import list_remarks
from fercurate.sources.listing.table_files import (
    counts_beside_folders,
    first_contradiction,
    holds_pictures,
    is_list_of,
    table_files,
)
from fercurate.sources.names.columns import ROLES
from fercurate.sources.names.label_orders import codes_said
from fercurate.sources.names.subject_rule import SUBJECT, SubjectRule
from fercurate.sources.names.unread import NOT_LISTED, unread_file
from fercurate.sources.options import (
    IMAGE_SIZE,
    LabelMapOptions,
    OptionText,
    option_metadata,
)
from fercurate.sources.reading.loading import load_images
from fercurate.sources.reading.pixel_shape import pixel_shape
from fercurate.sources.reading.pixel_table import PixelTable
from fercurate.sources.tables.text_table import Table, open_table

PICTURES, PIXELS = "list of pictures", "pixel table"
"""Layouts."""

_MOST_CONFLICTS = 0.05


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
    redistributable: ClassVar[bool | None] = None
    options: ClassVar[type[ListOptions]] = ListOptions

    def recognize(self, path: Path) -> Recognition | None:
        """Recognize a table of pixels or a list whose pictures are there; a folder by its tables.

        A list beside class folders is read if it says something else than they do.
        """
        if path.is_file():
            return self._recognize_file(path)
        tables = [p for p in table_files(path) if pixel_shape(p) is not None]
        if tables:
            return self._pixels(tables, path)
        lists = [p for p in table_files(path) if is_list_of(p, path)]
        lists = [p for p in lists if counts_beside_folders(p, path)]
        return self._pictures(lists, path) if lists else None

    def contradictions(self, path: Path) -> list[str]:
        """Lists in a folder that are not read, though they say otherwise than its class folders."""
        lists = [p for p in table_files(path) if is_list_of(p, path)]
        differing = [p for p in lists if first_contradiction(p, path)]
        return [p.relative_to(path).as_posix() for p in differing]

    def _recognize_file(self, path: Path) -> Recognition | None:
        if pixel_shape(path) is not None:
            return self._pixels([path], path.parent)
        if packed := _packed(path):
            why = f"pixels as text in {' and '.join(table.name for table in packed)}, packed"
            return Recognition(self.name, PIXELS, why, path.parent, (path,), complete=True)
        for root in (path.parent, real_path(path).parent.parent):
            file = path if root == path.parent else real_path(path)
            if is_list_of(file, root):
                return self._pictures([file], root)
        return None

    def recognize_asked(self, path: Path) -> Recognition | None:
        """Recognize a table of text, whatever its columns are: they are told or asked for."""
        if path.is_file():
            roots = [path.parent, real_path(path).parent.parent]
            near = next((root for root in roots if holds_pictures(root)), path.parent)
            file = path if near == path.parent else real_path(path)
            return self._pictures([file], near) if open_table(path) is not None else None
        opened = [(file, open_table(file)) for file in table_files(path)]
        tables = [(file, table) for file, table in opened if table is not None]
        files = [file for file, table in tables if table.roles.path >= 0]
        files = files or [file for file, _ in tables if len(tables) == 1]
        return self._pictures(files, path) if files else None

    def _pixels(self, files: list[Path], root: Path) -> Recognition:
        why = f"pixels as text in {' and '.join(p.name for p in files)}"
        return Recognition(self.name, PIXELS, why, root, tuple(files), complete=True)

    def _pictures(self, files: list[Path], root: Path) -> Recognition:
        names = [p.relative_to(root).as_posix() for p in files]
        why = f"pictures listed in {' and '.join(names)}"
        if files[0].parent != root and len(files) == 1:
            why += f", looked for in {root.name or root}/"
        return Recognition(self.name, PICTURES, why, root, tuple(files))

    def read(self, recognition: Recognition, options: ListOptions) -> Iterator[Record]:
        """Yield every row as a sample or a reject.

        Raises:
            InputError: codes without names and no label map, or several columns that could be it.
        """
        name = options.name or self.name
        if recognition.layout == PIXELS:
            if options.columns or (options.subject is not None and options.subject.column):
                where = "--columns" if options.columns else "--subject"
                raise UsageError("a table of pixels takes it not", where=where)
            for file in [t for f in recognition.files for t in _packed(f) or [f]]:
                table = PixelTable(file, name, options.label_map, options.image_size)
                table.prefix = f"{name}:{_table_name(file, recognition)}/"
                yield from table.records()
            return
        root = recognition.root
        lists = list(_lists(recognition, options, name))
        pictures = (item for one in lists for item in one.pictures())
        yield from load_images(pictures, root, options)
        _refuse_disagreement(lists)

    def unread(self, recognition: Recognition, file: str) -> str:
        """Say that no list names a picture."""
        beside = "beside the table" if recognition.layout == PIXELS else NOT_LISTED
        return unread_file(file, beside)

    def variant(self, recognition: Recognition, totals: RecordCounts, md5: str) -> str:
        """Count rows by split and class; say where pictures lie and what contradicts the list."""
        del md5
        rows = plural(totals.records, "row")
        text = f"{recognition.layout} with {rows} ({totals.by_split() or 'no sample'})"
        if recognition.layout == PICTURES:
            text += "".join(list_remarks(recognition))
        elif any(map(_lacks_usage, recognition.files)):
            text += "; named as in fer2013.csv, but no column Usage, which recipes for it need"
        return text + codes_said(totals)


def _lacks_usage(file: Path) -> bool:
    """Whether a table has the columns of FER-2013's but the one that says the split."""
    shape = pixel_shape(file)
    return shape is not None and shape.is_challenge and shape.usage < 0


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


def _refuse_disagreement(lists: list[PictureList]) -> None:
    """Refuse lists of one folder that label the same pictures otherwise.

    Raises:
        InputError: naming them.
    """
    conflicts, rows = sum(one.conflicts for one in lists), sum(one.rows for one in lists)
    if len(lists) > 1 and conflicts >= max(2, _MOST_CONFLICTS * rows):
        names = ", ".join(one.table.path.name for one in lists)
        raise InputError(
            f"{names} label {conflicts:,} pictures otherwise than each other",
            where=str(lists[0].root),
            fix="Name the one list to read",
        )


def _table_name(file: Path, recognition: Recognition) -> str:
    """What the rows of a table of pixels are named for: its path, where there are several."""
    if len(recognition.files) == 1:
        return file.stem
    return file.relative_to(recognition.root).with_suffix("").as_posix()
