"""Rows of pixel tables, wrong in every way, among good ones of every layout."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from benchmarks.torture.hostile.case import Case, Expected, Stored
from benchmarks.torture.hostile.inputs import one_file, path_case, pixel_text

KIND = "csv rows"
GOOD = 12
SIDE = 16
PLACES = (0, 100, SIDE * SIDE - 1)
"""Where in a row a wrong value stands."""

Change = Callable[[list[str]], list[str]]
"""What is done to the 256 values of a row."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A table of pixels: its header ("": none), a row of label, pixels, usage; its file, options.

    ``usage`` tells whether it has one, ``wide`` whether each pixel is a column of its own.
    """

    header: str
    row: str
    file: str = "fer2013.csv"
    usage: bool = True
    wide: bool = False

    @property
    def delimiter(self) -> str:
        """What stands between two cells."""
        return next(one for one in ";\t," if one in self.row)

    def line(self, number: int, label: str = "", pixels: str = "", usage: str = "") -> str:
        """A good row, but for the cells that are given."""
        text = pixels or pixel_text(number, SIDE)
        if self.wide:
            text = text.replace(" ", self.delimiter)
        return self.row.format(label or str(number % 7), text, usage or "Training")

    def table(self, line: str, end: str = "\n") -> str:
        """A table of good rows with one more near its end."""
        lines = [self.line(number) for number in range(GOOD)]
        lines.insert(GOOD - 1, line)
        return "\n".join([self.header] * bool(self.header) + lines) + end


_WIDE = ",".join(f"pixel{n}" for n in range(SIDE * SIDE))

LAYOUTS: Mapping[str, Layout] = {
    "fer2013": Layout("emotion,pixels,Usage", "{},{},{}"),
    "spaces": Layout("emotion, pixels, Usage", "{}, {}, {}", "icml_face_data.csv"),
    "quoted": Layout('"emotion","pixels","Usage"', '"{}","{}","{}"'),
    "semicolons": Layout("emotion;pixels;Usage", "{};{};{}"),
    "tabs": Layout("emotion\tpixels\tUsage", "{}\t{}\t{}"),
    "another order": Layout("Usage,pixels,emotion", "{2},{1},{0}"),
    "own": Layout("emotion,pixels", "{},{}", "mine.csv", usage=False),
    "no header": Layout("", "{},{},{}", "mine.csv"),
    "no header, no usage": Layout("", "{},{}", "mine.csv", usage=False),
    "wide": Layout(f"emotion,{_WIDE}", "{},{}", "mine.csv", usage=False, wide=True),
    "wide, label last": Layout(f"{_WIDE},emotion", "{1},{0}", "mine.csv", usage=False, wide=True),
    "wide, no header": Layout("", "{},{}", "mine.csv", usage=False, wide=True),
}

FINE = ""
"""In place of a reject code: the row is read."""

VALUES: Mapping[str, tuple[str, str]] = {
    "256": ("256", "E_RANGE"),
    "negative": ("-1", "E_RANGE"),
    "fraction": ("1.5", "E_RANGE"),
    "nan": ("nan", "E_RANGE"),
    "infinite": ("inf", "E_RANGE"),
    "hexadecimal": ("0x10", "E_RANGE"),
    "underscore": ("1_0", "E_RANGE"),
    "a word": ("red", "E_RANGE"),
    "bytes": ("\udcff", "E_RANGE"),
    "a NUL byte": ("1\0", "E_RANGE"),
    "400 digits": ("9" * 400, "E_RANGE"),
    "overflow": ("1e999", "E_RANGE"),
    "a percent sign": ("10%", "E_RANGE"),
    "Arabic digits": ("٣", "E_RANGE"),
    "leading zeros": ("0255", FINE),
    "a whole float": ("12.0", FINE),
}
"""One value of a row."""

TEXTS: Mapping[str, tuple[Change, str]] = {
    "a value too few": (lambda v: v[:-1], "E_PIXCOUNT"),
    "a value too many": (lambda v: [*v, "7"], "E_PIXCOUNT"),
    "one value": (lambda v: v[:1], "E_PIXCOUNT"),
    "a smaller square": (lambda v: v[:64], "E_PIXCOUNT"),
    "100,000 values": (lambda v: v * 400, "E_PIXCOUNT"),
    "shortened by NumPy": (lambda v: [*v[:3], "...", *v[-3:]], "E_PIXCOUNT"),
    "only blanks": (lambda _: ["  "], "E_MISSING"),
    "a word alone": (lambda _: ["none"], "E_PIXCOUNT"),
    "an em dash between values": (lambda v: ["—".join(v)], "E_PIXCOUNT"),
    "brackets": (lambda v: ["[", *v, "]"], FINE),
    "double blanks": (lambda v: [f"{one} " for one in v], FINE),
}
"""The whole of a row's pixels as one text."""

