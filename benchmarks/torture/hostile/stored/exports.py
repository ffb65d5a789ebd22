"""What the HDF5 files of an export say of themselves, wrong in every way, with no lock to tell."""

from collections.abc import Iterator, Mapping
from itertools import cycle

import h5py
import numpy as np

from benchmarks.torture.hostile.case import Case, Done, Refused
from benchmarks.torture.hostile.made import EXPORT, LEGACY, exported, unlocked
from benchmarks.torture.hostile.stored.changes import (
    MADE,
    NUMBERS,
    attribute,
    every,
    first,
    packed,
    remade,
    unwritten,
)

_KIND = "exports"
_STATS = ("stats", EXPORT)
_AUDIT = ("audit", EXPORT, "--max-leak", "1")
_REFUSED = Refused(r"error: \S*train\.h5")
_CLASSES = ["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"]
_NO_NUMBERS = {
    "missing": None,
    "text": "x",
    "texts": ["a", "b"],
    "NaN": [np.nan],
    "infinite": [np.inf],
    "below 0": [-1.0],
    "two": [0.5, 0.5],
    "of two dimensions": [[0.5]],
    "complex": np.array([1j]),
    "empty": h5py.Empty("f8"),
    "a compound": np.zeros(1, [("a", "f8")]),
}
_NO_TEXT = {
    "a number": 7,
    "a list": ["a", "b"],
    "empty": h5py.Empty("f8"),
    "a compound": np.zeros(1, [("a", "f8")]),
    "long": "a" * 60_001,
    "bytes": np.void(b"\x00\xff"),
}
_NO_NAME = _NO_TEXT | {
    "markup": "<b>x</b>",
    "escapes": "a\x1b[31m",
    "two lines": "a\nb",
    "quotes": "a'b\"c",
    "101 letters": "a" * 101,
    "a path": "../../x",
}
_NO_JSON = _NO_TEXT | {
    "half": "{",
    "null": "null",
    "a number in JSON": "7",
    "deep": "[" * 30_000,
    "deep and whole": "[" * 29_000 + "]" * 29_000,
    "not JSON": "{'a': 1}",
}
_NO_NAMES = {
    "missing": None,
    "a text": "angry",
    "numbers": np.arange(7),
    "no names": h5py.Empty("S1"),
    "one twice": ["a", "a", *_CLASSES[2:]],
    "too few": ["a", "b"],
    "markup": ["<script>", *_CLASSES[1:]],
    "escapes": ["a\x1b[31m", *_CLASSES[1:]],
    "two lines": ["a\nb", *_CLASSES[1:]],
    "an empty one": ["", *_CLASSES[1:]],
    "long": ["a" * 1000, *_CLASSES[1:]],
    "1001 of them": [f"c{number}" for number in range(1001)],
    "of two dimensions": [_CLASSES],
    "a compound": np.zeros(7, [("a", "S3")]),
    "right to left": ["\u202eabc", *_CLASSES[1:]],
}
ATTRIBUTES: Mapping[str, Mapping[str, object]] = {
    "type": {"missing": None, "another": "other", "numbers": [1, 2], "a store": "fercurate-store"}
    | _NO_TEXT,
    "format_version": {
        "missing": None,
        "text": "1",
        "later": 99,
        "zero": 0,
        "below zero": -1,
        "a fraction": 1.5,
        "a list": [1, 1],
        "NaN": np.nan,
        "empty": h5py.Empty("i8"),
        "large": np.uint64(2**64 - 1),
    },
    "class_names": _NO_NAMES,
    "class_weights": _NO_NUMBERS,
    "mean": _NO_NUMBERS,
    "std": _NO_NUMBERS,
    "splits": {
        "missing": None,
        "a text": "train",
        "numbers": [1, 2],
        "outside": ["../train"],
        "unknown": ["all"],
        "twice": ["train", "train"],
        "many": ["train"] * 100,
        "another": ["val"],
        "more than there are": ["train", "val"],
    },
    "layout": {"missing": None, "unknown": "other", "legacy": "legacy"} | _NO_TEXT,
    "recipe": _NO_NAME,
    "scheme": _NO_NAME,
    "recipe_sha256": _NO_TEXT,
    "class_weighting": _NO_TEXT,
    "online_augmentation": _NO_JSON | {"a list in JSON": "[]"},
    "normalize": _NO_JSON | {"a mapping": "{}"},
}
"""Wrong values of each attribute."""

_READ = ("images", "labels", "sample_id", "source", "subject", "sequence", "op")
_PARENTS = ("parent_a", "parent_b")
_UNREAD = ("votes",)

VALUES = {
    "label below 0": first("labels", -1),
    "label above all": first("labels", 7),
    "label 2^63-1": first("labels", 2**63 - 1),
    "labels -2^63": every("labels", -(2**63)),
    "wide texts": unwritten("op", (152,), "S100000000"),
    "10^11 labels": packed("labels", (10**11,), "i8"),
    "pictures of 10^5 sides": packed("images", (152, 10**5, 10**5), "u1"),
    "pictures without rows": unwritten("images", (0, 48, 48), "u1"),
    "pictures of four channels": unwritten("images", (152, 48, 48, 4), "u1"),
    "pictures of 2 TB": unwritten("images", (10**9, 48, 48), "u1"),
}
"""Values that no build writes."""


def cases() -> Iterator[Case]:
    """Every attribute and dataset in every wrong way, by the commands in turn."""
    turns = cycle((("stats", _STATS), ("audit", _AUDIT)))
    for name, values in ATTRIBUTES.items():
        for what, value in values.items():
            verb, command = next(turns)
            make = unlocked("train.h5", attribute(name, value))
            refused = Refused(r"error: o") if name == "splits" else _REFUSED
            yield Case(_KIND, f"{name}: {what}, {verb}", make, command, refused)
    for name in (*_READ, *_PARENTS):
        ways = MADE if name not in ("images", "labels") else {**MADE, **NUMBERS}
        for what, way in ways.items():
            verb, command = next(turns)
            make = unlocked("train.h5", remade(name, way))
            yield Case(_KIND, f"{name} {what}, {verb}", make, command, _REFUSED)
    for what, way in MADE.items():
        make, left_out = unlocked("train.h5", remade("mix", way)), what == "missing"
        yield Case(_KIND, f"mix {what}", make, _STATS, Done() if left_out else _REFUSED)
    for name in _UNREAD:
        for what, way in MADE.items():
            make = unlocked("train.h5", remade(name, way))
            yield Case(_KIND, f"{name} {what}, not read", make, _STATS, Done())
    for what, change in VALUES.items():
        for verb, command in (("stats", _STATS), ("audit", _AUDIT)):
            make = unlocked("train.h5", change)
            yield Case(_KIND, f"{what}, {verb}", make, command, _REFUSED)
    yield from _legacy_cases()


def _legacy_cases() -> Iterator[Case]:
    whole = exported(lambda _: None, LEGACY)
    for command in (("stats", LEGACY), ("audit", LEGACY, "--max-leak", "1")):
        yield Case(_KIND, f"legacy, {command[0]}", whole, command, Done())
    refused = Refused(r"error: \S*data\.h5")
    for name in ("Training_pixel", "PublicTest_label", "PrivateTest_op"):
        for what, way in MADE.items():
            make = unlocked("data.h5", remade(name, way), LEGACY)
            yield Case(_KIND, f"{name} {what}, stats", make, ("stats", LEGACY), refused)
