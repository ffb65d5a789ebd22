"""From the names of exported rows back to what makes them: samples, operations, numbers, parents.

A row's ``sample_id`` is the id of a sample, or ``parent#operation`` with ``/number`` where the
operation can make several. Ids may hold these characters themselves, so names are read from
their end, by the operations that the recipe knows.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from fercurate.balance.base import CopyOperation
from fercurate.domain.segments.base import ORIGINAL, REPEAT, Numbers, Parents, Segment
from fercurate.domain.segments.kinds import (
    DrawnCopies,
    ExactCopies,
    Mixtures,
    Originals,
    Repeats,
)
from fercurate.export.reader import SplitRows

NameParts = tuple[int, str, int]
"""The manifest row of a sample, what is done to it, and the number of the copy (0: only one)."""


class UnknownNameError(ValueError):
    """A name that no sample and no operation gives; its text says which."""


@dataclass(frozen=True)
class RowNames:
    """Reads names: ``positions`` are the manifest rows of samples by id.

    ``operations`` are those of the recipe, by label, ``mixing`` the kinds of its steps that mix.
    """

    positions: Mapping[str, int]
    operations: Mapping[str, CopyOperation]
    mixing: frozenset[str]

    def parts(self, name: str) -> NameParts:
        """What a name says.

        Raises:
            UnknownNameError: no sample has the id, or no operation of the recipe made it.
        """
        row = self.positions.get(name)
        if row is not None:
            return row, ORIGINAL, 0
        for base, op, number in name_endings(name):
            row = self.positions.get(base)
            if row is not None and (op == REPEAT or op in self.operations):
                return row, op, number
        raise UnknownNameError(f"no sample and no copy of one has the name {name!r}")

    def parents(self, names: Sequence[str]) -> Parents:
        """Samples and copies (N,) by their names.

        Raises:
            UnknownNameError: as ``parts``.
        """
        read = [self.parts(name) for name in names]
        return Parents(
            np.array([row for row, _, _ in read], dtype=np.int64),
            np.array([op for _, op, _ in read], dtype=object),
            np.array([number for _, _, number in read], dtype=np.int64),
        )

    def segments(self, rows: SplitRows, chosen: Numbers) -> Iterator[tuple[Numbers, Segment]]:
        """Yield some rows of a split by what makes them: their positions (M,), and a segment.

        Raises:
            UnknownNameError: as ``parts``.
        """
        ops = rows.op[chosen]
        for op in dict.fromkeys(ops.tolist()):
            some = chosen[ops == op]
            yield some, self._segment(rows, some, str(op))

    def _segment(self, rows: SplitRows, some: Numbers, op: str) -> Segment:
        names = rows.text["sample_id"][some].tolist()
        first, second = (rows.text[name][some].tolist() for name in ("parent_a", "parent_b"))
        if op == ORIGINAL:
            return Originals(self.parents(names).rows)
        if any(second):
            if op not in self.mixing:
                raise UnknownNameError(f"the recipe has no step {op!r} that mixes")
            mix = np.zeros(len(rows)) if rows.mix is None else rows.mix
            pairs = self.parents(first), self.parents(second)
            made = Mixtures.between(op, *pairs, mix[some])
            return Mixtures(made.rows, op, *pairs, made.shares, _numbers(names))
        parents = self.parents(first).rows
        operation = self.operations.get(op)
        if op == REPEAT:
            return Repeats(parents, _numbers(names))
        if operation is None:
            raise UnknownNameError(f"the recipe has no operation {op!r}")
        if operation.draws:
            return DrawnCopies(parents, op, _numbers(names))
        return ExactCopies(parents, op, operation.family)


def name_endings(name: str) -> Iterator[tuple[str, str, int]]:
    """Yield every way to read a name as id, operation and number, the longest id first."""
    place = name.rfind("#")
    while place > 0:
        base, op = name[:place], name[place + 1 :]
        head, _, number = op.rpartition("/")
        if head and number.isdecimal():
            yield base, head, int(number)
        yield base, op, 0
        place = name.rfind("#", 0, place)


def _numbers(names: Sequence[str]) -> Numbers:
    """The numbers (N,) at the end of names; 0 where there is none."""
    ends = [name.rpartition("/")[2] for name in names]
    return np.array([int(end) if end.isdecimal() else 0 for end in ends], dtype=np.int64)
