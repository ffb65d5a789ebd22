"""Lists of pictures, wrong in one row or as a whole, in every format that is read."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.torture.hostile.case import Case, Expected, Make, Stored, ingest
from benchmarks.torture.hostile.inputs import Content, draw, encode, plant

KIND = "lists"

WORDS = ("happy", "sad", "angry", "fear", "disgust", "neutral")
GOOD = len(WORDS)
BESIDE: Mapping[str, Content] = {
    **{f"{name}.png": number for number, name in enumerate("abcdef")},
    "g.png": 7,
    "empty.png": b"",
    "text.png": "no picture",
    "cut.png": encode(draw(8))[:200],
    "small.png": encode(draw(9, (4, 4))),
    "folder.png/x.txt": "",
}
"""The pictures of a list, and files that are none."""

LINKS: Mapping[str, str] = {
    "out.png": "../outside.png",
    "zero.png": "/dev/zero",
    "loop.png": "loop.png",
    "dangling.png": "absent.png",
}
"""Links beside them, and where they lead."""


@dataclass(frozen=True, slots=True)
class Format:
    """How a list is written: its file, its first line, a row of it."""

    file: str
    header: str
    row: Callable[[str, str], str]

    def text(self, end: str = "\n") -> str:
        """A list of the good pictures."""
        lines = [self.row(f"{n}.png", word) for n, word in zip("abcdef", WORDS, strict=True)]
        return "\n".join([*([self.header] * bool(self.header)), *lines]) + end


def _json(path: str, label: str) -> str:
    return json.dumps({"path": path, "label": label})


FORMATS: Mapping[str, Format] = {
    "commas": Format("labels.csv", "path,label", "{},{}".format),
    "semicolons": Format("labels.csv", "path;label", "{};{}".format),
    "tabs": Format("labels.tsv", "path\tlabel", "{}\t{}".format),
    "bars": Format("list.txt", "path|label", "{}|{}".format),
    "blanks": Format("list.txt", "path label", "{} {}".format),
    "blanks, no header": Format("list.lst", "", "{} {}".format),
    "no header": Format("labels.csv", "", "{},{}".format),
    "JSON": Format("metadata.jsonl", "", _json),
}

PATHS: Mapping[str, tuple[str, str]] = {
    "missing": ("missing.png", "E_MISSING"),
    "missing folder": ("more/a.png", "E_MISSING"),
    "absolute": ("/etc/hosts.png", "E_PATH"),
    "absolute, one name": ("/a.png", "E_PATH"),
    "up": ("../out.png", "E_PATH"),
    "up within": ("folder.png/../../out.png", "E_PATH"),
    "up and back": ("../in/a.png", "E_PATH"),
    "up, backslashes": ("..\\out.png", "E_PATH"),
    "a drive": ("C:\\out.png", "E_PATH"),
    "a share": ("\\\\host\\share\\out.png", "E_PATH"),
    "a web address": ("http://localhost/out.png", "E_PATH"),
    "a file address": ("file:///etc/hosts.png", "E_PATH"),
    "a link out": ("out.png", "E_PATH"),
    "a link to a device": ("zero.png", "E_PATH"),
    "a link to itself": ("loop.png", "E_MISSING"),
    "a link to nothing": ("dangling.png", "E_MISSING"),
    "a pipe": ("pipe.png", "E_MISSING"),
    "a folder": ("folder.png", "E_MISSING"),
    "an empty file": ("empty.png", "E_DECODE"),
    "a text": ("text.png", "E_DECODE"),
    "a picture cut off": ("cut.png", "E_DECODE"),
    "a small picture": ("small.png", "E_SIZE"),
    "a NUL byte": ("a\0.png", "E_PATH"),
    "300 letters": (f"{'x' * 300}.png", "E_MISSING"),
    "5,000 letters": (f"{'x' * 5000}.png", "E_PATH"),
    "200 folders": (f"{'x/' * 200}a.png", "E_MISSING"),
    "bytes": ("\udcff.png", "E_MISSING"),
    "a quote": ("it's.png", "E_MISSING"),
    "a shell": ("$(reboot).png", "E_MISSING"),
    "stars": ("*.png", "E_MISSING"),
    "the same as above": ("a.png", ""),
    "the same in capitals": ("A.PNG", ""),
    "the same by another way": ("./a.png", ""),
}
"""What a row may name, all of it ``happy``."""

LABELS: Mapping[str, tuple[str, str]] = {
    "unknown": ("delighted-ish", "E_LABEL"),
    "a number": ("3", "E_LABEL"),
    "a fraction": ("0.5", "E_LABEL"),
    "negative": ("-1", "E_LABEL"),
    "two names": ("happy+sad", "E_LABEL"),
    "nan": ("nan", "E_LABEL"),
    "NUL": ("\0", "E_LABEL"),
    "bytes": ("\udcff", "E_LABEL"),
    "5,000 letters": ("x" * 5000, "E_LABEL"),
    "markup": ("<b>", "E_LABEL"),
    "escapes": ("\x1b[31m", "E_LABEL"),
    "another case": ("HAPPY", ""),
}
"""Labels of a picture that no other row names."""

COLUMNS: Mapping[str, tuple[str, str]] = {
    "one cell": ("g.png", "E_COLUMNS"),
    "a cell too many": ("g.png{0}happy{0}x", "E_COLUMNS"),
    "a thousand cells": ("{0}x" * 1000, "E_COLUMNS"),
    "a word": ("junk", "E_COLUMNS"),
    "70,000 letters": ("x" * 70_000, "E_COLUMNS"),
    "4,100,000 letters": ("x" * 4_100_000, "E_COLUMNS"),
    "a NUL byte alone": ("\0", "E_COLUMNS"),
}
"""Rows with another number of cells, between which the delimiter stands."""

OBJECTS: Mapping[str, tuple[str, str]] = {
    "a list": ('["g.png", "happy"]', "E_COLUMNS"),
    "a number": ("7", "E_COLUMNS"),
    "null": ("null", "E_COLUMNS"),
    "no JSON": ("g.png,happy", "E_COLUMNS"),
    "an end missing": ('{"path": "g.png", "label": "happy"', "E_COLUMNS"),
    "a key twice": ('{"path": "g.png", "label": "happy", "label": "sad"}', "E_COLUMNS"),
    "a path twice": ('{"path": "g.png", "path": "a.png", "label": "happy"}', "E_COLUMNS"),
    "no label": ('{"path": "g.png"}', "E_LABEL"),
    "an empty label": ('{"path": "g.png", "label": ""}', "E_LABEL"),
    "a label of null": ('{"path": "g.png", "label": null}', "E_LABEL"),
    "a label of an object": ('{"path": "g.png", "label": {"is": "happy"}}', "E_LABEL"),
    "a label of a list": ('{"path": "g.png", "label": ["happy"]}', "E_LABEL"),
    "a label of true": ('{"path": "g.png", "label": true}', "E_LABEL"),
    "a label of NaN": ('{"path": "g.png", "label": NaN}', "E_LABEL"),
    "no path": ('{"label": "happy"}', "E_MISSING"),
    "a path of a number": ('{"path": 7, "label": "happy"}', "E_MISSING"),
    "a path of an object": ('{"path": {}, "label": "happy"}', "E_MISSING"),
    "half a character": ('{"path": "\\ud800.png", "label": "happy"}', "E_MISSING"),
    "half a character as label": ('{"path": "g.png", "label": "\\udfff"}', "E_LABEL"),
    "100,000 brackets": ("[" * 100_000, "E_COLUMNS"),
    "100,000 objects": ('{"a":' * 100_000, "E_COLUMNS"),
    "a number of 5,000 digits": (f'{{"path": "g.png", "label": {"9" * 5000}}}', "E_COLUMNS"),
    "a number of 1e999": ('{"path": "g.png", "label": 1e999}', "E_LABEL"),
    "a label of 1 MB": (f'{{"path": "g.png", "label": "{"x" * 1_000_000}"}}', "E_LABEL"),
    "100,000 keys": (
        json.dumps({"path": "g.png", "label": "happy"} | dict.fromkeys(map(str, range(100_000)))),
        "",
    ),
}
"""Lines of a list of JSON objects."""


def cases() -> Iterator[Case]:
    """Every fault of a row in every format; faults of whole lists are in ``list_files``."""
    for name, form in FORMATS.items():
        for what, (path, code) in PATHS.items():
            yield _case(f"{name}: {what}", form, form.row(path, "happy"), (GOOD, code))
        for what, (label, code) in LABELS.items():
            row = form.row("g.png", label)
            yield _case(f"{name}: label {what}", form, row, (GOOD + (not code), code))
        row = form.row("a.png", "sad")
        yield _case(f"{name}: another label", form, row, (GOOD, "E_CONFLICT"))
        if name == "JSON":
            continue
        delimiter = form.row("", "")
        for what, (row, code) in COLUMNS.items():
            yield _case(f"{name}: {what}", form, row.format(delimiter), (GOOD, code))
        cut = form.text(end="\ng.png")
        yield _whole(f"{name}: the end breaks off", form, cut, Stored(GOOD, {"E_TRUNCATED": 1}))
    form = FORMATS["JSON"]
    for what, (row, code) in OBJECTS.items():
        added = GOOD + (not code)
        yield _case(f"JSON: {what}", form, row, (added, code))
    cut = form.text(end='\n{"path": "g.png", "la')
    yield _whole("JSON: the end breaks off", form, cut, Stored(GOOD, {"E_TRUNCATED": 1}))


def _case(name: str, form: Format, row: str, ends: tuple[int, str]) -> Case:
    """A case of a list with one more row behind the others."""
    added, code = ends
    text = form.text(end=f"\n{row}\n")
    return _whole(name, form, text, Stored(added, {code: 1} if code else {}))


def _whole(name: str, form: Format, text: str, expected: Expected) -> Case:
    return ingest(KIND, name, list_maker({form.file: text}), expected)


def list_maker(lists: Mapping[str, Content]) -> Make:
    """A maker of lists with pictures and with what is none beside them."""

    def make(folder: Path) -> None:
        root = folder / "in"
        plant(root, {**BESIDE, **lists})
        plant(folder, {"outside.png": 11})
        os.mkfifo(root / "pipe.png")
        for link, target in LINKS.items():
            (root / link).symlink_to(target)

    return make
