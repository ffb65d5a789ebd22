"""The columns of stored samples, read from their parts when they are asked for."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from fercurate.domain.columns import CodedText, TextCoder, repeated_texts
from fercurate.domain.expression import KNOWN_EXPRESSIONS, UNLABELED
from fercurate.domain.manifest import COLUMNS, NUMBER_COLUMNS, OWN_TEXT, TEXT_COLUMNS
from fercurate.domain.text import decode_text, text_hashes
from fercurate.errors import StoreError
from fercurate.files.hdf5 import dataset, reading_hdf5, subgroup, text_dataset
from fercurate.files.regular import Unchanged, is_regular, open_regular, unchanged
from fercurate.store.heads.head_format import PartEntry
from fercurate.store.layout import RESTORE
from fercurate.store.parts.integrity import open_part
from fercurate.store.parts.part_reader import part_path

Rows = NDArray[np.int64]

_SIDES = ("height", "width")
_MOST = 64_000_000
"""Pixels of a picture at most: larger ones are never stored."""

_FEW = 4096
_SHARE = 8
"""Text is kept as codes if it has few values, or each has about so many samples."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a column of a part lies in its file; ``offset`` is -1 where there is nothing."""

    offset: int
    dtype: np.dtype[Any]


@dataclass(frozen=True, slots=True)
class _PartColumns:
    """The columns of one part of a store, whose first sample is the row ``start``.

    ``same`` tells that the file is the one whose bytes were compared.
    """

    store: Path
    entry: PartEntry
    path: Path
    same: Unchanged
    start: int
    places: dict[str, _Place]

    def read(self, name: str, first: int = 0, last: int | None = None) -> NDArray[Any]:
        """Values ``first`` to ``last`` of a column.

        Raises:
            StoreError: the part is gone, or holds other bytes by now.
        """
        place = self.places[name]
        count = (self.entry.rows if last is None else last) - first
        if not is_regular(self.path) or unchanged(self.path) != self.same:
            open_part(self.store, self.entry).close()  # it was touched: its bytes count
        size = place.dtype.itemsize
        with open_regular(self.path) as file:
            content = os.pread(file.fileno(), count * size, max(place.offset, 0) + first * size)
        if len(content) != count * size:
            raise StoreError("a part ends early", where=str(self.path), fix=RESTORE)
        return np.frombuffer(content, dtype=place.dtype)


