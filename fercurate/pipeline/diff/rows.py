"""Rows of two exports compared by their names and bytes."""

from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fercurate.export.data_file import DataFile
from fercurate.export.exported_files import exported_files
from fercurate.export.reader import SplitRows

_BLOCK = 1024

Positions = NDArray[np.int64]


@dataclass
class RowDiff:
    """Rows of the splits of two exports, counted by what made them (``op``).

    ``equal`` and ``changed`` have one name in both, and the same or another picture or label.
    """

    equal: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    only_before: Counter[str] = field(default_factory=Counter)
    only_after: Counter[str] = field(default_factory=Counter)

    def to_json(self) -> dict[str, dict[str, int]]:
        """JSON-ready values: rows by operation."""
        names = ("equal", "changed", "only_before", "only_after")
        return {name: dict(sorted(getattr(self, name).items())) for name in names}


@dataclass(frozen=True)
class _Split:
    """A split of an export: where its rows are, by name."""

    file: DataFile
    rows: SplitRows

    def positions(self) -> dict[str, int]:
        return {str(name): row for row, name in enumerate(self.rows.text["sample_id"])}


def compare_rows(first: Path, second: Path) -> RowDiff:
    """Compare the rows of two exports, split by split; folds of their own files are left out.

    Raises:
        ExportError: one of them is damaged.
    """
    found = RowDiff()
    with ExitStack() as stack:
        sides = [_splits(path, stack) for path in (first, second)]
        for name in dict.fromkeys([*sides[0], *sides[1]]):
            _compare_split(sides[0].get(name), sides[1].get(name), found)
    return found


def _splits(path: Path, stack: ExitStack) -> dict[str, _Split]:
    files = [stack.enter_context(DataFile(place)) for place in exported_files(path)]
    return {
        split: _Split(file, file.rows(split)) for file in files for split in file.attributes.splits
    }


def _compare_split(first: _Split | None, second: _Split | None, found: RowDiff) -> None:
    here = {} if first is None else first.positions()
    there = {} if second is None else second.positions()
    if first is not None:
        found.only_before.update(str(first.rows.op[r]) for n, r in here.items() if n not in there)
    if second is not None:
        found.only_after.update(str(second.rows.op[r]) for n, r in there.items() if n not in here)
    if first is None or second is None:
        return
    both = np.array(sorted((here[n], there[n]) for n in here if n in there), dtype=np.int64)
    for start in range(0, len(both), _BLOCK):
        mine, theirs = both[start : start + _BLOCK].T
        equal = _equal(first, second, mine, theirs)
        for row, same in zip(mine.tolist(), equal.tolist(), strict=True):
            (found.equal if same else found.changed)[str(first.rows.op[row])] += 1


def _equal(first: _Split, second: _Split, mine: Positions, theirs: Positions) -> NDArray[np.bool_]:
    """Whether rows (M,) have the same picture and class, pair by pair."""
    order = np.argsort(theirs, kind="stable")
    a = first.file.pictures(first.rows.split, mine)
    b = second.file.pictures(second.rows.split, theirs[order])[np.argsort(order, kind="stable")]
    names = [
        np.array(split.rows.classes, dtype=object)[split.rows.labels[rows]]
        for split, rows in ((first, mine), (second, theirs))
    ]
    same = names[0] == names[1]
    if a.shape[1:] != b.shape[1:]:
        return np.zeros(len(mine), dtype=bool)
    return np.asarray(same & (a == b).reshape(len(a), -1).all(axis=1), dtype=bool)
