"""From a list of pictures to samples: path, label, split, person and box of each row."""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from math import isfinite, nan
from pathlib import Path, PurePosixPath

from fercurate.domain.sample import Reject, RejectCode, Sample
from fercurate.sources.listing.labels import ListLabels
from fercurate.sources.names.people import NamePattern, naming_of
from fercurate.sources.names.split_words import native_split, split_of_file
from fercurate.sources.names.subject_rule import SubjectRule
from fercurate.sources.reading.class_tree import root_split, split_part
from fercurate.sources.reading.loading import NOT_READ, PictureFile
from fercurate.sources.reading.path_index import PathFault
from fercurate.sources.reading.picture_search import PictureSearch, search_pictures
from fercurate.sources.tables.text_table import Table, TableRow

PEEKED = 32
"""Rows by which it is decided where the pictures lie."""

_SEARCHED_ROWS = 200_000
_WORDS = re.compile(r"[\W_\d]+")

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class FirstRow:
    """What the first row of a picture says, and where it stands."""

    where: str
    label: str
    split: str
    box: Box | None = None


@dataclass
class PictureList:
    """One list, read row by row; a row that says the same of a picture again is passed over.

    ``first`` are the rows that other lists of the same input gave, by id; ``conflicts`` counts rows
    that say otherwise than one of those.
    """

    table: Table
    root: Path
    source: str
    labels: ListLabels
    subject: SubjectRule | None = None
    first: dict[str, FirstRow] = field(default_factory=dict)
    rows: int = 0
    conflicts: int = 0
    _searches: dict[str, PictureSearch] = field(default_factory=dict)
    _naming: NamePattern | None = None

    def pictures(self) -> Iterator[PictureFile | Reject]:
        """Yield every row in the order of the list; one that repeats another is passed over."""
        names = [name for name, _ in self._names[:PEEKED]]
        self._naming = naming_of(names)
        for row in self.table.rows():
            self.rows += 1
            item = self._row(row)
            if isinstance(item, Reject):
                yield item
                continue
            sample = item.sample
            this = FirstRow(
                f"{self.table.path.name}:{row.line}",
                sample.native_label,
                sample.native_split,
                sample.box,
            )
            name = self._name_of_face(sample.id, this)
            known = self.first.setdefault(name, this)
            if known is this:
                yield replace(item, sample=replace(sample, id=name))
            elif (known.label, known.split) != (this.label, this.split):
                self.conflicts += not known.where.startswith(f"{self.table.path.name}:")
                message = f"{name} is {known.label!r} ({known.split or 'no split'}) in "
                yield self._reject(RejectCode.CONFLICT, message + known.where, row)

    def _name_of_face(self, name: str, row: FirstRow) -> str:
        """The id of a face: a second one in a picture, in another box, is ``name#2``."""
        own, number = name, 1
        while own in self.first and row.box is not None and self.first[own].box != row.box:
            number += 1
            own = f"{name}#{number}"
        return own

    def _row(self, row: TableRow) -> PictureFile | Reject:
        if row.fault:
            code = RejectCode.COLUMNS if row.ended else RejectCode.TRUNCATED
            return self._reject(code, row.fault, row)
        column = self.table.roles.path
        name = row.cells[column]
        path = self._search(self._known_split(row)).resolve(name, row.but(column))
        relative = path.relative_to(self.root).as_posix() if isinstance(path, Path) else ""
        native = self.labels.native(row)
        expression = self.labels.expression(native)
        if expression is None:
            message = f"label {native[:40]!r}; expected {self.labels.expected}"
            return replace(self._reject(RejectCode.LABEL, message, row, native), file=relative)
        if isinstance(path, PathFault):
            return self._reject(path.code, f"{name[:120]}: {path.message}", row)
        return PictureFile(path, self._sample(row, relative, native, expression))

    def _sample(self, row: TableRow, relative: str, native: str, expression: str) -> Sample:
        roles = self.table.roles
        path = PurePosixPath(relative)
        return Sample(
            id=f"{self.source}:{relative}",
            source=self.source,
            image=NOT_READ,
            native_label=native,
            expression=expression,
            native_split=self._native_split(row, path),
            origin=self.table.path.relative_to(self.root).as_posix(),
            line=row.line,
            subject=self._person(row, relative),
            valence=_affect(row, roles.valence),
            arousal=_affect(row, roles.arousal),
            box=_box(row, roles.box, roles.corners),
        )

    def _known_split(self, row: TableRow) -> str:
        """The split in whose folders a picture is looked for: the row's word, or the list's."""
        column = self.table.roles.split
        told = native_split(row.cells[column]) if column >= 0 else ""
        return told or self._listed_split

    def _split(self, row: TableRow) -> str:
        """The split that a row tells: a known word, or the text as it is."""
        column = self.table.roles.split
        text = row.cells[column] if column >= 0 else ""
        if text.isdecimal():
            return f"fold{text}"
        return native_split(text) or text

    @cached_property
    def _listed_split(self) -> str:
        """The split that the list's name tells, or its folder's."""
        path = self.table.path.relative_to(self.root)
        return split_of_file(path.stem) or split_part(path.parent.parts)

    def _native_split(self, row: TableRow, path: PurePosixPath) -> str:
        """The split of a row: its own, its folder's, the list's, the root's, or of its name."""
        told = self._split(row) or split_part(path.parent.parts) or self._listed_split
        words = filter(None, map(native_split, _WORDS.split(path.stem)))
        return told or self._root_split or next(words, "")

    @cached_property
    def _root_split(self) -> str:
        return root_split(self.root)

    def _person(self, row: TableRow, relative: str) -> str:
        column = self.table.roles.subject
        if self.subject is not None and not self.subject.column:
            return self.subject.of_path(relative)
        told = row.cells[column] if column >= 0 else ""
        named = self._naming.subject(PurePosixPath(relative).stem) if self._naming else ""
        return told or named

    def _search(self, split: str) -> PictureSearch:
        """Where pictures of a split lie; the same names may lie in a folder for each split."""
        if split not in self._searches:
            own = [name for name, told in self._names if (told or self._listed_split) == split]
            names = evenly_spaced(own or [name for name, _ in self._names])
            self._searches[split] = search_pictures(self.root, self.table.path, names, split)
        return self._searches[split]

    @cached_property
    def _names(self) -> list[tuple[str, str]]:
        return peek_names(self.table, _SEARCHED_ROWS)

    def _reject(self, code: RejectCode, message: str, row: TableRow, label: str = "") -> Reject:
        origin = self.table.path.relative_to(self.root).as_posix()
        return Reject(code, message, origin, row.line, label=label)


