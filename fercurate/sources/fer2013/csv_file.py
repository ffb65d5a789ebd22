"""One CSV of FER-2013 read row by row, in all circulating variants."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from fercurate.domain.expression import EXPRESSIONS, UNLABELED
from fercurate.domain.sample import Pixels, Reject, RejectCode, Sample
from fercurate.domain.taxonomy import LabelMap, label_maps
from fercurate.errors import InputError
from fercurate.sources.base import Record
from fercurate.sources.fer2013.published import USAGES
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

_BATCH = 60


@dataclass(frozen=True, slots=True)
class _Row:
    line: Line
    row: int
    native_label: str
    expression: str
    native_split: str
    pixels: bytes


def fer_header(path: Path) -> Header | None:
    """The header if it is FER-2013's: pixels, with an emotion or alone (``test.csv``)."""
    try:
        header = read_header(path)
    except InputError:
        return None
    known = {"emotion", "pixels", "usage"} & set(header.names)
    alone = known == {"pixels"} and len([n for n in header.names if n]) == 1
    return header if "pixels" in known and ("emotion" in known or alone) else None


class CsvReader:
    """Reads one CSV row by row; broken rows become rejects, the rest samples.

    ``labels`` say what the codes mean (none: FER-2013's own order); pictures are ``side`` pixels
    wide and high.
    """

    def __init__(
        self, path: Path, source: str, labels: LabelMap | None = None, side: int = 48
    ) -> None:
        self.path = path
        self.source = source
        self.side = side
        self.labels = labels or label_maps()["fer2013"]
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
            text = usage[:40].decode("utf-8", "replace").strip()
            cut = self.last == "usage" and any(u.startswith(text.casefold()) for u in USAGES)
            message = f"usage {text!r}; expected {', '.join(USAGES.values())}"
            return self._reject(line, RejectCode.USAGE, message, cut)
        return _Row(line, row, label, expression, split, pixels)

    def _label(self, emotion: bytes) -> tuple[str, str | None]:
        """The label's text, and its expression if it has one; a spelling is looked up once."""
        known = self._seen.get(emotion)
        if known is None:
            label = emotion.strip().decode("utf-8", "replace")
            known = label, self._expression(label)
            if known[1] is not None:
                self._seen[emotion] = known
        return known

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
