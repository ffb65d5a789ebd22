"""The tree of an expression: what each kind of node asks, and the rows for which it is true."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.text import encode_text
from fercurate.domain.where.tokens import Number

ColumnKind = Literal["text", "number"]
"""Text is kept as fixed-length UTF-8 bytes (dtype ``S``), numbers in any numeric array."""

Mask = NDArray[np.bool_]
"""Whether each row is meant, (N,) bool."""

Columns = Mapping[str, NDArray[Any]]
"""Columns (N,) by name."""

ORDERS: dict[str, Callable[[NDArray[Any], Any], Mask]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}
"""Operators that ask which of two numbers is larger."""


class Node(ABC):
    """Something that is true or false of every row."""

    @abstractmethod
    def mask(self, columns: Columns) -> Mask:
        """The rows (N,) bool for which it is true, from columns (N,)."""


@dataclass(frozen=True)
class AnyOf(Node):
    """At least one part is true: ``or``."""

    parts: tuple[Node, ...]

    def mask(self, columns: Columns) -> Mask:
        """The rows of any part."""
        mask = self.parts[0].mask(columns)
        for part in self.parts[1:]:
            mask = mask | part.mask(columns)
        return mask


@dataclass(frozen=True)
class AllOf(Node):
    """Every part is true: ``and``."""

    parts: tuple[Node, ...]

    def mask(self, columns: Columns) -> Mask:
        """The rows that all parts share."""
        mask = self.parts[0].mask(columns)
        for part in self.parts[1:]:
            mask = mask & part.mask(columns)
        return mask


@dataclass(frozen=True)
class Negation(Node):
    """A part is not true: ``not``, also of comparisons that an unknown number makes false."""

    part: Node

    def mask(self, columns: Columns) -> Mask:
        """The rows that the part leaves."""
        return ~self.part.mask(columns)


@dataclass(frozen=True)
class TextIsOneOf(Node):
    """A text is one of some, or (``negated``) none of them: ``=``, ``!=``, ``in``."""

    name: str
    texts: tuple[str, ...]
    negated: bool = False

    def mask(self, columns: Columns) -> Mask:
        """Compared byte by byte: case matters."""
        return np.isin(columns[self.name], encode_text(self.texts), invert=self.negated)


@dataclass(frozen=True)
class TextIsLike(Node):
    """A whole text is as a pattern says, in which ``*`` is any run of characters, or none."""

    name: str
    pattern: str
    negated: bool = False

    def mask(self, columns: Columns) -> Mask:
        """Compared byte by byte: case matters."""
        pieces = [_bytes(piece) for piece in self.pattern.split("*")]
        mask = _is_like(columns[self.name], pieces)
        return ~mask if self.negated else mask


@dataclass(frozen=True)
class NumberIsOneOf(Node):
    """A known number is one of some, or (``negated``) none of them: ``=``, ``!=``, ``in``."""

    name: str
    numbers: tuple[Number, ...]
    negated: bool = False

    def mask(self, columns: Columns) -> Mask:
        """Fractions are rounded as the column's own are: 0.3 is found among float32."""
        column = columns[self.name]
        mask = np.isin(column, _as_kept(self.numbers, column.dtype), invert=self.negated)
        return mask & ~_unknown(column) if self.negated else mask


@dataclass(frozen=True)
class NumberOrder(Node):
    """A known number is smaller or larger than another: ``order`` is a key of ``ORDERS``."""

    name: str
    order: str
    number: Number

    def mask(self, columns: Columns) -> Mask:
        """Fractions are rounded as the column's own are."""
        column = columns[self.name]
        kept = _as_kept((self.number,), column.dtype)
        if len(kept):
            return ORDERS[self.order](column, kept[0])
        # What the column cannot hold lies between its values, or beyond them.
        wide = np.float64(self.number) if column.dtype.kind == "f" else self.number
        return ORDERS[self.order](column, wide)


@dataclass(frozen=True)
class IsUnknown(Node):
    """A number is NaN, a text is empty."""

    name: str
    negated: bool = False

    def mask(self, columns: Columns) -> Mask:
        """Whole numbers are never unknown."""
        mask = _unknown(columns[self.name])
        return ~mask if self.negated else mask


@dataclass(frozen=True)
class Condition:
    """An expression that was understood: its text, its tree, and the columns it names."""

    text: str
    root: Node
    names: tuple[str, ...]

    def mask(self, column: Callable[[str], NDArray[Any]], count: int) -> Mask:
        """The rows (N,) bool for which the condition is true; N is ``count``.

        ``column`` is asked once for each of ``names``: for bytes (N,) of dtype ``S`` (UTF-8) where
        the column is text, else for numbers (N,).

        Raises:
            ValueError: a column has another number of rows.
        """
        columns: dict[str, NDArray[Any]] = {}
        for name in self.names:
            values = column(name)
            if values.shape != (count,):
                raise ValueError(f"column {name!r} has shape {values.shape}; expected ({count},)")
            columns[name] = values.astype(np.uint8) if values.dtype.kind == "b" else values
        return self.root.mask(columns)


def _bytes(text: str) -> bytes:
    return bytes(encode_text((text,))[0])


def _is_like(column: NDArray[np.bytes_], pieces: list[bytes]) -> Mask:
    """Rows (N,) that hold the pieces one behind the other, the first and the last at the ends.

    Each of the others is taken as far to the left as it goes, which leaves the most for the rest.
    """
    if len(pieces) == 1:
        return np.equal(column, pieces[0])
    first, *inner, last = pieces
    ends = np.strings.str_len(column) - len(last)
    mask = np.strings.startswith(column, first) & np.strings.endswith(column, last)
    at = np.full(len(column), len(first))
    for piece in inner:
        if not mask.any():
            break
        start = np.strings.find(column, piece, at, np.maximum(ends, 0))
        mask &= start >= 0
        at = start + len(piece)
    return mask & (at <= ends)


def _as_kept(numbers: tuple[Number, ...], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Those of some numbers that a column can hold, (M,) in its dtype; fractions rounded to it."""
    if dtype.kind == "f":
        with np.errstate(over="ignore"):
            kept = np.array(numbers, dtype=np.float64).astype(dtype)
        return np.compress(np.isfinite(kept), kept)
    limits = np.iinfo(dtype)
    whole = [int(n) for n in numbers if n == int(n) and limits.min <= n <= limits.max]
    return np.array(whole, dtype=dtype)


def _unknown(column: NDArray[Any]) -> Mask:
    """Rows (N,) without a value: NaN, or empty text."""
    mask: Mask = np.zeros(len(column), dtype=np.bool_)
    if column.dtype.kind == "S":
        mask = column == b""
    elif column.dtype.kind == "f":
        mask = np.isnan(column)
    return mask
