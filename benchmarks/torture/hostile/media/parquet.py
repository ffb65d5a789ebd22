"""Parquet of pictures with labels: rows that are none, files that are damaged, shards that lack."""

import io
import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.torture.hostile.case import Case, Expected, Refused, Stored, ingest
from benchmarks.torture.hostile.inputs import (
    content_of,
    draw,
    encode,
    one_file,
    path_case,
    planted,
)

KIND = "parquet"
ROWS = 6
NAMES = ("happy", "sad")
FILE = "faces.parquet"
NO = Refused(r"faces\.parquet")

PICTURES: Mapping[str, tuple[Any, str]] = {
    "no bytes": ({"bytes": None, "path": None}, "E_MISSING"),
    "a path alone": ({"bytes": None, "path": "/etc/hosts"}, "E_MISSING"),
    "empty bytes": ({"bytes": b"", "path": "a.png"}, "E_MISSING"),
    "text": ({"bytes": b"no picture", "path": ""}, "E_DECODE"),
    "a picture cut off": ({"bytes": encode(draw(9))[:200], "path": ""}, "E_DECODE"),
    "junk": ({"bytes": draw(3, (5000,)).tobytes(), "path": ""}, "E_DECODE"),
    "NUL bytes": ({"bytes": bytes(5000), "path": ""}, "E_DECODE"),
    "a small picture": ({"bytes": encode(draw(9, (4, 4))), "path": ""}, "E_SIZE"),
    "20 MB of nothing": ({"bytes": bytes(20_000_000), "path": ""}, "E_DECODE"),
    "a path that leads out": ({"bytes": content_of(9), "path": "../../x.png"}, ""),
    "nothing at all": (None, "E_MISSING"),
}
"""The seventh picture."""

LABELS: Mapping[str, tuple[Any, str]] = {
    "none": (None, "E_LABEL"),
    "negative": (-1, "E_LABEL"),
    "99": (99, "E_LABEL"),
    "2^62": (2**62, "E_LABEL"),
}
WORDS: Mapping[str, tuple[Any, str]] = {
    "none": (None, "E_LABEL"),
    "empty": ("", "E_LABEL"),
    "unknown": ("delighted-ish", "E_LABEL"),
    "two": ("happy sad", "E_LABEL"),
    "a NUL": ("\0", "E_LABEL"),
    "100,000 letters": ("x" * 100_000, "E_LABEL"),
    "another case": ("HAPPY", ""),
}
"""The seventh label, as a code with names and as a word."""

TEXTS: Mapping[str, tuple[Any, str]] = {
    "too few": ("1 2 3", "E_DECODE"),
    "no square": ("7 " * 250, "E_DECODE"),
    "256": ("256 " + "7 " * 255, "E_DECODE"),
    "negative": ("-1 " + "7 " * 255, "E_DECODE"),
    "nan": ("nan " + "7 " * 255, "E_DECODE"),
    "a word": ("red " + "7 " * 255, "E_DECODE"),
    "empty": ("", "E_MISSING"),
    "none": (None, "E_MISSING"),
    "blanks": (" " * 500, "E_DECODE"),
}
LISTS: Mapping[str, tuple[Any, str]] = {
    "too few": ([1, 2, 3], "E_DECODE"),
    "no square": ([7] * 250, "E_DECODE"),
    "256": ([256] + [7] * 255, "E_DECODE"),
    "negative": ([-1] + [7] * 255, "E_DECODE"),
    "a gap": ([None] + [7] * 255, "E_DECODE"),
    "empty": ([], "E_MISSING"),
    "none": (None, "E_MISSING"),
}
"""The seventh picture of a column ``pixels`` of texts or lists."""


