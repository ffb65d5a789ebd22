"""Columns of a manifest: held, taken from others by rows, or read when they are asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.text import Encoded, decode_text, text_hashes

Rows = NDArray[np.int64]

_BLOCK = 65_536
_COMPARED = 64
"""So many known texts are looked for one by one; beyond, sorting all is faster."""


@dataclass(frozen=True, slots=True)
class CodedText:
    """Text (N,) as whole numbers ``codes`` (N,), the places of its different ``values`` (K,).

    The values are in order, and each occurs. A sample takes a byte or two for each column.
    """

    values: Encoded
    codes: NDArray[Any]

    @classmethod
    def of(cls, encoded: Encoded) -> "CodedText":
        """The codes of a column (N,)."""
        coder = TextCoder()
        coder.add(encoded)
        return coder.coded()

    def __len__(self) -> int:
        return len(self.codes)

    def take(self, rows: Rows) -> "CodedText":
        """The text of some rows (M,); values that none of them has are left out."""
        codes = self.codes[rows]
        kept = np.zeros(len(self.values), dtype=bool)
        kept[codes] = True
        if kept.all():
            return CodedText(self.values, codes)
        places = (np.cumsum(kept) - 1).astype(self.codes.dtype)
        return CodedText(self.values[kept], places[codes])

    def encoded(self) -> Encoded:
        """The text (N,) as fixed-length UTF-8."""
        return self.values[self.codes] if len(self.values) else np.empty(0, "S1")

    def decoded(self) -> NDArray[np.object_]:
        """The text (N,) as ``str`` objects; equal values share one object."""
        return decode_text(self.values)[self.codes] if len(self.values) else np.empty(0, object)

    def mask(self, values: Encoded) -> NDArray[np.bool_]:
        """Which rows (N,) have one of some values."""
        return np.asarray(np.isin(self.values, values)[self.codes], dtype=bool)


class TextCoder:
    """Makes codes of a column that comes piece by piece, of which most repeats what came before."""

    def __init__(self) -> None:
        self._known: dict[bytes, int] = {}
        self._pieces: list[NDArray[Any]] = []
        self._width = 1

    @property
    def different(self) -> int:
        """How many different values have come."""
        return len(self._known)

    def add(self, piece: Encoded) -> None:
        """Take the next values (M,)."""
        self._width = max(self._width, piece.dtype.itemsize)
        codes, open_ = np.full(len(piece), -1, dtype=np.int64), np.arange(len(piece))
        if len(self._known) <= _COMPARED:
            for value, code in self._known.items():
                same = piece[open_] == value
                codes[open_[same]] = code
                open_ = open_[~same]
                if not len(open_):
                    break
        if len(open_):
            values, inverse = np.unique(piece[open_], return_inverse=True)
            new = [self._known.setdefault(v, len(self._known)) for v in values.tolist()]
            codes[open_] = np.array(new, dtype=np.int64)[inverse]
        self._pieces.append(codes.astype(np.min_scalar_type(max(len(self._known) - 1, 0))))

    def coded(self) -> CodedText:
        """Everything that came, as one column."""
        values = np.array(list(self._known), dtype=f"S{self._width}")
        order = np.argsort(values, kind="stable")
        places = np.empty(len(order), dtype=np.min_scalar_type(max(len(order) - 1, 0)))
        places[order] = np.arange(len(order))
        pieces = [places[piece] for piece in self._pieces] if len(order) else []
        codes = np.concatenate(pieces) if pieces else np.empty(0, np.uint8)
        return CodedText(values[order].astype(np.bytes_), codes)


class Columns(Protocol):
    """Columns of one length, each given when it is asked for."""

    def __len__(self) -> int:
        """N, the number of rows."""
        ...

    def __contains__(self, name: object) -> bool:
        """Whether there is a column of this name."""
        ...

    def __getitem__(self, name: str) -> NDArray[Any]:
        """A column (N,): numbers, or text as fixed-length UTF-8."""
        ...

    def at(self, name: str, rows: Rows) -> NDArray[Any]:
        """Some rows (M,) of a column, without the others."""
        ...

    def coded(self, name: str) -> CodedText:
        """A column (N,) of text as codes."""
        ...

    def hashes(self, name: str) -> NDArray[np.uint64]:
        """A number (N,) for each text of a column: see ``domain.text.text_hashes``."""
        ...


class HeldColumns:
    """Columns that are held as arrays (N,)."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        self._arrays = arrays
        self._coded: dict[str, CodedText] = {}

    def __len__(self) -> int:
        return len(next(iter(self._arrays.values())))

    def __contains__(self, name: object) -> bool:
        return name in self._arrays

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self._arrays[name]

    def at(self, name: str, rows: Rows) -> NDArray[Any]:
        """Some rows (M,) of a column."""
        return self._arrays[name][rows]

    def coded(self, name: str) -> CodedText:
        """A column (N,) of text as codes, made once."""
        if name not in self._coded:
            self._coded[name] = CodedText.of(self._arrays[name])
        return self._coded[name]

    def hashes(self, name: str) -> NDArray[np.uint64]:
        """A number (N,) for each text of a column."""
        return text_hashes(self._arrays[name])


