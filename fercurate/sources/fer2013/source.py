"""FER-2013: its CSV files in all circulating variants, and the image-folder copies.

Goodfellow et al., "Challenges in representation learning", ICONIP 2013; distributed through
Kaggle. Columns and variants: see ``docs/corpora.md``.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import ClassVar

from fercurate.domain.expression import EXPRESSIONS, UNLABELED
from fercurate.domain.sample import Pixels, Reject, RejectCode, Sample
from fercurate.domain.taxonomy import LabelMap, label_maps
from fercurate.errors import InputError
from fercurate.sources.base import IngestOptions, Recognition, Record, Tally
from fercurate.sources.fer2013.folder import read_folder, recognize_folder
from fercurate.sources.reading.csv_records import (
    MAX_LINE,
    Header,
    Line,
    read_header,
    read_lines,
    split_fields,
    split_header,
)
from fercurate.sources.reading.pixel_csv import PixelFault, parse_rows

USAGES: dict[str, str] = {
    "training": "Training",
    "publictest": "PublicTest",
    "privatetest": "PrivateTest",
}
OFFICIAL: dict[str, int] = {"Training": 28709, "PublicTest": 3589, "PrivateTest": 3589}
KNOWN_MD5: dict[str, str] = {
    "f8428a1edbd21e88f42c73edd2a14f95": "fer2013.csv",
    "b114b9e04e6949e5fe8b6a98b3892b1d": "icml_face_data.csv",
    "3f0dfb3d3fd99c811a1299cb947e3131": "train.csv",
    "b02c2298636a634e8c2faabbf3ea9a23": "test.csv",
}
"""MD5 of the pristine files, as torchvision checks them."""

KNOWN_COUNTS: tuple[tuple[str, dict[str, int]], ...] = (
    ("the published fer2013.csv", OFFICIAL),
    ("the published train.csv", {"Training": 28709}),
    ("the published test.csv", {"Test": 7178}),
    ("the published train.csv and test.csv", {"Training": 28709, "Test": 7178}),
    ("the official split", {"Training": 28709, "Validation": 3589, "Test": 3589}),
    ("a re-split that is not the official one", {"Training": 28821, "Validation": 7066}),
)
"""Samples by native split in the copies that circulate (the last: ``jonathanoheix`` on Kaggle)."""

PRECEDENCE: tuple[tuple[str, ...], ...] = (
    ("fer2013.csv",),
    ("icml_face_data.csv",),
    ("train.csv", "test.csv"),
)
"""Of several files with the same pictures, the first group present is read (torchvision's rule)."""

_BATCH = 60


@dataclass(frozen=True, slots=True)
class _Row:
    line: Line
    row: int
    native_label: str
    expression: str
    native_split: str
    pixels: bytes


class Fer2013:
    """Source ``fer2013``."""

    name: ClassVar[str] = "fer2013"
    title: ClassVar[str] = "FER-2013"
    license: ClassVar[str] = "published for the ICML 2013 challenge; images from web search"

    def recognize(self, path: Path) -> Recognition | None:
        """Recognize a CSV by its header, a folder by its CSV files or its class folders."""
        if path.is_file():
            return self._recognize_csv(path)
        return self._recognize_csv_folder(path) or recognize_folder(path, self.name)

    def _recognize_csv(self, path: Path) -> Recognition | None:
        header = _fer_header(path)
        if header is None:
            return None
        why = f"a CSV with the columns {', '.join(n or '(unnamed)' for n in header.names)}"
        return Recognition(self.name, "csv", why, path.parent, (path,), complete=True)

    def _recognize_csv_folder(self, path: Path) -> Recognition | None:
        found = {p.name.casefold(): p for p in sorted(path.glob("*.[cC][sS][vV]"))}
        found = {name: p for name, p in found.items() if _fer_header(p) is not None}
        if not found:
            return None
        known = next((g for g in PRECEDENCE if any(name in found for name in g)), None)
        if known is None and len(found) > 1:
            raise InputError(
                f"several CSV files could be FER-2013: {', '.join(p.name for p in found.values())}",
                where=str(path),
                fix="Name the one file to ingest",
            )
        names = known if known is not None else tuple(found)
        files = tuple(found[name] for name in names if name in found)
        ignored = {name: p.name for name, p in found.items() if p not in files}
        same = [p for name, p in ignored.items() if any(name in group for group in PRECEDENCE)]
        other = [p for p in ignored.values() if p not in same]
        why = f"a folder with {' and '.join(p.name for p in files)}"
        if same:
            why += f" ({', '.join(same)}: the same pictures, not read again)"
        if other:
            why += f" ({', '.join(other)}: not read; to ingest it, name the file itself)"
        return Recognition(
            self.name, "csv", why, path, files, tuple(ignored.values()), complete=True
        )

    def read(self, recognition: Recognition, options: IngestOptions) -> Iterator[Record]:
        """Yield every row or file as a sample or a reject."""
        if recognition.layout != "csv":
            yield from read_folder(recognition, options, options.name or self.name)
            return
        for file in recognition.files:
            yield from CsvReader(file, options, options.name or self.name).records()

    def variant(self, recognition: Recognition, tally: Tally, md5: str) -> str:
        """Compare MD5, row count and usage counts with what was published."""
        if md5 in KNOWN_MD5:
            return f"the pristine {KNOWN_MD5[md5]} (MD5 {md5})"
        counts = ", ".join(f"{name} {count:,}" for name, count in _in_order(tally.splits))
        rows = "rows" if recognition.layout == "csv" else "files"
        facts = f"{tally.records:,} {rows} ({counts or 'no sample'})"
        known = next((text for text, same in KNOWN_COUNTS if same == dict(tally.splits)), "")
        if recognition.layout != "csv":
            return f"an image-folder copy{known and f' with the counts of {known}'}: {facts}"
        if known:
            return f"the counts of {known}, but another MD5, so written anew: {facts}"
        return f"not a published file: {facts}"


def _in_order(splits: Counter[str]) -> list[tuple[str, int]]:
    order = [*OFFICIAL, *sorted(set(splits) - set(OFFICIAL))]
    return [(name or "no usage", splits[name]) for name in order if name in splits]


def _fer_header(path: Path) -> Header | None:
    """The header if it is FER-2013's: pixels, with an emotion or alone (``test.csv``)."""
    try:
        header = read_header(path)
    except InputError:
        return None
    known = {"emotion", "pixels", "usage"} & set(header.names)
    alone = known == {"pixels"} and len([n for n in header.names if n]) == 1
    return header if "pixels" in known and ("emotion" in known or alone) else None


class CsvReader:
    """Reads one CSV row by row; broken rows become rejects, the rest samples."""

    def __init__(self, path: Path, options: IngestOptions, source: str) -> None:
        self.path = path
        self.source = source
        self.side = options.image_size
        self.labels: LabelMap = options.label_map or label_maps()["fer2013"]
        self._seen: dict[bytes, tuple[str, str | None]] = {}
        self.header = read_header(path)
        self.last = self.header.names[-1]
        self.columns = tuple(self.header.index(name) for name in ("emotion", "pixels", "usage"))
        self.default_split = _split_of_file(path, self.header)
        self.prefix = f"{source}:test/" if self.default_split == "Test" else f"{source}:"

    def records(self) -> Iterator[Record]:
        """Yield samples and rejects in file order; pixels are read some rows at a time."""
        rows = self._rows()
        while batch := list(islice(rows, _BATCH)):
            yield from self._convert(batch)

    def _rows(self) -> Iterator[_Row | Reject]:
        lines = read_lines(self.path)
        next(lines)
        row = 0
        for line in lines:
            if not line.text.strip() or self._is_header(line.text):
                continue
            yield self._row(line, row)
            row += 1

    def _is_header(self, text: bytes) -> bool:
        return len(text) < 200 and split_header(text).names == self.header.names

    def _row(self, line: Line, row: int) -> _Row | Reject:
        if line.overlong:
            return self._reject(line, RejectCode.COLUMNS, f"a line of over {MAX_LINE:,} bytes")
        fields = split_fields(line.text, self.header, self.columns[1])
        if len(fields) != len(self.header.names):
            expected = len(self.header.names)
            message = f"{len(fields)} columns; expected {expected}"
            return self._reject(line, RejectCode.COLUMNS, message, len(fields) < expected)
        emotion, pixels, usage = (fields[c] if c >= 0 else b"" for c in self.columns)
        label, expression = self._label(emotion)
        if expression is None:
            cut = not label and self.last == "emotion"
            return self._reject(line, RejectCode.LABEL, self._label_message(label), cut)
        split = self._split(usage)
        if split is None:
            found = usage[:40].decode("utf-8", "replace").strip()
            cut = self.last == "usage" and any(u.startswith(found.casefold()) for u in USAGES)
            message = f"usage {found!r}; expected {', '.join(USAGES.values())}"
            return self._reject(line, RejectCode.USAGE, message, cut)
        return _Row(line, row, label, expression, split, pixels)

    def _label(self, emotion: bytes) -> tuple[str, str | None]:
        """The label's text, and its expression if it has one; a spelling is looked up once."""
        found = self._seen.get(emotion)
        if found is None:
            label = emotion.strip().decode("utf-8", "replace")
            found = label, self._expression(label)
            if found[1] is not None:
                self._seen[emotion] = found
        return found

    def _expression(self, label: str) -> str | None:
        if self.columns[0] < 0:
            return UNLABELED
        expression = self.labels.expression(label)
        return expression if expression in EXPRESSIONS else None

    def _label_message(self, label: str) -> str:
        return f"emotion {label[:40]!r}; expected {self.labels.describe()}"

    def _split(self, usage: bytes) -> str | None:
        if self.columns[2] < 0:
            return self.default_split
        return USAGES.get(usage.strip().decode("utf-8", "replace").casefold())

    def _convert(self, batch: list[_Row | Reject]) -> list[Record]:
        rows = [item for item in batch if isinstance(item, _Row)]
        pictures = iter(parse_rows([row.pixels for row in rows], self.side))
        return [
            item if isinstance(item, Reject) else self._record(item, next(pictures))
            for item in batch
        ]

    def _record(self, row: _Row, picture: Pixels | PixelFault) -> Record:
        if isinstance(picture, PixelFault):
            cut = self.last == "pixels" and len(row.pixels.split()) < self.side**2
            return self._reject(row.line, picture.code, picture.message, cut)
        return Sample(
            id=f"{self.prefix}{row.row:07d}",
            source=self.source,
            image=picture,
            native_label=row.native_label,
            expression=row.expression,
            native_split=row.native_split,
            origin=self.path.name,
            row=row.row,
            line=row.line.number,
        )

    def _reject(self, line: Line, code: RejectCode, message: str, cut: bool = False) -> Reject:
        """Reject a line; ``cut`` says that it looks as it would if the file ended inside it."""
        if cut and not line.ended:
            code, message = RejectCode.TRUNCATED, f"the file ends inside this line: {message}"
        return Reject(code, message, self.path.name, line.number)


def _split_of_file(path: Path, header: Header) -> str:
    """The native split of a file without a Usage column, from the competition's file names."""
    if "emotion" not in header.names:
        return "Test"
    known = {"train": "Training", "test": "Test", "test_with_emotions": "Test"}
    return "" if "usage" in header.names else known.get(path.stem.casefold(), "")
