"""Text: columns as fixed-length UTF-8 bytes where they are kept, and words for messages."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

import numpy as np
from numpy.typing import NDArray

Encoded = NDArray[np.bytes_]
"""Text (N,) as fixed-length UTF-8, padded with NUL bytes."""


def encode_text(values: Iterable[str]) -> Encoded:
    """Return text (N,) as fixed-length UTF-8; undecodable bytes of file names survive.

    Halves of surrogate pairs, which no text has, become U+FFFD.
    """
    return np.array([_encoded(value) for value in values], dtype=np.bytes_)


def _encoded(value: str) -> bytes:
    try:
        return value.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return whole_text(value).encode("utf-8", "surrogateescape")


def whole_text(value: str) -> str:
    """Return a text with U+FFFD for halves of surrogate pairs, which JSON may hold."""
    return _HALVES.sub("\ufffd", value)


_HALVES = re.compile("[\ud800-\udc7f\udd00-\udfff]")


def is_written_text(values: NDArray[Any]) -> bool:
    """Whether an array of text (``U``) holds characters only: Python crashes on other numbers.

    Arrays of other types do.
    """
    if values.dtype.kind != "U" or not values.size or not values.dtype.itemsize:
        return True
    points = np.ascontiguousarray(values).view(values.dtype.byteorder + "u4")
    return bool(((points < 0xD800) | ((points > 0xDFFF) & (points <= 0x10FFFF))).all())


def decode_text(encoded: Encoded) -> NDArray[np.object_]:
    """Return text (N,) as ``str`` objects; equal values share one object."""
    values, inverse = np.unique(encoded, return_inverse=True)
    if not len(values):
        return np.empty(0, dtype=object)
    texts = [value.decode("utf-8", "surrogateescape") for value in values]
    return np.array(texts, dtype=object)[inverse]


def text_counts(encoded: Encoded) -> dict[str, int]:
    """How often each text of (N,) occurs, in the order of the texts."""
    values, counts = np.unique(encoded, return_counts=True)
    return dict(zip(decode_text(values).tolist(), counts.tolist(), strict=True))


def text_pair_counts(outer: Encoded, inner: Encoded) -> dict[str, dict[str, int]]:
    """How often each text of (N,) occurs with each one of another (N,), both in their order."""
    values, codes = np.unique(outer, return_inverse=True)
    order = np.argsort(codes, kind="stable")
    parts = np.split(inner[order], np.cumsum(np.bincount(codes))[:-1])
    return dict(zip(decode_text(values).tolist(), map(text_counts, parts), strict=False))


def text_rows(encoded: Encoded, wanted: Iterable[str]) -> NDArray[np.int64]:
    """The first row (M,) of each wanted text in a column (N,), -1 for those that are not there."""
    sought = encode_text(wanted)
    if not len(encoded) or not len(sought):
        return np.full(len(sought), -1, dtype=np.int64)
    order = np.argsort(encoded, kind="stable")
    places = np.searchsorted(encoded, sought, sorter=order)
    rows = order[np.minimum(places, len(encoded) - 1)].astype(np.int64)
    return np.where(encoded[rows] == sought, rows, -1)


def text_hashes(encoded: Encoded) -> NDArray[np.uint64]:
    """A number (N,) for each text: equal texts have equal numbers, whatever the column's width."""
    words = -(-encoded.dtype.itemsize // 8)
    padded = encoded.astype(f"S{words * 8}").view(np.uint64).reshape(len(encoded), words)
    mixed = np.zeros(len(encoded), dtype=np.uint64)
    for column in padded.T:
        grown = (mixed ^ column) * np.uint64(0x9E3779B97F4A7C15)
        grown ^= grown >> np.uint64(29)
        mixed = np.where(column != 0, grown, mixed)
    return mixed


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return `` (did you mean 'x'?)`` for the nearest known name, or the empty text."""
    folded = {one.casefold(): one for one in known}
    near = get_close_matches(name.casefold(), folded, n=1, cutoff=0.6)
    return f" (did you mean {folded[near[0]]!r}?)" if near else ""


def plural(count: int, noun: str) -> str:
    """A count with its noun: ``1 folder``, ``2 folders``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