class TakenColumns:
    """Rows (M,) of other columns, taken when they are asked for."""

    def __init__(self, columns: Columns, rows: Rows) -> None:
        self._columns = columns
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, name: object) -> bool:
        return name in self._columns

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self._columns.at(name, self._rows)

    def at(self, name: str, rows: Rows) -> NDArray[Any]:
        """Some rows (K,) of a column."""
        return self._columns.at(name, self._rows[rows])

    def coded(self, name: str) -> CodedText:
        """A column (M,) of text as codes."""
        return self._columns.coded(name).take(self._rows)

    def hashes(self, name: str) -> NDArray[np.uint64]:
        """A number (M,) for each text of a column."""
        return self._columns.hashes(name)[self._rows]


class FittedColumns:
    """Other columns, text only as wide as some rows (M,) need; text of other rows may be cut."""

    def __init__(self, columns: Columns, rows: Rows) -> None:
        self._columns = columns
        self._rows = rows
        self._widths: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._columns)

    def __contains__(self, name: object) -> bool:
        return name in self._columns

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self._fitted(name, self._columns[name])

    def at(self, name: str, rows: Rows) -> NDArray[Any]:
        """Some rows (K,) of a column."""
        return self._fitted(name, self._columns.at(name, rows))

    def coded(self, name: str) -> CodedText:
        """A column (N,) of text as codes."""
        whole = self._columns.coded(name)
        return CodedText(self._fitted(name, whole.values), whole.codes)

    def hashes(self, name: str) -> NDArray[np.uint64]:
        """A number (N,) for each text of a column, uncut."""
        return self._columns.hashes(name)

    def _fitted(self, name: str, values: NDArray[Any]) -> NDArray[Any]:
        return values.astype(f"S{self._width(name)}") if values.dtype.kind == "S" else values

    def _width(self, name: str) -> int:
        if name not in self._widths:
            blocks = range(0, len(self._rows), _BLOCK)
            pieces = (self._columns.at(name, self._rows[i : i + _BLOCK]) for i in blocks)
            widths = (int(np.char.str_len(piece).max(initial=1)) for piece in pieces)
            self._widths[name] = max(widths, default=1)
        return self._widths[name]


def repeated_texts(columns: Columns, name: str) -> tuple[Rows, Encoded]:
    """The rows (R,) whose text in a column other rows have too, and that text (R,).

    Only the text of these is held; of the others it takes eight bytes a row.
    """
    hashes = columns.hashes(name)
    order = np.argsort(hashes, kind="stable")
    same = hashes[order][1:] == hashes[order][:-1]
    alike = np.zeros(len(order), dtype=bool)
    alike[1:] |= same
    alike[:-1] |= same
    rows = np.sort(order[alike])
    texts = columns.at(name, rows)
    _, inverse, counts = np.unique(texts, return_inverse=True, return_counts=True)
    several = counts[inverse] > 1
    return rows[several], texts[several]
