"""The rows of an export that were made from a sample, with operation, parameters and parents."""

import json
from collections.abc import Container
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fercurate.errors import InputError
from fercurate.export.exported_files import hdf5_outputs, open_exported
from fercurate.export.reader import SplitRows, read_split
from fercurate.files.regular import is_regular, open_regular_text
from fercurate.pipeline.building.applied import APPLIED
from fercurate.pipeline.building.named_rows import name_endings
from fercurate.training.shared import lock as kit


@dataclass(frozen=True, slots=True)
class TracedRow:
    """One row of an export.

    ``mix`` says how far a synthetic row lies from its first parent to its second; ``values`` are
    what the operation drew for it (``applied.jsonl``).
    """

    file: str
    split: str
    row: int
    sample_id: str
    label: str
    op: str
    parents: tuple[str, ...]
    mix: float | None = None
    fold: int | None = None
    values: Any = None

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values; what does not apply is left out."""
        facts = asdict(self) | {"parents": list(self.parents)}
        return {key: value for key, value in facts.items() if value is not None}


@dataclass(frozen=True)
class ExportSearch:
    """Looks for rows in the files of an export."""

    root: Path

    def files(self) -> list[str]:
        """Its HDF5 files, also those of folds, by path in it."""
        place = self.root / kit.LOCK_FILE
        outputs = kit.read_outputs(place) if is_regular(place) else {}
        return hdf5_outputs(self.root, outputs)

    def made_from(self, sample_id: str) -> list[TracedRow]:
        """The rows of a sample: itself, its copies, and what was mixed of either."""
        found: list[TracedRow] = []
        for name in self.files():
            for rows in self._read(name):
                mine = _is_of(rows, sample_id)
                found += [_traced(name, rows, int(row)) for row in np.flatnonzero(mine)]
        return self._with_drawn(found)

    def row(self, file: Path, split: str, number: int) -> TracedRow:
        """One row of a file.

        Raises:
            InputError: the file has no such split or row, or holds several splits.
        """
        name = file.resolve().relative_to(self.root.resolve()).as_posix()
        splits = {rows.split: rows for rows in self._read(name)}
        if not split and len(splits) > 1:
            raise InputError(
                "the file holds several splits",
                where=str(file),
                expected=f"{file.name}:{next(iter(splits))}:{number}",
            )
        rows = splits.get(split or next(iter(splits)))
        if rows is None or number >= len(rows):
            most = "no such split" if rows is None else f"rows 0 to {len(rows) - 1}"
            raise InputError(f"no row {number}", where=f"{file}:{split}".rstrip(":"), expected=most)
        return self._with_drawn([_traced(name, rows, number)])[0]

    def named(self, sample_id: str) -> TracedRow | None:
        """The row with a ``sample_id``, also of a derived row."""
        for name in self.files():
            for rows in self._read(name):
                places = np.flatnonzero(rows.text["sample_id"] == sample_id)
                if len(places):
                    return self._with_drawn([_traced(name, rows, int(places[0]))])[0]
        return None

    def _read(self, name: str) -> list[SplitRows]:
        with open_exported(self.root / name) as (file, attributes):
            return [read_split(file, split, attributes) for split in attributes.splits]

    def _with_drawn(self, rows: list[TracedRow]) -> list[TracedRow]:
        path = self.root / APPLIED
        if not rows or not is_regular(path):
            return rows
        wanted = {(one.file, one.split, one.row): one for one in rows}
        names = {json.dumps(one.sample_id, ensure_ascii=True) for one in rows}
        with open_regular_text(path) as lines:
            for line in lines:
                if not any(name in line for name in names):
                    continue
                entry = json.loads(line)
                key = (entry["file"], entry["split"], entry["row"])
                if key in wanted:
                    wanted[key] = replace(wanted[key], values=entry["applied"])
        return list(wanted.values())


def _is_of(rows: SplitRows, sample_id: str) -> NDArray[np.bool_]:
    """Which rows (N,) are a sample, or come from it."""
    mine = np.zeros(len(rows), dtype=bool)
    for column in ("sample_id", "parent_a", "parent_b"):
        values = rows.text[column]
        names = np.array([str(one) for one in values])
        begins = np.char.startswith(names, f"{sample_id}#") if len(names) else mine
        mine |= (names == sample_id) | begins
    return mine


def _traced(name: str, rows: SplitRows, row: int) -> TracedRow:
    text = {column: str(values[row]) for column, values in rows.text.items()}
    mixed = bool(text["parent_b"]) and rows.mix is not None
    return TracedRow(
        file=name,
        split=rows.split,
        row=row,
        sample_id=text["sample_id"],
        label=rows.classes[int(rows.labels[row])],
        op=text["op"],
        parents=tuple(p for p in (text["parent_a"], text["parent_b"]) if p),
        mix=float(rows.mix[row]) if mixed and rows.mix is not None else None,
        fold=None if rows.fold is None else int(rows.fold[row]),
    )


def original_of(row: TracedRow, known: Container[str]) -> str:
    """The sample that a row comes from in the end: of its first parent, if it has two.

    ``known`` are the ids of samples: ids may hold what else parts an operation from its parent.
    """
    return base_of(row.parents[0] if row.parents else row.sample_id, known)


def base_of(name: str, known: Container[str]) -> str:
    """The sample that a row of this name comes from; the name itself where nobody is known."""
    bases = (base for base, _, _ in name_endings(name))
    return next((one for one in (name, *bases) if one in known), name)
