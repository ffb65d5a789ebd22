"""Pixel tables that are wrong as a whole: their ends, headers, quotes, encodings and lengths."""

import bz2
import gzip
import lzma
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from benchmarks.torture.hostile.case import Case, Expected, Refused, Stored
from benchmarks.torture.hostile.inputs import path_case, pixel_text

KIND = "csv tables"
GOOD = 8
SIDE = 16
HEADER = "emotion,pixels,Usage"
ROWS = [f"{number % 7},{pixel_text(number, SIDE)},Training" for number in range(GOOD)]
PLAIN = "\n".join([HEADER, *ROWS]) + "\n"
OWN = "\n".join(["emotion,pixels", *(row.rpartition(",")[0] for row in ROWS)]) + "\n"
BARE = "\n".join(ROWS) + "\n"
FULL = f"3,{pixel_text(9, SIDE)},Training"
HALF = len(FULL) // 2

ENDS: Mapping[str, tuple[str, Expected]] = {
    "whole, no line break": (FULL, Stored(GOOD + 1)),
    "a label alone": ("3", Stored(GOOD, {"E_TRUNCATED": 1})),
    "a label and a comma": ("3,", Stored(GOOD, {"E_TRUNCATED": 1})),
    "half of the pixels": (FULL[:HALF], Stored(GOOD, {"E_TRUNCATED": 1})),
    "pixels, no comma": (FULL.rpartition(",")[0], Stored(GOOD, {"E_TRUNCATED": 1})),
    "pixels and a comma": (FULL.rpartition(",")[0] + ",", Stored(GOOD, {"E_TRUNCATED": 1})),
    "half of a usage": (FULL[:-4], Stored(GOOD, {"E_TRUNCATED": 1})),
    "a quote that opens": (f'3,"{FULL[2:HALF]}', Stored(GOOD, {"E_TRUNCATED": 1})),
    "a NUL byte": ("\0", Stored(GOOD, {"E_TRUNCATED": 1})),
    "blanks": ("   ", Stored(GOOD)),
    "a thousand NUL bytes": ("\0" * 1000, Stored(GOOD, {"E_TRUNCATED": 1})),
    "half a label with a line break": ("3\n", Stored(GOOD, {"E_COLUMNS": 1})),
    "half of the pixels with a line break": (f"{FULL[:HALF]}\n", Stored(GOOD, {"E_COLUMNS": 1})),
    "no usage with a comma and a line break": (
        f"{FULL.rpartition(',')[0]},\n",
        Stored(GOOD, {"E_USAGE": 1}),
    ),
}
"""How a table may end, after its good rows."""

HEADERS: Mapping[str, Expected] = {
    "emotion,emotion,pixels,Usage": Refused("fer2013.csv.*emotion"),
    "emotion,pixels,pixels,Usage": Refused("fer2013.csv.*pixels"),
    "emotion,pixels,Usage,Usage": Refused("fer2013.csv.*usage"),
    "Emotion,pixels,EMOTION": Refused("fer2013.csv.*emotion"),
    "emotion,pixels,Usage,usage ": Refused("fer2013.csv.*usage"),
    "emotion,emotion,emotion": Refused("fer2013.csv"),
    "pixels,pixels,pixels": Refused("fer2013.csv"),
    "emotion,Usage": Refused("fer2013.csv"),
    "pixels,Usage": Refused("fer2013.csv"),
    "a,b,c": Refused("fer2013.csv"),
    ",,": Refused("fer2013.csv"),
    "emotion,pixels,Usage,more": Refused("fer2013.csv"),
    "emotion,pixels": Refused("fer2013.csv"),
    "emotion\0,pixels,Usage": Refused("fer2013.csv"),
    '"emotion,pixels,Usage': Stored(GOOD),
    "emotion;pixels,Usage": Refused("fer2013.csv"),
    "EMOTION,PIXELS,USAGE": Stored(GOOD),
    " emotion , pixels , Usage ": Stored(GOOD),
    "emotion,pixels," + "x" * 300_000: Refused("fer2013.csv"),
    "emotion,pixels," + "x," * 20_000: Refused("fer2013.csv"),
}
"""Headers above eight good rows of label, pixels and usage."""

QUOTES: Mapping[str, tuple[str, Expected]] = {
    "one that never closes, then rows": (f'3,"{FULL[2:]}', Stored(GOOD, {"E_COLUMNS": 1})),
    "one that closes in the next line": (
        f'3,"{FULL[2:HALF]}\n{FULL[HALF:].replace(",", chr(34) + ",")}',
        Stored(GOOD + 1),
    ),
    "a row of one quote": ('"', Stored(GOOD, {"E_COLUMNS": 1})),
    "a row of three quotes": ('"""', Stored(GOOD, {"E_COLUMNS": 1})),
    "100,001 quotes": ('"' * 100_001, Stored(GOOD, {"E_COLUMNS": 1})),
    "one, then 2,000 blank lines": ('3,"' + "\n" * 2000, Stored(GOOD, {"E_COLUMNS": 1})),
    "one, then 500,000 blank lines": ('3,"' + "\n" * 500_000, Stored(GOOD, {"E_COLUMNS": 1})),
    "2,000 rows that open one": ('3,"x\n' * 2000, Stored(GOOD, {"E_COLUMNS": 2000})),
}
"""Lines with quotes among good rows, the last of which is good."""