def peek_names(table: Table, rows: int = _SEARCHED_ROWS) -> list[tuple[str, str]]:
    """The picture's name and the split of the first whole rows of a list."""
    roles = table.roles
    return [
        (row.cells[roles.path], native_split(text))
        for row in islice(table.rows(), rows)
        if not row.fault
        for text in [row.cells[roles.split] if roles.split >= 0 else ""]
    ]


def evenly_spaced(names: Sequence[str]) -> list[str]:
    """A few of the names of a list, spread evenly over it, the first and the last among them."""
    count = min(PEEKED, len(names))
    return [names[i * (len(names) - 1) // max(count - 1, 1)] for i in range(count)]


def _affect(row: TableRow, column: int) -> float:
    value = _number(row.cells[column]) if column >= 0 else nan
    return value if -1 <= value <= 1 else nan


def _number(text: str) -> float:
    with suppress(ValueError):
        value = float(text)
        return value if isfinite(value) else nan
    return nan


def _box(row: TableRow, columns: tuple[int, ...], corners: bool) -> Box | None:
    """Left, top, width and height in pixels; None without box columns, or if it is empty."""
    if not columns:
        return None
    left, top, wide, high = (_number(row.cells[i]) for i in columns)
    if corners:
        wide, high = wide - left, high - top
    usable = wide > 0 and high > 0 and isfinite(left) and isfinite(top)
    return (left, top, wide, high) if usable else None
