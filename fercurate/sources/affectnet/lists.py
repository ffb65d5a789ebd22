"""AffectNet's 2017 release: ``training.csv`` and its like, and the image folders they point to."""

import re
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path

from fercurate.domain.sample import Points, Reject, RejectCode, Sample
from fercurate.domain.taxonomy import label_maps
from fercurate.errors import InputError
from fercurate.files.containment import Boundary
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
from fercurate.sources.base import IngestOptions, Recognition
from fercurate.sources.reading.class_tree import IMAGE_SUFFIXES
from fercurate.sources.reading.csv_records import (
    Header,
    Line,
    read_lines,
    split_fields,
    split_header,
)
from fercurate.sources.reading.loading import NOT_READ, Found
from fercurate.sources.reading.path_index import (
    PathFault,
    PathIndex,
    first_names,
    nearby_folders,
    plain_path,
)

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

    def __init__(self, path: Path, root: Path, options: IngestOptions, source: str) -> None:
        header = list_header(path)
        if header is None:
            raise InputError("no list of AffectNet", where=str(path))
        self.path = path
        self.header, self.has_header = header
        self.source = source
        self.split = split_of_list(path)
        self.prefix = f"{source}:{SPLIT_WORDS.get(self.split, path.stem)}/"
        self.labels = options.label_map or label_maps()["affectnet"]
        self.bases = (*image_folders(root, self.split), path.parent, root)
        self.index = PathIndex(root, self.bases)
        self.origin = self.index.relative(path)

    def entries(self) -> Iterator[Entry | Reject]:
        """Yield every row, in file order; no picture is looked for yet."""
        repeats = Repeats()
        for line in read_lines(self.path):
            if line.text.strip() and not self._is_header(line.text):
                yield self._entry(line, repeats)

    def has_pictures(self) -> bool:
        """Whether one of the first pictures of the list is there."""
        first = (e for e in islice(self.entries(), 1000) if isinstance(e, Entry))
        found = [isinstance(entry.find(), Found) for entry in islice(first, _PEEKED)]
        return any(found) or not found

    def _is_header(self, text: bytes) -> bool:
        return len(text) < 400 and {_PATH, _LABEL} <= set(split_header(text).names)

    def _entry(self, line: Line, repeats: Repeats) -> Entry | Reject:
        fields = [] if line.overlong else list_fields(line.text, self.header)
        if len(fields) != len(self.header.names):
            expected = len(self.header.names)
            found = "an overlong line" if line.overlong else f"{len(fields)} columns"
            short = len(fields) < expected
            return self._reject(line, RejectCode.COLUMNS, f"{found}; expected {expected}", short)
        if not line.ended and fields[-1].strip() in (b"", b"-"):
            message = f"no {self.header.names[-1]}"
            return self._reject(line, RejectCode.TRUNCATED, message, cut=True)
        row = self._row(fields)
        try:
            expression = expression_of(row[_LABEL], self.labels)
        except ValueError as error:
            return self._reject(line, RejectCode.LABEL, str(error))
        name = plain_path(row[_PATH]) or self._anchored(row[_PATH])
        if isinstance(name, PathFault):
            return self._reject(line, name.code, name.message)
        sample_id = self.prefix + repeats.unique(name)
        find = partial(self._found, line, row, sample_id, expression)
        return Entry(sample_id, self.split, expression, find, name)

    def _row(self, fields: list[bytes]) -> dict[str, str]:
        texts = [_decoded(field).strip() for field in fields]
        return dict(zip(self.header.names, texts, strict=True))

    def _anchored(self, text: str) -> str | PathFault:
        """The path below the image folder of a file named by another machine's path."""
        found = self.index.resolve(text)
        if isinstance(found, PathFault):
            return found
        base = next(base for base in self.bases if base in found.parents)
        return found.relative_to(base).as_posix()

    def _found(self, line: Line, row: dict[str, str], sample_id: str, label: str) -> Found | Reject:
        found = self.index.resolve(row[_PATH])
        if isinstance(found, PathFault):
            return self._reject(line, found.code, found.message)
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
        return Found(found, sample)

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
    found = [f for f in nearby_folders(root, depth, SKIPPED) if named.fullmatch(_letters(f))]
    return sorted(found, key=lambda f: (own.fullmatch(_letters(f)) is None, f.as_posix()))