LABELS: Mapping[str, tuple[str, str]] = {
    "7": ("7", "E_LABEL"),
    "negative": ("-1", "E_LABEL"),
    "fraction": ("1.5", "E_LABEL"),
    "a letter": ("x", "E_LABEL"),
    "blank": (" ", "E_LABEL"),
    "huge": ("9" * 30, "E_LABEL"),
    "5,000 digits": ("3" * 5000, "E_LABEL"),
    "nan": ("nan", "E_LABEL"),
    "hexadecimal": ("0x1", "E_LABEL"),
    "Arabic digit": ("٣", "E_LABEL"),
    "superscript": ("²", "E_LABEL"),
    "NUL": ("3\0", "E_LABEL"),
    "two": ("3 4", "E_LABEL"),
    "bytes": ("\udcff", "E_LABEL"),
    "two names": ("happy sad", "E_LABEL"),
    "underscore": ("0_3", "E_LABEL"),
    "whole float": ("1.0", FINE),
    "name": ("Angry", FINE),
}

USAGES: Mapping[str, tuple[str, str]] = {
    "unknown": ("Nowhere", "E_USAGE"),
    "blank": (" ", "E_USAGE"),
    "negative": ("-1", "E_USAGE"),
    "NUL": ("Training\0", FINE),
    "bytes": ("\udcff", "E_USAGE"),
    "long": ("Training" * 500, "E_USAGE"),
    "two": ("Training PublicTest", "E_USAGE"),
    "another case": ("TRAINING", FINE),
    "another known one": ("PrivateTest", FINE),
}


def cases() -> Iterator[Case]:
    """Every fault of a cell in every layout that has the cell."""
    for name, layout in LAYOUTS.items():
        for number, (what, (value, code)) in enumerate(VALUES.items()):
            values = pixel_text(3, SIDE).split()
            place = PLACES[number % len(PLACES)]
            values[place] = value
            line = layout.line(3, pixels=" ".join(values))
            yield _case(f"{name}: {what} as value {place}", layout, line, code)
        if not layout.wide:
            for what, (change, code) in TEXTS.items():
                line = layout.line(3, pixels=" ".join(change(pixel_text(3, SIDE).split())))
                yield _case(f"{name}: {what}", layout, line, code)
        for what, (value, code) in LABELS.items():
            yield _case(f"{name}: label {what}", layout, layout.line(3, label=value), code)
        if layout.usage:
            for what, (value, code) in USAGES.items():
                yield _case(f"{name}: usage {what}", layout, layout.line(3, usage=value), code)
        yield from _columns(name, layout)


def _columns(name: str, layout: Layout) -> Iterator[Case]:
    """Rows with too few or too many columns, and cells that are empty.

    Surplus cells belong to the pixels, which may be parted by commas, if there is one column of
    them and no word follows it.
    """
    surplus = "E_COLUMNS" if layout.wide else ""
    after = "E_LABEL" if layout.row.startswith("{2}") else "E_COLUMNS"
    good, delimiter = layout.line(3), layout.delimiter
    empty = layout.row.format("", pixel_text(3, SIDE).replace(" ", delimiter * layout.wide or " "),
                              "Training")  # fmt: skip
    rows = {
        "no cells but one": ("junk", "E_COLUMNS"),
        "a column too many at the end": (f"{good}{delimiter}extra", surplus or after),
        "a NUL byte alone": ("\0", "E_COLUMNS"),
        "5,000 empty cells": ("x" + delimiter * 5000, surplus or "E_LABEL"),
        "an empty label": (empty, "E_LABEL"),
        "the line twice": (f"{good}{delimiter}{good}", surplus or "E_PIXCOUNT"),
    }
    for what, (line, code) in rows.items():
        yield _case(f"{name}: {what}", layout, line, code)


def _case(name: str, layout: Layout, line: str, code: str) -> Case:
    expected: Expected = Stored(GOOD, {code: 1}) if code else Stored(GOOD + 1)
    make = one_file(layout.file, layout.table(line))
    options = ("--image-size", str(SIDE))
    return path_case(KIND, name, make, expected, layout.file, *options)
