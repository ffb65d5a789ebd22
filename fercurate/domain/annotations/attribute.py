"""Attributes of people in pictures, as a corpus or a table gives them: gender, age, and the like.

They are never guessed from a picture. A value is short text; a sample without one has "".
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from unicodedata import category

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.measurement import Measurements
from fercurate.domain.text import Encoded, decode_text, encode_text

ATTRIBUTE_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
"""What the name of an attribute looks like."""

MOST_BYTES = 24
"""Bytes of a value in UTF-8, at most."""

KIND_PREFIX = "attribute."
"""What kinds of measurements begin with that are attributes; the name follows."""

METHOD = "text-1"
"""How a value is kept: three bytes a column, the first one highest, NUL bytes behind the last."""

_HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Categories of characters that steer a terminal, turn what follows, or end a line of a table."""

_BYTES_A_COLUMN = 3
_COLUMNS = tuple(f"b{place}" for place in range(0, MOST_BYTES, _BYTES_A_COLUMN))
_COLUMN = np.dtype(">u4")
"""A column's bytes as a number, behind one that is always 0."""


@dataclass(frozen=True)
class Attribute:
    """One attribute of N samples: its name, and a value (N,) of each as fixed-length UTF-8."""

    name: str
    values: Encoded

    @property
    def text(self) -> NDArray[np.object_]:
        """The values (N,) as ``str``; "" where there is none."""
        return decode_text(self.values)

    @property
    def known(self) -> NDArray[np.bool_]:
        """Mask (N,) of the samples that have a value."""
        return np.asarray(self.values != b"")

    def content_name(self, ids: Encoded) -> str:
        """A name that changes with the values: ``attribute.age-0123456789abcdef``.

        ``ids`` (N,) are those of the samples; their order does not count.
        """
        told = np.flatnonzero(self.known)
        order = told[np.argsort(ids[told])]
        digest = hashlib.sha256(self.name.encode())
        for sample_id, value in zip(ids[order].tolist(), self.values[order].tolist(), strict=True):
            digest.update(b"\0" + sample_id + b"\0" + value)
        return f"{KIND_PREFIX}{self.name}-{digest.hexdigest()[:16]}"


def ordered_values(values: Iterable[str]) -> list[str]:
    """Values in the order in which people read them: ``4-19`` before ``20-39``; "" last."""
    return sorted(values, key=lambda value: (not value, *_pieces(value), value))


def _pieces(value: str) -> Iterator[str]:
    """The runs of digits and of other characters, digits with zeros before them."""
    for piece in re.findall(r"\d+|\D+", value.casefold()):
        yield piece.zfill(MOST_BYTES) if piece.isdecimal() else piece


def value_fault(value: str) -> str:
    """What is wrong with a value; "" if nothing is."""
    if _HIDDEN.intersection(map(category, value)):
        return f"{value[:40]!r} has characters that cannot be printed"
    if value != value.strip():
        return f"{value[:40]!r} begins or ends with a blank"
    if len(value.encode("utf-8", "replace")) > MOST_BYTES:
        return f"{value[:40]!r} is longer than {MOST_BYTES} bytes"
    return ""


def attribute_measurements(
    name: str, rows: NDArray[np.int64], values: Sequence[str]
) -> Measurements:
    """Values (M,) of some samples as a store keeps them: numbers (M, 8) float32.

    ``rows`` (M,) are those of the manifest. What ``value_fault`` calls too long is cut.
    """
    texts = encode_text(values).astype(f"S{MOST_BYTES}")
    padded = np.zeros((len(values), len(_COLUMNS), _COLUMN.itemsize), dtype=np.uint8)
    padded[:, :, 1:] = texts.view(np.uint8).reshape(len(values), len(_COLUMNS), _BYTES_A_COLUMN)
    numbers = padded.view(_COLUMN)[:, :, 0].astype(np.float32)
    return Measurements(KIND_PREFIX + name, METHOD, _COLUMNS, rows, numbers)


def stored_attribute(name: str, values: NDArray[np.float32]) -> Attribute:
    """The attribute that a store keeps as numbers (N, 8) float32, NaN where there is no value.

    Raises:
        ValueError: the numbers are no text, or one that no value may be.
    """
    if values.shape[1] != len(_COLUMNS):
        raise ValueError(f"{values.shape[1]} columns; expected {len(_COLUMNS)}")
    missing = np.isnan(values)
    whole = np.where(missing, np.float32(0), values)
    sound = (whole >= 0) & (whole < 1 << 24) & (np.trunc(whole) == whole)
    if not sound.all() or (missing.any(axis=1) != missing.all(axis=1)).any():
        raise ValueError("numbers that are no text")
    padded = whole.astype(_COLUMN).view(np.uint8).reshape(*values.shape, _COLUMN.itemsize)
    texts = padded[:, :, 1:].reshape(len(values), MOST_BYTES).view(f"S{MOST_BYTES}")
    found = Attribute(name, texts[:, 0])
    for value in np.unique(found.values):
        if fault := value_fault(value.decode("utf-8", "surrogateescape")):
            raise ValueError(fault)
    return found
