"""AffectNet's 2017 release: ``training.csv`` and its like, and the image folders they point to."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path

from fercurate.domain.sample import Points, Reject, RejectCode, Sample
from fercurate.domain.taxonomy import LabelMap, label_maps
from fercurate.errors import InputError
from fercurate.sources.affectnet.entries import (
    DEPTH,
    SKIPPED,
    SPLIT_WORDS,
    Entry,
    Repeats,
    affect,
    expression_of,
    face_box,
    number,
    points68,
)
from fercurate.sources.base import Recognition
from fercurate.sources.names.columns import refuse_repeated
from fercurate.sources.names.file_kinds import IMAGE_SUFFIXES
from fercurate.sources.options import LabelMapOptions
from fercurate.sources.reading.csv_records import (
    Header,
    Line,
    read_lines,
    split_fields,
    split_header,
)
from fercurate.sources.reading.loading import NOT_READ, PictureFile
from fercurate.sources.reading.path_index import (
    PathFault,
    PathIndex,
    nearby_folders,
    plain_path,
)
from fercurate.sources.reading.picture_search import search_pictures

LAYOUT = "csv lists"
COLUMNS: tuple[str, ...] = (
    *("subdirectory_filepath", "face_x", "face_y", "face_width", "face_height"),
    *("facial_landmarks", "expression", "valence", "arousal"),
)
"""Columns of the lists, case-folded; a list without a header has exactly these."""

_PATH, _BOX, _POINTS, _LABEL = COLUMNS[0], COLUMNS[1:5], COLUMNS[5], COLUMNS[6]
_QUOTED = re.compile(rb'"[^"]*"')
_POINT_SURPLUS = 135
_PEEKED = 16


def list_header(path: Path) -> tuple[Header, bool] | None:
    """The columns of a list and whether its first line tells them; None if it is no list."""
    try:
        first = next((line.text for line in read_lines(path) if line.text.strip()), b"")
    except InputError:
        return None
    header = split_header(first)
    if {_PATH, _LABEL} <= set(header.names):
        return header, True
    bare = _QUOTED.sub(b"", first)
    delimiter = next((d for d in (b"\t", b",", b";") if bare.count(d) >= len(COLUMNS) - 1), b",")
    header = Header(COLUMNS, delimiter)
    fields = list_fields(first, header)
    name = plain_path(fields[0].decode("utf-8", "replace"))
    is_row = len(fields) == len(COLUMNS) and "/" in name
    return (header, False) if is_row and Path(name).suffix.casefold() in IMAGE_SUFFIXES else None


def list_fields(text: bytes, header: Header) -> list[bytes]:
    """Split a row; in a list delimited by ``;`` the 136 numbers of the landmarks are one field."""
    fields = split_fields(text, header, -1)
    if header.delimiter == b";" and len(fields) == len(header.names) + _POINT_SURPLUS:
        return split_fields(text, header, header.index(_POINTS))
    return fields


def split_of_list(path: Path) -> str:
    """The native split that a list's name tells: Training, Validation, Automatic, Test or ""."""
    stem = path.stem.casefold()
    if "auto" in stem or "auto" in path.parent.name.casefold():
        return "Automatic"
    if "train" in stem:
        return "Training"
    if re.search(r"(?<![a-z])val", stem):
        return "Validation"
    return "Test" if "test" in stem else ""


