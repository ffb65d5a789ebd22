"""Heads of a store as somebody with ill intent would write and seal them."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import h5py
import numpy as np

from benchmarks.torture.hostile.case import Case, Done, Refused
from benchmarks.torture.hostile.made import COMMANDS, head
from benchmarks.torture.hostile.stored.changes import (
    MADE,
    NUMBERS,
    Change,
    attribute,
    drop,
    every,
    first,
    packed,
    put,
    remade,
    together,
    unwritten,
)

_KIND = "heads"
_REFUSED = Refused(r"error: \S*s\.h5")
_ALL = ("stats", "audit", "build", "ingest")

HEADS: Mapping[str, Change] = {
    "no type": attribute("type", None),
    "a part's type": attribute("type", "fercurate-part"),
    "type of numbers": attribute("type", [1, 2]),
    "a later version": attribute("format_version", 2),
    "version 2^63-1": attribute("format_version", 2**63 - 1),
    "no version": attribute("format_version", None),
    "version of text": attribute("format_version", "x"),
    "version of a list": attribute("format_version", [1, 1]),
    "version NaN": attribute("format_version", np.nan),
    "no generation": attribute("generation", None),
    "generation of text": attribute("generation", "x"),
    "generation of a list": attribute("generation", [1, 2]),
    "generation NaN": attribute("generation", np.nan),
    "no session": attribute("session", None),
    "no parts": drop("parts"),
    "no lineage": drop("lineage"),
    "a name above": first("parts/name", b"../../x.h5"),
    "an absolute name": every("parts/name", b"/etc/host"),
    "a name without a suffix": first("parts/name", b"000001"),
    "a name that is no UTF-8": first("parts/name", b"\xff\xfe"),
    "the name of no part": first("parts/name", b"000009.h5"),
    "a part twice": every("parts/name", b"000001.h5"),
    "an unknown kind": first("parts/kind", b"pixels"),
    "another kind": first("parts/kind", b"columns"),
    "rows below 0": first("parts/rows", -1),
    "too many rows": first("parts/rows", 99),
    "2^62 rows": first("parts/rows", 2**62),
    "2^63-1 rows": every("parts/rows", 2**63 - 1),
    "a row less": first("parts/rows", 97),
    "another size": first("parts/size", 7),
    "a size below 0": first("parts/size", -1),
    "pixels beyond the part": put("parts/pixels", [b"2048+999999999", b"", b"", b""]),
    "pixels below 0": put("parts/pixels", [b"-5+10", b"", b"", b""]),
    "pixels of -5 bytes": put("parts/pixels", [b"5+-5", b"", b"", b""]),
    "pixels in no order": put("parts/pixels", [b"900+5 800+5", b"", b"", b""]),
    "pixels of words": put("parts/pixels", [b"many", b"", b"", b""]),
    "pixels of 10^5 digits": put("parts/pixels", [b"1" * 65000 + b"+1", b"", b"", b""]),
    "pixels that are all of it": together(
        put("parts/pixels", [b"0+100", b"", b"", b""]), every("parts/columns_sha256", b"0" * 64)
    ),
    "10^9 names": unwritten("parts/name", (10**9,), "S9"),
    "10^9 names, packed": packed("parts/name", (10**9,), "S9"),
    "names of 10^7 bytes": unwritten("parts/name", (4,), "S10000000"),
    "10^9 lineage entries": unwritten("lineage", (10**9,), "S9"),
    "10^9 lineage entries, packed": packed("lineage", (10**9,), "S9"),
    "an entry of 17 MiB": unwritten("lineage", (1,), f"S{17 << 20}"),
    "an entry of 2^31 bytes": unwritten("lineage", (1,), f"S{2**31 - 1}"),
    "10^5 empty entries": put("lineage", np.zeros(10**5, "S1")),
}
"""Changes that every command has to notice."""

DIGESTS: Mapping[str, tuple[Change, tuple[str, ...]]] = {
    "another digest": (first("parts/sha256", b"0" * 64), ("audit", "build", "ingest")),
    "a digest that is none": (first("parts/sha256", b"x"), ("audit", "build", "ingest")),
    "digests of columns that are none": (every("parts/columns_sha256", b"x"), ("stats",)),
}
"""Changes that those notice who read all of a part, or only its columns."""

SOUND: Mapping[str, Change] = {
    "a dataset more": lambda file: file.create_dataset("more", data=[1, 2]),
    "a group more": lambda file: file.create_group("parts/more"),
    "an attribute more": attribute("more", "x"),
    "a comment": lambda file: file["parts"].attrs.__setitem__("comment", "x" * 1000),
    "generation 2^53": attribute("generation", 2**53),
}
"""Changes that change nothing."""

_ODD: Mapping[str, object] = {
    "null": None,
    "a list": [1],
    "a mapping": {"a": [1]},
    "true": True,
    "-1": -1,
    "a fraction": 1.5,
    "text": "x",
    "many digits": 10**4000,
}
_TEXTS = ("command", "source", "layout", "variant", "version", "time")
_COUNTS = ("records", "added", "unchanged", "rejected")

TEXTS: Mapping[str, bytes] = {
    "no JSON": b"{",
    "empty": b"",
    "a list": b"[]",
    "null": b"null",
    "a number": b"7",
    "text": b'"x"',
    "an empty mapping": b"{}",
    "deep": b"[" * 100_000,
    "deep and whole": b"[" * 100_000 + b"]" * 100_000,
    "not UTF-8": b"\xff\xfe{}",
    "UTF-16": "{}".encode("utf-16"),
    "a number of 10^5 digits": b'{"inputs": [], "records": ' + b"9" * 100_000 + b"}",
}
"""Lineage entries that are none."""


def _entry(name: str, value: object) -> Change:
    """Change a value of the last lineage entry; ... removes it."""

    def change(file: h5py.File) -> None:
        texts = [bytes(text) for text in file["lineage"][:]]
        last: dict[str, Any] = json.loads(texts[-1])
        last[name] = value
        if value is ...:
            del last[name]
        encoded = [*texts[:-1], json.dumps(last).encode()]
        put("lineage", np.array(encoded))(file)

    return change


def _lineage() -> Iterator[tuple[str, Change]]:
    for name in (*_TEXTS, *_COUNTS, "options", "inputs", "files"):
        for what, value in _ODD.items():
            fits = (name in _TEXTS and what == "text") or (
                name in ("options", "files") and what == "a mapping"
            )
            if not fits and not (name in _COUNTS and what == "many digits"):
                yield f"{name}: {what}", _entry(name, value)
    for name in (*_TEXTS, "inputs"):
        yield f"{name} missing", _entry(name, ...)
    yield "a key more", _entry("more", 1)
    yield "half a surrogate", _entry("source", "\ud800")
    yield "options of lists", _entry("options", {"reader": []})
    yield "inputs without names", _entry("inputs", [{"size": 1}])
    yield "inputs of numbers", _entry("inputs", [{"name": 1, "size": 1, "sha256": "x"}])
    yield "inputs of sizes below 0", _entry("inputs", [{"name": "a", "size": -1, "sha256": "x"}])
    yield "files of text", _entry("files", {"read": "x"})
    yield "files of folders", _entry("files", {"passed_over_groups": [1]})
    yield "files below 0", _entry("files", {"read": -1})


_READER = together(_entry("options", {"reader": "no such reader"}))


def cases() -> Iterator[Case]:
    """Every change of a head, by commands of every kind."""
    for name, change in HEADS.items():
        for verb in _ALL:
            yield Case(_KIND, f"{name}, {verb}", head(change), COMMANDS[verb], _REFUSED)
    for name, (change, verbs) in DIGESTS.items():
        for verb in verbs:
            yield Case(_KIND, f"{name}, {verb}", head(change), COMMANDS[verb], _REFUSED)
    for name, change in SOUND.items():
        for verb in _ALL:
            yield Case(_KIND, f"{name}, {verb}", head(change), COMMANDS[verb], Done())
    for turn, (name, change) in enumerate(_lineage()):
        verb = _ALL[turn % len(_ALL)]
        yield Case(_KIND, f"entry, {name}, {verb}", head(change), COMMANDS[verb], _REFUSED)
    for name, text in TEXTS.items():
        change = put("lineage", np.array([text or b"\0"]))
        yield Case(_KIND, f"entry, {name}, stats", head(change), COMMANDS["stats"], _REFUSED)
    for verb in _ALL:
        make = head(_READER)
        yield Case(_KIND, f"an unknown reader, {verb}", make, COMMANDS[verb], Done())
    yield from _tables()


def _tables() -> Iterator[Case]:
    for name in ("name", "kind", "sha256", "rows", "size", "columns_sha256", "pixels"):
        ways = MADE | NUMBERS if name in ("rows", "size") else MADE
        for turn, (way, make) in enumerate(ways.items()):
            verb = _ALL[turn % len(_ALL)]
            change = remade(f"parts/{name}", make)
            missing = way == "missing" and name == "columns_sha256"
            expected = Done() if missing else _REFUSED
            yield Case(_KIND, f"parts/{name} {way}, {verb}", head(change), COMMANDS[verb], expected)