LINES: Mapping[str, tuple[Callable[[], str], Expected]] = {
    "the header again": (lambda: HEADER, Stored(GOOD)),
    "the header 10,000 times": (lambda: f"{HEADER}\n" * 10_000, Stored(GOOD)),
    "two million blank lines": (lambda: "\n" * 1_999_000, Stored(GOOD)),
    "over two million blank lines": (lambda: "\n" * 2_100_000, Refused("fer2013.csv.*blank")),
    "blanks of another kind": (lambda: " \t\x0b\x0c\n" * 1000, Stored(GOOD)),
    "a line of 5 MB": (lambda: "1 " * 2_500_000, Stored(GOOD, {"E_COLUMNS": 1})),
    "a line of 40 MB": (lambda: "1 " * 20_000_000, Stored(GOOD, {"E_COLUMNS": 1})),
    "a line of 30 MB without blanks": (lambda: "1" * 30_000_000, Stored(GOOD, {"E_COLUMNS": 1})),
    "a row behind 4 MB of blanks": (
        lambda: " " * 4_000_000 + FULL,
        Stored(GOOD, {"E_COLUMNS": 1}),
    ),
    "a row behind 3 MB of blanks": (lambda: " " * 3_000_000 + FULL, Stored(GOOD + 1)),
    "pixels of 3 MB": (lambda: f"3,{'1 ' * 1_500_000},Training", Stored(GOOD, {"E_PIXCOUNT": 1})),
    "a label of 3 MB": (lambda: FULL.replace("3", "9" * 3_000_000, 1),
                        Stored(GOOD, {"E_LABEL": 1})),
    "5,000 junk lines": (lambda: "junk\n" * 5000, Stored(GOOD, {"E_COLUMNS": 5000})),
    "200,000 junk lines": (lambda: "junk\n" * 200_000, Refused("fer2013.csv.*cannot be read")),
    "200,000 lines of words": (lambda: "a,b,c\n" * 200_000, Refused("fer2013.csv")),
    "200,000 empty cells": (lambda: ",,\n" * 200_000, Refused("fer2013.csv.*cannot be read")),
    "1,000,000 NUL bytes": (lambda: "\0" * 1_000_000, Stored(GOOD, {"E_COLUMNS": 1})),
    "a comment": (lambda: "# nothing", Stored(GOOD, {"E_COLUMNS": 1})),
}  # fmt: skip
"""Lines among the good rows, before the last."""


def _bytes(text: str) -> bytes:
    return text.encode()


ENCODINGS: Mapping[str, tuple[Callable[[str], bytes], Expected]] = {
    "with a mark": (lambda text: text.encode("utf-8-sig"), Stored(GOOD)),
    "UTF-16": (lambda text: text.encode("utf-16"), Refused("UTF-16")),
    "UTF-16, big end first": (lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
                              Refused("UTF-16")),
    "UTF-16 without mark": (lambda text: text.encode("utf-16-le"), Refused("csv")),
    "UTF-32": (lambda text: text.encode("utf-32"), Refused("csv")),
    "carriage returns": (lambda text: _bytes(text.replace("\n", "\r")), Stored(GOOD)),
    "both": (lambda text: _bytes(text.replace("\n", "\r\n")), Stored(GOOD)),
    "line feeds, then returns": (lambda text: _bytes(text.replace("\n", "\n\r")), Stored(GOOD)),
    "semicolons": (lambda text: _bytes(text.replace(",", ";")), Stored(GOOD)),
    "tabs": (lambda text: _bytes(text.replace(",", "\t")), Stored(GOOD)),
    "bars": (lambda text: _bytes(text.replace(",", "|")), Refused("csv")),
    "no delimiters": (lambda text: _bytes(text.replace(",", " ")), Refused("csv")),
    "one line": (lambda text: _bytes(text.replace("\n", " ")), Refused("csv")),
    "gzip by another name": (lambda text: gzip.compress(_bytes(text)), Refused("csv")),
    "empty": (lambda _: b"", Refused("csv")),
    "a line feed": (lambda _: b"\n", Refused("csv")),
    "blanks": (lambda _: b" " * 100_000, Refused("csv")),
    "a header": (lambda text: _bytes(text.partition("\n")[0]), Refused("csv")),
    "NUL bytes": (lambda _: b"\0" * 1_000_000, Refused("csv")),
    "all bytes": (lambda _: bytes(range(256)) * 1000, Refused("csv")),
    "quotes": (lambda _: b'"' * 1_000_000, Refused("csv")),
    "commas": (lambda _: b"," * 1_000_000, Refused("csv")),
    "digits": (lambda _: b"7" * 30_000_000, Refused("csv")),
    "a web page": (lambda _: b"<!DOCTYPE html><html>", Refused("csv")),
    "a Git LFS pointer": (lambda _: b"version https://git-lfs.github.com/spec/v1\noid",
                          Refused("csv")),
}  # fmt: skip
"""The whole of a table in other bytes."""