class ListReader:
    """Reads one list row by row."""

    def __init__(self, path: Path, root: Path, source: str, labels: LabelMap | None = None) -> None:
        header = list_header(path)
        if header is None:
            raise InputError("no list of AffectNet", where=str(path))
        self.path = path
        self.header, self.has_header = header
        if self.has_header:
            refuse_repeated(self.header.names, str(path))
        self.source = source
        self.split = split_of_list(path)
        self.prefix = f"{source}:{SPLIT_WORDS.get(self.split, path.stem)}/"
        self.labels = labels or label_maps()["affectnet"]
        self.bases = (*image_folders(root, self.split), path.parent, root)
        self.index = PathIndex(root, self.bases)
        self.origin = self.index.relative(path)
        if not self.has_pictures():
            search = search_pictures(root, path, self._first_names())
            self.index = PathIndex(root, (*search.bases, *self.bases))

    def entries(self) -> Iterator[Entry | Reject]:
        """Yield every row, in file order; no picture is looked for yet."""
        repeats = Repeats()
        for line in read_lines(self.path):
            if line.overlong or (line.text.strip() and not self._is_header(line.text)):
                yield self._entry(line, repeats)

    def has_pictures(self) -> bool:
        """Whether one of the first pictures of the list is there."""
        first = (e for e in islice(self.entries(), 1000) if isinstance(e, Entry))
        there = [isinstance(entry.find(), PictureFile) for entry in islice(first, _PEEKED)]
        return any(there) or not there

    def _first_names(self) -> list[str]:
        """The pictures that the first rows name, as they are written."""
        rows = (line.text for line in islice(read_lines(self.path), _PEEKED))
        place = self.header.index(_PATH)
        fields = [list_fields(text, self.header) for text in rows if not self._is_header(text)]
        return [f[place].decode("utf-8", "replace") for f in fields if len(f) > place]

    def _is_header(self, text: bytes) -> bool:
        return len(text) < 400 and {_PATH, _LABEL} <= set(split_header(text).names)

    def _entry(self, line: Line, repeats: Repeats) -> Entry | Reject:
        fields = [] if line.overlong else list_fields(line.text, self.header)
        if len(fields) != len(self.header.names):
            expected = len(self.header.names)
            told = "an overlong line" if line.overlong else f"{len(fields)} columns"
            short = len(fields) < expected
            return self._reject(line, RejectCode.COLUMNS, f"{told}; expected {expected}", short)
        if not line.ended and fields[-1].strip() in (b"", b"-"):
            message = f"no {self.header.names[-1]}"
            return self._reject(line, RejectCode.TRUNCATED, message, cut=True)
        row = self._row(fields)
        try:
            expression = expression_of(row[_LABEL], self.labels)
        except ValueError as error:
            reject = self._reject(line, RejectCode.LABEL, str(error))
            return replace(reject, label=row[_LABEL])
        name = plain_path(row[_PATH]) or self._anchored(row[_PATH])
        if isinstance(name, PathFault):
            return self._reject(line, name.code, name.message)
        sample_id = self.prefix + repeats.unique(name)
        find = partial(self._picture, line, row, sample_id, expression)
        return Entry(sample_id, self.split, expression, find, name)

    def _row(self, fields: list[bytes]) -> dict[str, str]:
        texts = [_decoded(field).strip() for field in fields]
        return dict(zip(self.header.names, texts, strict=True))

    def _anchored(self, text: str) -> str | PathFault:
        """The path below the image folder of a file named by another machine's path."""
        path = self.index.resolve(text)
        if isinstance(path, PathFault):
            return path
        base = next(base for base in self.bases if base in path.parents)
        return path.relative_to(base).as_posix()

    def _picture(
        self, line: Line, row: dict[str, str], sample_id: str, label: str
    ) -> PictureFile | Reject:
        path = self.index.resolve(row[_PATH])
        if isinstance(path, PathFault):
            return self._reject(line, path.code, path.message)
        sample = Sample(
            id=sample_id,
            source=self.source,
            image=NOT_READ,
            native_label=row[_LABEL],
            expression=label,
            native_split=self.split,
            origin=self.origin,
            line=line.number,
            valence=affect(self._numeral(row, "valence")),
            arousal=affect(self._numeral(row, "arousal")),
            box=face_box(number(self._numeral(row, column)) for column in _BOX),
            landmarks=_points(row.get(_POINTS, "")),
        )
        return PictureFile(path, sample)

    def _numeral(self, row: dict[str, str], column: str) -> str:
        """A cell with a number; spreadsheets that delimit by ``;`` write decimal commas."""
        text = row.get(column, "")
        return text.replace(",", ".") if self.header.delimiter == b";" else text

    def _reject(self, line: Line, code: RejectCode, message: str, cut: bool = False) -> Reject:
        if cut and not line.ended:
            code, message = RejectCode.TRUNCATED, f"the file ends inside this line: {message}"
        return Reject(code, message, self.origin, line.number)


def _decoded(field: bytes) -> str:
    try:
        return field.decode("utf-8")
    except UnicodeDecodeError:
        return field.decode("latin-1")


def _points(text: str) -> Points | None:
    try:
        return points68([float(value) for value in re.split(r"[;\s]+", text.strip("; "))])
    except ValueError:
        return None


def image_folders(root: Path, split: str, depth: int = DEPTH) -> list[Path]:
    """Folders that are named for the pictures of a list: of any spelling, doubled or not."""
    kind = "automatic(ally)?" if split == "Automatic" else "manual(ly)?"
    named = re.compile(rf"{kind}annotated(images?)?|images?")
    own = re.compile(rf"{kind}annotated(images?)?")
    named_folders = [
        f for f in nearby_folders(root, depth, SKIPPED) if named.fullmatch(_letters(f))
    ]
    return sorted(named_folders, key=lambda f: (own.fullmatch(_letters(f)) is None, f.as_posix()))


def _letters(folder: Path) -> str:
    return re.sub(r"[^a-z]", "", folder.name.casefold())


def list_entries(
    recognition: Recognition, options: LabelMapOptions, source: str
) -> Iterator[Entry | Reject]:
    """Yield the rows of all lists, list by list."""
    for file in recognition.files:
        yield from ListReader(file, recognition.root, source, options.label_map).entries()
