"""Parts of a store as somebody with ill intent would write them, with every digest right."""

from collections.abc import Iterator, Mapping

import numpy as np

from benchmarks.torture.hostile.case import Case, Done, Expected, Refused
from benchmarks.torture.hostile.made import COMMANDS, part
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
from fercurate.domain.manifest import NUMBER_COLUMNS, TEXT_COLUMNS

_KIND = "stores"
_ARRAY, _VOTES, _FILES, _MEASURED = 1, 2, 3, 4
"""Numbers of the parts: pictures in an array, votes, pictures in files, measurements."""

_ALL = ("stats", "audit", "build", "ingest")
_PLACES = ("pool", "offset", "length")
"""Where pictures lie; what only counts does not read it."""

_HEIGHT, _WIDTH = "samples/height", "samples/width"
MANIFEST: Mapping[str, Change] = {
    "a height below 0": first(_HEIGHT, -48),
    "height 0": first(_HEIGHT, 0),
    "heights of 2^31-1": every(_HEIGHT, 2**31 - 1),
    "a width of 2^31-1": first(_WIDTH, 2**31 - 1),
    "both sides of 65,536": together(every(_HEIGHT, 65536), every(_WIDTH, 65536)),
    "an unknown expression": first("samples/expression", b"contemp"),
    "an expression of markup": first("samples/expression", b"<b>"),
    "an expression that is no UTF-8": first("samples/expression", b"\xff\xfe"),
    "an id twice": every("samples/id", b"fer2013:0000000"),
    "ids of 10^7 bytes": unwritten("samples/id", (98,), "S10000000"),
    "ids of 10^7 bytes, packed": packed("samples/id", (98,), "S10000000"),
    "ids of 2^31 bytes": unwritten("samples/id", (98,), f"S{2**31 - 1}"),
    "ids of 65,537 bytes": put("samples/id", np.array([b"a" * 65537] * 98)),
    "10^8 compressed ids": packed("samples/id", (10**8,), "S15"),
    "10^11 compressed rows": packed("samples/row", (10**11,), "i8"),
    "no samples": drop("samples"),
    "a samples dataset": together(drop("samples"), lambda f: f.create_dataset("samples", data=[1])),
    "another type": attribute("type", "fercurate-store"),
    "no type": attribute("type", None),
    "a type of numbers": attribute("type", [1, 2]),
    "a later version": attribute("format_version", 2),
    "no version": attribute("format_version", None),
    "a version of text": attribute("format_version", "one"),
    "a version of a list": attribute("format_version", [1, 1]),
}
"""Changes of part 1 that no command may take."""

REJECTS: Mapping[str, Change] = {
    "no rejects": drop("rejects"),
    "no lines of rejects": drop("rejects/line"),
    "fewer lines of rejects": put("rejects/line", np.arange(2)),
    "codes of 10^9 bytes": unwritten("rejects/code", (3,), "S1000000000"),
    "10^9 compressed messages": packed("rejects/message", (10**9,), "S87"),
    "origins of numbers": put("rejects/origin", np.arange(3)),
    "sources of objects": put("rejects/source", ["a", "b", "c"]),
    "lines of fractions": put("rejects/line", np.arange(3.0)),
}
"""Changes of part 1 that only those notice who read rejects."""

PIXELS: Mapping[str, Change] = {
    "a place below 0": first("samples/offset", -1),
    "a place beyond": first("samples/offset", 98),
    "a place of 2^63-1": first("samples/offset", 2**63 - 1),
    "two pictures for one": first("samples/length", 2),
    "no picture for one": first("samples/length", 0),
    "-2^63 pictures for one": first("samples/length", -(2**63)),
    "an unknown pool": first("samples/pool", b"images/9x9"),
    "a pool above": first("samples/pool", b"../x"),
    "a pool that is a column": first("samples/pool", b"samples/row"),
    "a pool that is a group": first("samples/pool", b"samples"),
    "no pool": first("samples/pool", b""),
    "an empty heap for a pool": first("samples/pool", b"heap"),
    "a size that is not the pool's": first(_HEIGHT, 47),
    "no pictures": drop("images"),
    "pictures of another shape": put("images/48x48", np.zeros((98, 9, 9), np.uint8)),
    "pictures of four channels": put("images/48x48", np.zeros((98, 48, 48, 4), np.uint8)),
    "pictures of 10^9 rows": unwritten("images/48x48", (10**9, 48, 48), "u1"),
}
"""Changes of part 1 that only those notice who look for pictures."""