def cases() -> Iterator[Case]:
    """Every fault of a row, a file or a folder of shards; none without PyArrow."""
    if find_spec("pyarrow") is None:
        return
    for what, (picture, code) in PICTURES.items():
        yield _row(f"picture of {what}", {"image": [*_images(), picture]}, code)
    for what, (label, code) in LABELS.items():
        yield _row(f"code {what}", {"label": [*(n % 2 for n in range(ROWS)), label]}, code)
    for what, (word, code) in WORDS.items():
        yield _row(f"word {what}", {"label": [*_words(ROWS), word]}, code)
    for what, (text, code) in TEXTS.items():
        good = [" ".join(map(str, draw(n, (256,)))) for n in range(ROWS)]
        columns = {"image": None, "pixels": [*good, text], "label": _words(ROWS + 1)}
        yield _row(f"pixels in text: {what}", columns, code)
    for what, (values, code) in LISTS.items():
        rows = [draw(n, (256,)).tolist() for n in range(ROWS)]
        columns = {"image": None, "pixels": [*rows, values], "label": _words(ROWS + 1)}
        yield _row(f"pixels in a list: {what}", columns, code)
    for what, (make, expected) in FILES.items():
        yield path_case(KIND, f"file: {what}", _maker(make), expected, FILE)
    for share in (0.01, 0.1, 0.5, 0.9, 0.99):
        yield path_case(KIND, f"{share:.0%} of it", _maker(partial(_cut, share)), NO, FILE)
    for place in range(7, 12):
        made = _maker(partial(_zeroed, place / 12))
        yield path_case(KIND, f"40 zeros at {place}/12", made, NO, FILE)
    yield from _shards()


def _images(count: int = ROWS) -> list[Any]:
    return [{"bytes": content_of(n), "path": f"{n}.png"} for n in range(count)]


def _words(count: int) -> list[Any]:
    return [NAMES[n % 2] for n in range(count)]


def table(columns: Mapping[str, Any], names: bool = True, **options: Any) -> bytes:
    """A Parquet file of columns, with the names of the codes as Hugging Face writes them."""
    arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    made = arrow.table(dict(columns))
    if names:
        feature = {"names": list(NAMES), "_type": "ClassLabel"}
        told = {"info": {"features": {"label": feature, "image": {"_type": "Image"}}}}
        made = made.replace_schema_metadata({"huggingface": json.dumps(told)})
    buffer = io.BytesIO()
    parquet.write_table(made, buffer, **options)
    return buffer.getvalue()


def _whole(count: int = ROWS, **options: Any) -> bytes:
    return table({"image": _images(count), "label": [n % 2 for n in range(count)]}, **options)


def _row(name: str, changed: Mapping[str, Any], code: str) -> Case:
    """A table of seven rows, in which some columns are others (None: not there)."""
    columns = {"image": _images(ROWS + 1), "label": [n % 2 for n in range(ROWS + 1)], **changed}
    kept = {key: values for key, values in columns.items() if values is not None}
    coded = not isinstance(columns["label"][0], str)
    expected = Stored(ROWS, {code: 1}) if code else Stored(ROWS + 1)
    return path_case(KIND, name, _maker(partial(table, kept, coded)), expected, FILE)


def _maker(make: Callable[[], bytes]) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        (folder / FILE).write_bytes(make())

    return write


def _cut(share: float) -> bytes:
    content = _whole()
    return content[: int(len(content) * share)]


def _zeroed(share: float) -> bytes:
    """The file with forty bytes of its footer or pages gone."""
    content = _whole(use_dictionary=False)
    (length,) = (int.from_bytes(content[-8:-4], "little"),)
    start = len(content) - 8 - length + int(share * (length - 40))
    return content[:start] + bytes(40) + content[start + 40 :]


def _repeated() -> bytes:
    """One picture of 3 MB, kept once, in 3,000 rows."""
    big = encode(draw(7, (1750, 1750)))
    images = [{"bytes": big, "path": ""}] * 3
    return table({"image": images, "label": [0, 1, 0]})


