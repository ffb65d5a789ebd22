"""Array columns as parts hold them: which rows they give values to, and which values last."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.manifest import ARRAY_COLUMNS
from fercurate.errors import StoreError
from fercurate.files.hdf5 import reading_hdf5
from fercurate.store.heads.head_format import Head
from fercurate.store.layout import COLUMNS, SAMPLES
from fercurate.store.parts.integrity import open_part
from fercurate.store.parts.part_reader import later_array, own_array, part_path
from fercurate.store.removals import Visibility

Rows = NDArray[np.int64]
Piece = tuple[Rows, NDArray[Any]]
"""Rows (M,) and their values."""


@dataclass(frozen=True, slots=True)
class StoredArray:
    """Values (M, ...) of an array column for stored rows (M,), given by a part of the head."""

    name: str
    place: int
    rows: Rows
    values: NDArray[Any]


@dataclass(frozen=True)
class StoredArrays:
    """The array columns of one committed state."""

    store: Path
    head: Head
    visibility: Visibility

    def all(self) -> Iterator[StoredArray]:
        """Yield those of all columns."""
        for name in ARRAY_COLUMNS:
            yield from self.of(name)

    def of(self, name: str) -> Iterator[StoredArray]:
        """Yield those of a column: samples' own first, then what was given later."""
        start, count = 0, self.visibility.count
        for kind in (SAMPLES, COLUMNS):
            for place, part in enumerate(self.head.parts):
                if part.kind != kind:
                    continue
                with open_part(self.store, part) as file, reading_hdf5(part_path(file), StoreError):
                    own = kind == SAMPLES
                    read = (
                        own_array(file, name, part.rows) if own else later_array(file, name, count)
                    )
                if read is not None:
                    yield StoredArray(name, place, start * own + read[0], read[1])
                start += part.rows

    def pieces(self, name: str) -> Iterator[Piece]:
        """Visible rows and values of a column, piece by piece; later ones replace earlier ones."""
        for one in self.of(name):
            rows, seen = self.visibility.seen(one.rows)
            yield rows, one.values[seen]

    def lasting_pieces(self, name: str) -> Iterator[Piece]:
        """The same without values that a later piece replaces."""
        last = np.full(len(self.visibility), -1)
        pieces = list(self.pieces(name))
        for number, (rows, _) in enumerate(pieces):
            last[rows] = number
        for number, (rows, values) in enumerate(pieces):
            yield rows[last[rows] == number], values[last[rows] == number]