HEAP: Mapping[str, Change] = {
    "a file beyond": first("samples/offset", 10**9),
    "a file below 0": first("samples/offset", -1),
    "a file too long": first("samples/length", 10**9),
    "a file of no bytes": first("samples/length", 0),
    "a file from its second byte": first("samples/offset", 1),
    "files of noise": put("heap", np.random.default_rng(3).integers(0, 256, 29040, np.uint8)),
    "a height of 47": first(_HEIGHT, 47),
    "a height of 8,000": first(_HEIGHT, 8000),
    "a pool of pictures": first("samples/pool", b"img"),
    "a heap of two dimensions": put("heap", np.zeros((29040, 1), np.uint8)),
    "a heap of numbers": put("heap", np.zeros(29040, np.int64)),
}
"""Changes of part 3, whose pictures are files in a heap."""

_ROWS = np.arange(98)
VOTES: Mapping[str, Change] = {
    "rows below 0": first("rows", -1),
    "rows outside": first("rows", 98 + 12),
    "rows of 2^63-1": every("rows", 2**63 - 1),
    "rows of int32": put("rows", _ROWS.astype(np.int32)),
    "rows of fractions": put("rows", _ROWS.astype(float)),
    "rows of text": put("rows", [b"1"] * 98),
    "fewer rows": put("rows", _ROWS[:9]),
    "rows of two dimensions": put("rows", _ROWS.reshape(1, -1)),
    "no rows": drop("rows"),
    "10^9 rows": together(
        packed("rows", (10**9,), "i8"), packed("columns/votes", (10**9, 10), "u1")
    ),
    "nine votes": put("columns/votes", np.zeros((98, 9), np.uint8)),
    "votes of int64": put("columns/votes", np.zeros((98, 10), np.int64)),
    "no columns": drop("columns"),
}
"""Changes of the part of votes."""

_METHODS = "measurements/thumbnail"
MEASURED: Mapping[str, Change] = {
    "rows below 0": first(f"{_METHODS}/rows", -1),
    "rows outside": first(f"{_METHODS}/rows", 110),
    "rows twice": every(f"{_METHODS}/rows", 5),
    "rows of int32": put(f"{_METHODS}/rows", np.arange(110, dtype=np.int32)),
    "infinite values": every(f"{_METHODS}/values", np.inf),
    "fewer columns": put(f"{_METHODS}/columns", [b"p000"]),
    "values of float64": put(f"{_METHODS}/values", np.zeros((110, 342))),
    "values without rows": put(f"{_METHODS}/values", np.zeros((9, 342), np.float32)),
    "10^10 values": packed(f"{_METHODS}/values", (10**8, 342), "f4"),
    "no measurements": drop("measurements"),
    "a method of numbers": lambda file: file[_METHODS].attrs.__setitem__("method", 7),
    "no method": lambda file: file[_METHODS].attrs.__delitem__("method"),
    "columns of objects": put(f"{_METHODS}/columns", ["a"] * 342),
}
"""Changes of the part of measurements."""

_TABLES = (
    ("part", _ARRAY, MANIFEST, _ALL),
    ("rejects", _ARRAY, REJECTS, ("stats", "build", "ingest")),
    ("pixels", _ARRAY, PIXELS, ("build",)),
    ("heap", _FILES, HEAP, ("build",)),
    ("votes", _VOTES, VOTES, ("build", "filter")),
    ("measurements", _MEASURED, MEASURED, ("audit",)),
)


def cases() -> Iterator[Case]:
    """Every change by every command that has to notice it."""
    for title, number, table, verbs in _TABLES:
        for name, change in table.items():
            for verb in verbs:
                yield _case(f"{title}: {name}, {verb}", number, change, verb)
    yield from _columns()
    for name, change in REJECTS.items():
        yield _case(f"rejects: {name}, audit, not read", _ARRAY, change, "audit", Done())
    for name, change in PIXELS.items():
        if name != "a size that is not the pool's":
            yield _case(f"pixels: {name}, stats, not read", _ARRAY, change, "stats", Done())


def _case(
    name: str, number: int, change: Change, verb: str, expected: Expected | None = None
) -> Case:
    refused = Refused(rf"error: .*({number:06d}\.h5|s\.h5|pics:)")
    return Case(_KIND, name, part(number, change), COMMANDS[verb], expected or refused)


def _columns() -> Iterator[Case]:
    """Every column of a part of samples, made in every wrong way."""
    turns = ("stats", "ingest", "build", "audit")
    for place, name in enumerate((*TEXT_COLUMNS, *NUMBER_COLUMNS, *_PLACES)):
        numbers = name in NUMBER_COLUMNS or name in ("offset", "length")
        for turn, (way, make) in enumerate((MADE | NUMBERS if numbers else MADE).items()):
            verb = "build" if name in _PLACES else turns[(place + turn) % len(turns)]
            yield _case(f"{name} {way}, {verb}", _ARRAY, remade(f"samples/{name}", make), verb)