PACKED: Mapping[str, tuple[Callable[[bytes], bytes], Expected]] = {
    "whole": (gzip.compress, Stored(GOOD)),
    "twice over": (lambda text: gzip.compress(text) + gzip.compress(b""), Stored(GOOD)),
    "cut in half": (lambda text: gzip.compress(text)[:2000], Refused("fer2013.csv.gz")),
    "cut at its end": (lambda text: gzip.compress(text)[:-4], Refused("fer2013.csv.gz")),
    "a wrong checksum": (lambda text: gzip.compress(text)[:-8] + bytes(8),
                         Refused("fer2013.csv.gz")),
    "junk behind": (lambda text: gzip.compress(text) + b"junk" * 100, Refused("fer2013.csv.gz")),
    "a header alone": (lambda text: gzip.compress(text)[:10], Refused("fer2013.csv.gz")),
    "another method": (lambda text: b"\x1f\x8b\x07" + gzip.compress(text)[3:],
                       Refused("fer2013.csv.gz")),
    "text": (lambda text: text, Stored(GOOD)),
    "bzip2": (bz2.compress, Refused("fer2013.csv.gz")),
    "xz": (lzma.compress, Refused("fer2013.csv.gz")),
    "packed twice": (lambda text: gzip.compress(gzip.compress(text)), Refused("fer2013.csv.gz")),
    "30 GB of blank lines": (lambda text: gzip.compress(text) + _many(b"\n" * 10_000_000, 3000),
                             Refused("fer2013.csv.gz")),
    "30 GB of digits": (lambda text: gzip.compress(text) + _many(b"1 " * 5_000_000, 3000),
                        Refused("fer2013.csv.gz")),
    "30 GB of rows": (lambda text: gzip.compress(text) + _many(b"1,2,x\n" * 2_000_000, 3000),
                      Refused("fer2013.csv.gz")),
}  # fmt: skip
"""A table as ``fer2013.csv.gz``."""


def _many(block: bytes, times: int) -> bytes:
    """A gzip stream of a block many times over, whose members are made once."""
    return gzip.compress(block) * times


def cases() -> Iterator[Case]:
    """Every fault of a whole table, for tables with and without a header."""
    for what, (end, expected) in ENDS.items():
        yield _case(f"end: {what}", partial(_bytes, PLAIN + end), expected)
        yield _case(f"end, no header: {what}", partial(_bytes, BARE + end), expected, "mine.csv")
    for header, expected in HEADERS.items():
        text = "\n".join([header, *ROWS]) + "\n"
        yield _case(f"header {header[:40]!r}", partial(_bytes, text), expected)
    for what, (lines, expected) in QUOTES.items():
        yield _case(f"quotes: {what}", partial(_bytes, _among(lines)), expected)
        at_end = partial(_bytes, f"{PLAIN}{lines}")
        yield _case(f"quotes at the end: {what}", at_end, _cut(expected, lines))
    for what, (make, expected) in LINES.items():
        yield _case(f"lines: {what}", partial(_made_among, make), expected)
    for what, (encode, expected) in ENCODINGS.items():
        yield _case(f"fer2013.csv in {what}", partial(encode, PLAIN), expected)
        yield _case(f"mine.csv in {what}", partial(encode, OWN), expected, "mine.csv")
    for what, (pack, expected) in PACKED.items():
        content = partial(pack, PLAIN.encode())
        yield _case(f"packed: {what}", content, expected, "fer2013.csv.gz")


def _case(
    name: str, content: Callable[[], bytes], expected: Expected, file: str = "fer2013.csv"
) -> Case:
    def make(folder: Path) -> None:
        (folder / file).write_bytes(content())

    options = ("--image-size", str(SIDE))
    return path_case(KIND, name, make, expected, file, *options)


def _made_among(make: Callable[[], str]) -> bytes:
    return _among(make()).encode()


def _among(lines: str) -> str:
    """The good rows with other lines before the last."""
    return "\n".join([HEADER, *ROWS[:-1], lines, ROWS[-1]]) + "\n"


def _cut(expected: Expected, lines: str) -> Expected:
    """The same where nothing follows: a line that is not ended breaks off."""
    if not isinstance(expected, Stored) or lines.endswith("\n") or not expected.rejects:
        return expected
    return Stored(expected.added, {"E_TRUNCATED": 1})