FILES: Mapping[str, tuple[Callable[[], bytes], Expected]] = {
    "whole": (_whole, Stored(ROWS)),
    "packed": (partial(_whole, compression="zstd"), Stored(ROWS)),
    "a row a group": (partial(_whole, row_group_size=1), Stored(ROWS)),
    "large pictures": (_repeated, Stored(3)),
    "no rows": (partial(_whole, 0), NO),
    "empty": (lambda: b"", NO),
    "text": (lambda: b"no Parquet", NO),
    "its first and last bytes alone": (lambda: b"PAR1PAR1", NO),
    "a footer of 4 GB": (lambda: b"PAR1" + bytes(99) + b"\xff\xff\xff\xffPAR1", NO),
    "a footer of 2 GB": (lambda: b"PAR1" + bytes(99) + b"\xff\xff\xff\x7fPAR1", NO),
    "a footer of nothing": (lambda: b"PAR1" + bytes(99) + b"\0\0\0\0PAR1", NO),
    "a footer of zeros": (lambda: b"PAR1" + bytes(99) + b"\x63\0\0\0PAR1", NO),
    "an encrypted footer": (lambda: _whole()[:-4] + b"PARE", NO),
    "junk behind it": (lambda: _whole() + b"junk", NO),
    "two columns of pictures": (
        lambda: table({"image": _images(), "face": _images(), "label": _words(ROWS)}, False), NO),
    "two columns of labels": (
        lambda: table({"image": _images(), "label": _words(ROWS), "emotion": _words(ROWS)},
                      False), NO),
    "no labels": (lambda: table({"image": _images()}), NO),
    "no pictures": (lambda: table({"label": _words(ROWS)}), NO),
    "codes without names": (
        lambda: table({"image": _images(), "label": [n % 2 for n in range(ROWS)]}, False),
        Refused("--label-map")),
    "all labels unknown": (
        lambda: table({"image": _images(), "label": [f"w{n}" for n in range(ROWS)]}, False), NO),
    "600 labels": (
        lambda: table({"image": _images(6) * 100, "label": [f"w{n}" for n in range(600)]},
                      False), NO),
    "no picture at all": (
        lambda: table({"image": [{"bytes": None, "path": ""}] * 2, "label": [0, 1]}), NO),
    "1,000 columns beside": (
        lambda: table({"image": _images(), "label": [n % 2 for n in range(ROWS)]}
                      | {f"c{n}": [n] * ROWS for n in range(1000)}), Stored(ROWS)),
    "pictures of numbers": (lambda: table({"image": [1, 2], "label": [0, 1]}), NO),
    "labels of fractions": (
        lambda: table({"image": _images(), "label": [0.5] * ROWS}), NO),
}  # fmt: skip
"""The whole of ``faces.parquet``."""


def _shards() -> Iterator[Case]:
    """Folders of shards, one of which is damaged, a copy, or not there."""
    first, second = "data/train-00000-of-00002.parquet", "data/train-00001-of-00002.parquet"
    rows: Mapping[str, tuple[Mapping[str, bytes], Expected]] = {
        "two": ({first: _whole(), second: _whole()}, Stored(2 * ROWS)),
        "one of two": ({first: _whole()}, Stored(ROWS)),
        "one damaged": ({first: _whole(), second: _cut(0.5)}, Refused("train-00001")),
        "one empty": ({first: _whole(), second: b""}, Refused("train-00001|in")),
        "one of two billion": (
            {"data/train-00000-of-99999.parquet": _whole()}, Stored(ROWS)),
        "one name twice": (
            {"a/train.parquet": _whole(), "b/train.parquet": _whole()}, Refused("same ids")),
    }  # fmt: skip
    for what, (files, expected) in rows.items():
        yield ingest(KIND, f"shards: {what}", planted(files), expected)
    many = {f"{n}.parquet": b"PAR1" for n in range(2000)}
    yield ingest(KIND, "shards: 2,000 damaged", planted(many), Refused(r"error: (in\b|\d+\.p)"))
    named = one_file("faces.csv", _whole())
    yield path_case(KIND, "named .csv", named, Refused(r"faces\.csv"), "faces.csv")