def _letters(folder: Path) -> str:
    return re.sub(r"[^a-z]", "", folder.name.casefold())


def recognize_lists(path: Path, source: str) -> Recognition | None:
    """Recognize a list, or a folder with lists, and say which are read.

    Raises:
        InputError: several lists whose names do not tell them apart.
    """
    lists: dict[str, Path] = {}
    ignored: list[Path] = []
    folder = path.parent if path.is_file() else path
    if path.is_dir():
        lists, ignored = _choose_lists(path)
    elif list_header(path):
        lists = {split_of_list(path): path}
    if not lists:
        return None
    root = _root_of(next(iter(lists.values())).parent, folder)
    readers = [ListReader(file, root, IngestOptions(), source) for file in lists.values()]
    away = [reader for reader in readers if not reader.has_pictures()]
    unread = [r for r in away if r.split == "Automatic" and len(readers) > 1]
    kept = [r for r in readers if r not in unread]
    why = _why(kept, [r for r in away if r not in unread], unread)
    names = (*ignored, *(r.path for r in unread))
    skipped = tuple(sorted({PathIndex(root).relative(file) for file in names}))
    return Recognition(source, LAYOUT, why, root, tuple(r.path for r in kept), skipped)


def _choose_lists(path: Path) -> tuple[dict[str, Path], list[Path]]:
    """One list for each native split, by split, and the lists passed over."""
    boundary = Boundary(path)
    found = [
        folder / name
        for folder in nearby_folders(path, DEPTH, SKIPPED)
        for name in first_names(folder, lambda e: e.name.casefold().endswith(".csv"))
    ]
    lists = [f for f in found if boundary.holds(f) and list_header(f)]
    named = [file for file in lists if split_of_list(file)]
    if not named and len(lists) > 1:
        raise InputError(
            f"several lists could be AffectNet's: {', '.join(file.name for file in lists)}",
            where=str(path),
            fix="Name the one file to ingest",
        )
    chosen: dict[str, Path] = {}
    for file in sorted(named or lists, key=_preference):
        chosen.setdefault(split_of_list(file), file)
    order = [*SPLIT_WORDS, ""]
    kept = {split: chosen[split] for split in order if split in chosen}
    return kept, [file for file in lists if file not in kept.values()]


def _preference(file: Path) -> tuple[bool, int, str]:
    published = file.stem.casefold() in ("training", "validation", "automatically_annotated")
    return (not published, len(file.parts), file.as_posix())


def _root_of(lists: Path, folder: Path) -> Path:
    """The corpus of a list given alone: its folder, or the one above if the pictures are there."""
    if folder != lists or image_folders(folder, "Training") or image_folders(folder, "Automatic"):
        return folder
    above = [*image_folders(folder.parent, "Training", 1)]
    above += image_folders(folder.parent, "Automatic", 1)
    return folder.parent if any("annotated" in f.name.casefold() for f in above) else folder


def _why(kept: list[ListReader], away: list[ListReader], unread: list[ListReader]) -> str:
    bare = {True: "", False: " (no header)"}
    text = "the lists " + " and ".join(r.path.name + bare[r.has_header] for r in kept)
    if away:
        text += f"; none of the first pictures of {', '.join(r.path.name for r in away)} is there"
    for reader in unread:
        text += f"; {reader.path.name} is not read, for its pictures are not there"
    return text


def list_entries(
    recognition: Recognition, options: IngestOptions, source: str
) -> Iterator[Entry | Reject]:
    """Yield the rows of all lists, list by list."""
    for file in recognition.files:
        yield from ListReader(file, recognition.root, options, source).entries()
