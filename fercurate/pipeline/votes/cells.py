"""From the cells of a table to votes: counts by answer, or answers by reader."""

import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.expression import EXPRESSIONS, fold_word, nearest_expression
from fercurate.domain.measurement import NAME
from fercurate.domain.taxonomy import integer_text
from fercurate.domain.vote_set import ANSWERS, NOT_FACE, UNKNOWN, VoteKind, parse_answer
from fercurate.errors import InputError
from fercurate.pipeline.votes.table import VoteTable

MOST_VOTES = 1_000_000
"""Votes for one answer on one sample at most."""

_MOST_CHARACTERS = 64
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_LISTED = f"{', '.join(EXPRESSIONS)}; {UNKNOWN} (unsure) or {NOT_FACE} (NF)"


@dataclass(frozen=True)
class VoteCells:
    """The votes of a table, row for row.

    ``columns`` are answers (counts) or readers by names that a store can hold, ``values`` (M, K)
    float32: numbers of votes, or places in ``ANSWERS`` with NaN where a reader said nothing.
    ``written`` are the readers as the table names them, where that is something else.
    """

    kind: VoteKind
    columns: tuple[str, ...]
    values: NDArray[np.float32]
    written: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, table: VoteTable, kind: VoteKind | None = None) -> "VoteCells":
        """Read the cells; without a kind they tell which one it is.

        Raises:
            InputError: a header or a cell means nothing, or two columns are one.
            UsageError: cells are of both kinds, and none was told.
        """
        kind = kind or _told_kind(table)
        return _counted(table) if kind == "counts" else _answered(table)

    @property
    def voted(self) -> NDArray[np.bool_]:
        """Mask (M,) of the rows that hold a vote."""
        if self.kind == "counts":
            return np.asarray(self.values.any(axis=1))
        return np.asarray((~np.isnan(self.values)).any(axis=1))


def _told_kind(table: VoteTable) -> VoteKind:
    """Which kind the cells are of: numbers are counts, words are answers of readers."""
    told: dict[VoteKind, str] = {}
    for row, cells in enumerate(table.cells):
        for cell in filter(None, cells):
            kind: VoteKind = "counts" if _NUMBER.fullmatch(cell) else "readers"
            told.setdefault(kind, f"{cell!r} in line {table.lines[row]:,}")
        if len(told) > 1:
            raise InputError(
                f"numbers ({told['counts']}) and words ({told['readers']})",
                where=str(table.path),
                expected="numbers of votes by expression, or a word of each reader",
                fix="Pass --kind counts or --kind readers to be told what is wrong with the others",
            )
    return next(iter(told))


def _counted(table: VoteTable) -> VoteCells:
    """Numbers of votes, a column an answer; an empty cell is 0."""
    names = [_answer_column(table.path, name) for name in table.columns]
    _refuse_clash(table, names, "mean")
    values = np.zeros((len(table.cells), len(names)), dtype=np.float32)
    for row, cells in enumerate(table.cells):
        for place, cell in enumerate(cells):
            number = integer_text(cell or "0")
            if not (number.isascii() and number.isdecimal() and int(number) <= MOST_VOTES):
                raise table.fault(
                    row,
                    f"{cell[:40]!r} in the column {table.columns[place]}",
                    f"a number of votes, 0 to {MOST_VOTES:,}",
                )
            values[row, place] = int(number)
    order = sorted(range(len(names)), key=lambda place: ANSWERS.index(names[place]))
    return VoteCells("counts", tuple(names[place] for place in order), values[:, order])


def _answer_column(path: Path, name: str) -> str:
    answer = parse_answer(name)
    if answer is None:
        near = nearest_expression(name)
        raise InputError(
            f"the column {name[:40]!r} is no expression"
            f"{f'; did you mean {near!r}?' if near else ''}",
            where=f"{path}, header",
            expected=f"id, and columns of votes for {_LISTED}",
            fix="Take out other columns; if readers are columns, write their answers as words",
        )
    return answer


def _answered(table: VoteTable) -> VoteCells:
    """Answers, a column a reader; an empty cell is none."""
    names = [_reader_name(name, place) for place, name in enumerate(table.columns)]
    _refuse_clash(table, names, "are stored as")
    values = np.full((len(table.cells), len(names)), np.nan, dtype=np.float32)
    for row, cells in enumerate(table.cells):
        for place, cell in enumerate(cells):
            if cell:
                values[row, place] = _answer_code(table, row, place)
    pairs = zip(names, table.columns, strict=True)
    return VoteCells("readers", tuple(names), values, {n: w for n, w in pairs if n != w})


def _answer_code(table: VoteTable, row: int, place: int) -> int:
    cell = table.cells[row][place]
    answer = parse_answer(cell)
    if answer is None:
        near = nearest_expression(cell)
        raise table.fault(
            row,
            f"{cell[:40]!r} of the reader {table.columns[place][:40]} is no expression"
            f"{f'; did you mean {near!r}?' if near else ''}",
            f"{_LISTED}; or nothing",
        )
    return ANSWERS.index(answer)


def _reader_name(written: str, place: int) -> str:
    """A reader's name as a store can hold it; one without a Latin letter or digit is a number."""
    plain = re.sub(r"[^a-z0-9._-]+", "_", fold_word(written)).strip("_.-")[:_MOST_CHARACTERS]
    if not plain:
        return f"reader{place + 1}"
    return plain if NAME.fullmatch(plain) else f"reader_{plain}"


def _refuse_clash(table: VoteTable, names: list[str], verb: str) -> None:
    """Refuse two columns that come to one name."""
    seen: dict[str, int] = {}
    for place, name in enumerate(names):
        if name in seen:
            first, second = table.columns[seen[name]][:40], table.columns[place][:40]
            raise InputError(
                f"the columns {first!r} and {second!r} both {verb} {name}",
                where=f"{table.path}, header",
                expected="one column each",
                fix="Rename one, or add both up",
            )
        seen[name] = place