class StoredColumns:
    """The columns of the N visible samples of a store; see ``domain.columns.Columns``.

    Text of which few samples have a value of their own is kept as codes, everything else is read
    anew each time. ``visible`` (N,) are the stored rows that are not removed; None means all.
    """

    def __init__(self, store: Path, parts: Sequence[PartEntry], visible: Rows | None) -> None:
        self._store = store
        self._entries = parts
        self._visible = visible
        self._stored = sum(part.rows for part in parts)
        self._coded: dict[str, CodedText | None] = {}
        self._sides: dict[str, NDArray[Any]] = {}

    def check(self) -> None:
        """Compare what must hold of all samples together.

        Raises:
            StoreError: two have one id, there are expressions that are none, or impossible sizes.
        """
        if len(repeated_texts(self, "id")[0]):
            raise StoreError("an id stands there twice", where=str(self._store))
        self._kept("expression")
        self._side("height")

    def __len__(self) -> int:
        return self._stored if self._visible is None else len(self._visible)

    def __contains__(self, name: object) -> bool:
        return name in COLUMNS

    def __getitem__(self, name: str) -> NDArray[Any]:
        if name in _SIDES:
            return self._side(name).astype(NUMBER_COLUMNS[name])
        if name in TEXT_COLUMNS and name not in OWN_TEXT and (kept := self._kept(name)) is not None:
            return kept.encoded()
        return self._whole(name)

    def at(self, name: str, rows: Rows) -> NDArray[Any]:
        """Some rows (M,) of a column: no part is read that has none of them."""
        if name in _SIDES:
            return self._side(name)[rows].astype(NUMBER_COLUMNS[name])
        if name in TEXT_COLUMNS and name not in OWN_TEXT and (kept := self._kept(name)) is not None:
            return np.asarray(kept.values[kept.codes[rows]])
        stored = rows if self._visible is None else self._visible[rows]
        values = np.empty(len(rows), dtype=self._dtype(name))
        part_of = np.searchsorted(self._starts, stored, side="right") - 1
        for number in np.unique(part_of):
            part, here = self._parts[number], np.flatnonzero(part_of == number)
            places = stored[here] - part.start
            first = int(places.min())
            values[here] = part.read(name, first, int(places.max()) + 1)[places - first]
        return values

    def coded(self, name: str) -> CodedText:
        """A column (N,) of text as codes."""
        kept = None if name in OWN_TEXT else self._kept(name)
        return CodedText.of(self[name]) if kept is None else kept

    @cached_property
    def _parts(self) -> list[_PartColumns]:
        found, start = [], 0
        for entry in self._entries:
            with (
                open_part(self._store, entry) as file,
                reading_hdf5(part_path(file), StoreError),
            ):
                path, places = part_path(file), _places(file, entry)
                same = unchanged(path)
            found.append(_PartColumns(self._store, entry, path, same, start, places))
            start += entry.rows
        return found

    @cached_property
    def _starts(self) -> Rows:
        return np.array([part.start for part in self._parts], dtype=np.int64)

    def _dtype(self, name: str) -> np.dtype[Any]:
        kinds = [part.places[name].dtype for part in self._parts]
        return np.result_type(*kinds) if kinds else np.dtype(NUMBER_COLUMNS.get(name, "S1"))

    def _whole(self, name: str) -> NDArray[Any]:
        values = np.empty(self._stored, dtype=self._dtype(name))
        for part in self._parts:
            values[part.start : part.start + part.entry.rows] = part.read(name)
        return values if self._visible is None else values[self._visible]

    def _side(self, name: str) -> NDArray[Any]:
        """Heights or widths (N,) in as few bytes as they need.

        Raises:
            StoreError: a picture cannot be of its size.
        """
        if name not in self._sides:
            sides = {side: self._whole(side).astype(np.int64) for side in _SIDES}
            if len(self) and not (
                min(side.min() for side in sides.values()) > 0
                and (sides["height"] * sides["width"]).max() <= _MOST
            ):
                raise StoreError("a picture of impossible size", where=str(self._store))
            for side, values in sides.items():
                self._sides[side] = values.astype(np.min_scalar_type(int(values.max(initial=0))))
        return self._sides[name]

    def _kept(self, name: str) -> CodedText | None:
        """The codes of a column, or None if nearly every sample has a value of its own.

        Raises:
            StoreError: there are expressions that are none.
        """
        if name not in self._coded:
            self._coded[name] = self._code(name)
        return self._coded[name]

    def _code(self, name: str) -> CodedText | None:
        coder = TextCoder()
        for part in self._parts:
            coder.add(part.read(name))
            if name != "expression" and coder.different > max(_FEW, self._stored // _SHARE):
                return None
        found = coder.coded()
        if name == "expression":
            unknown = set(decode_text(found.values)) - {*KNOWN_EXPRESSIONS, UNLABELED}
            if unknown:
                raise StoreError(f"the expressions {sorted(unknown)!r}", where=str(self._store))
        return found if self._visible is None else found.take(self._visible)

    def hashes(self, name: str) -> NDArray[np.uint64]:
        """A number (N,) for each text of a column, read part by part; see ``text_hashes``."""
        pieces = [text_hashes(part.read(name)) for part in self._parts]
        joined = np.concatenate(pieces) if pieces else np.empty(0, np.uint64)
        return joined if self._visible is None else joined[self._visible]


def _places(file: h5py.File, entry: PartEntry) -> dict[str, _Place]:
    """Where each column lies.

    Raises:
        StoreError: one is missing, of another length or type, or not laid out in one piece.
    """
    group = subgroup(file, "samples")
    places = {}
    for name in COLUMNS:
        found = text_dataset(group, name) if name in TEXT_COLUMNS else dataset(group, name)
        if found.shape != (entry.rows,):
            raise StoreError(
                "columns of unequal length", where=file.filename, expected=f"{entry.rows} rows"
            )
        wanted = NUMBER_COLUMNS.get(name, found.dtype)
        offset = found.id.get_offset()
        if found.dtype != wanted or (entry.rows and offset is None):
            raise StoreError(f"{found.name} is {found.dtype}", where=file.filename)
        places[name] = _Place(-1 if offset is None else int(offset), found.dtype)
    return places
