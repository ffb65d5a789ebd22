"""A table of pixels as text read row by row: FER-2013's columns and all that are like them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import ClassVar

from fercurate.domain.expression import KNOWN_EXPRESSIONS, UNLABELED
from fercurate.domain.sample import Pixels, Reject, RejectCode, Sample
from fercurate.domain.taxonomy import LabelMap, integer_text, label_maps
from fercurate.errors import InputError
from fercurate.sources.base import Record
from fercurate.sources.names.columns import refuse_repeated
from fercurate.sources.names.label_orders import (
    code_question,
    counts_from_one,
    fitting_orders,
    is_code,
    published_as,
)
from fercurate.sources.names.split_words import native_split
from fercurate.sources.reading.csv_records import (
    MAX_LINE,
    Line,
    read_lines,
    split_fields,
    split_header,
)
from fercurate.sources.reading.pixel_csv import PixelFault, parse_rows
from fercurate.sources.reading.pixel_shape import (
    PUBLISHED_USAGES,
    PixelShape,
    peek_usages,
    pixel_shape,
)

_SPLITS = "train, val, test"
_STRANGE_SHARE = 0.01
_ENOUGH_ROWS = 30
_BATCH = 60
_HEADER, _HEADER_NAME = 200, 8


@dataclass(frozen=True, slots=True)
class _Row:
    line: Line
    row: int
    native_label: str
    expression: str
    native_split: str
    pixels: bytes
    subject: str = ""


class PixelTable:
    """Reads one table row by row; broken rows become rejects, the rest samples.

    ``labels`` say what the codes mean (none: FER-2013's own order, unless the codes contradict it);
    pictures are ``side`` pixels wide and high. Ids are ``source:prefix`` and the row.
    """

    order: ClassVar[str] = "fer2013"
    """The label map of codes that nothing is said of."""

    is_published: ClassVar[bool] = False
    """Whether something else than the codes tells that the table is in this order."""

    def __init__(
        self, path: Path, source: str, labels: LabelMap | None = None, side: int = 48
    ) -> None:
        shape = pixel_shape(path)
        if shape is None:
            raise InputError("no table of pixels", where=str(path))
        if shape.has_header:
            refuse_repeated(shape.header.names, str(path))
        self.path = path
        self.source = source
        self.side = side
        self.shape = shape
        self.header = shape.header
        self.labels = labels or label_maps()[self.order]
        self.assumed = labels is None
        self.codes: Counter[str] = Counter()
        self._seen: dict[bytes, tuple[str, str | None]] = {}
        self.last = _last_column(shape)
        self.usages = peek_usages(path, shape)
        self.default_split = "Test" if shape.label < 0 else native_split(path.stem)
        self.prefix = f"{source}:"

    def records(self) -> Iterator[Record]:
        """Yield samples and rejects in file order; pixels are read some rows at a time.

        Raises:
            InputError: codes that nothing was said of contradict the order they are read in.
        """
        rows = self._rows()
        while batch := list(islice(rows, _BATCH)):
            yield from self._convert(batch)
        self._check_codes()

    def _rows(self) -> Iterator[_Row | Reject]:
        lines = read_lines(self.path)
        if self.shape.has_header:
            next(lines)
        row = 0
        for line in lines:
            if not line.overlong and (not line.text.strip() or self._is_header(line.text)):
                continue
            yield self._row(line, row)
            row += 1

    def _is_header(self, text: bytes) -> bool:
        longest = max(_HEADER, 2 * _HEADER_NAME * len(self.header.names))
        if not self.shape.has_header or len(text) > longest:
            return False
        return split_header(text).names == self.header.names

    def _row(self, line: Line, row: int) -> _Row | Reject:
        if line.overlong:
            return self._reject(line, RejectCode.COLUMNS, f"a line of over {MAX_LINE:,} bytes")
        fields = split_fields(line.text, self.header, self.shape.pixels)
        if len(fields) != len(self.header.names):
            expected = len(self.header.names)
            message = f"{len(fields)} columns; expected {expected}"
            return self._reject(line, RejectCode.COLUMNS, message, len(fields) < expected)
        shape = self.shape
        label, expression = self._label(fields[shape.label] if shape.label >= 0 else b"")
        self.codes[label] += 1
        if expression is None:
            cut = not label and self.last == "emotion"
            reject = self._reject(line, RejectCode.LABEL, self._label_message(label), cut)
            return replace(reject, label=label)
        text = _text(fields[shape.usage]) if shape.usage >= 0 else ""
        split = self._split(text)
        cut = self.last == "usage" and not line.ended and self._is_cut(text)
        if split is None or cut:
            known = f"{', '.join(PUBLISHED_USAGES)}, or {_SPLITS}"
            message = f"usage {text[:40]!r}; expected {known}"
            return self._reject(line, RejectCode.USAGE, message, cut)
        subject = _text(fields[shape.subject]) if shape.subject >= 0 else ""
        return _Row(line, row, label, expression, split, shape.pixel_text(fields), subject)

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
        if self.shape.label < 0:
            return UNLABELED
        expression = self.labels.expression(label)
        return expression if expression in KNOWN_EXPRESSIONS else None

    def _label_message(self, label: str) -> str:
        return f"emotion {label[:40]!r}; expected {self.labels.describe()}"

    def _check_codes(self) -> None:
        """Refuse an order that nobody chose and that the codes speak against.

        Raises:
            InputError: they count from 1, have one that only another order knows, or give the
                published rows by class in another order.
        """
        counts: Counter[str] = Counter()
        for label, n in self.codes.items():
            if is_code(label):
                counts[integer_text(label)] += n
        if not self.assumed or not counts:
            return
        where, total = str(self.path), sum(counts.values())
        if counts_from_one(list(counts)) and self.labels.knows("0"):
            why = f"the codes count from 1, those of {self.labels.name} from 0"
            raise code_question(counts, where, why, self.labels.name)
        if not self.is_published and total >= _ENOUGH_ROWS and _are_few(list(counts)):
            why = f"only the codes {', '.join(sorted(counts))} occur, in {total:,} rows"
            raise code_question(counts, where, why, self.labels.name)
        unknown = {code: n for code, n in counts.items() if not self.labels.knows(code)}
        known = {code: n for code, n in unknown.items() if fitting_orders({code: n})}
        if known and max(known.values()) >= max(2, _STRANGE_SHARE * total):
            why = f"{self.labels.name} has no code {', '.join(sorted(known))}"
            raise code_question(counts, where, why, self.labels.name)
        others = [m for m in fitting_orders(counts) if published_as(counts, m)]
        if others and not published_as(counts, self.labels):
            why = f"the rows by class are not those of {self.order}"
            raise code_question(counts, where, why, self.labels.name)

    def _split(self, usage: str) -> str | None:
        """The native split of a usage; that of the file's name where the file tells no usages."""
        if not usage:
            return None if self.usages else self.default_split
        return f"fold{usage}" if usage.isdecimal() else native_split(usage) or None

    def _is_cut(self, usage: str) -> bool:
        """Whether a usage at the end of a file looks like the beginning of one that it uses."""
        folded = usage.casefold()
        longer = (known.casefold() for known in self.usages)
        return any(known.startswith(folded) and known != folded for known in longer)

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
            subject=row.subject,
        )

    def _reject(self, line: Line, code: RejectCode, message: str, cut: bool = False) -> Reject:
        """Reject a line; ``cut`` says that it looks as it would if the file ended inside it."""
        if cut and not line.ended:
            code, message = RejectCode.TRUNCATED, f"the file ends inside this line: {message}"
        return Reject(code, message, self.path.name, line.number)


def _are_few(codes: list[str]) -> bool:
    """Whether codes are 0..k or 1..k of fewer classes than an order of seven has."""
    numbers = sorted(map(int, codes))
    first = numbers[0]
    return first in (0, 1) and len(numbers) < 6 and numbers[-1] - first + 1 == len(numbers)


def _text(field: bytes) -> str:
    return field.strip().decode("utf-8", "replace")


def _last_column(shape: PixelShape) -> str:
    """What the last column is: a line that breaks off lacks the end of it."""
    last = len(shape.header.names) - 1
    places = {shape.label: "emotion", shape.usage: "usage"}
    return places.get(last, "pixels" if shape.wide or shape.pixels == last else "")
