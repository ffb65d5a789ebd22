"""From the cells of a table to votes: counts or shares by answer, or answers by reader."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.annotations.vote_set import (
    ANSWERS,
    NOT_FACE,
    SHARES_OFF,
    UNKNOWN,
    VoteKind,
    millionths,
    parse_answer,
)
from fercurate.domain.expression import (
    COMPOUND_EXPRESSIONS,
    EXPRESSIONS,
    fold_word,
    nearest_expression,
)
from fercurate.domain.measurement import NAME
from fercurate.domain.taxonomy import LabelMap, integer_text
from fercurate.errors import InputError, UsageError
from fercurate.pipeline.annotations.joined_table import JoinedTable

MOST_VOTES = 1_000_000
"""Votes for one answer on one sample at most."""

_MOST_CHARACTERS = 64
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_LISTED = f"{', '.join(EXPRESSIONS)}; {UNKNOWN} (unsure) or {NOT_FACE} (NF)"


@dataclass(frozen=True)
class VoteCells:
    """The votes of a table, row for row.

    ``columns`` are answers (counts, shares) or readers by names that a store can hold, ``values``
    (M, K) float32: numbers of votes, shares in millionths, or places in ``ANSWERS`` with NaN where
    a reader said nothing.
    ``written`` are the readers as the table names them, where that is something else.
    """

    kind: VoteKind
    columns: tuple[str, ...]
    values: NDArray[np.float32]
    written: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls, table: JoinedTable, kind: VoteKind | None = None, codes: LabelMap | None = None
    ) -> "VoteCells":
        """Read the cells; without a kind they tell which one it is. ``codes`` are of answers.

        Raises:
            UsageError: codes are told of votes that are no words, or of compound expressions.
            InputError: a header or a cell means nothing, two columns are one, or cells are of
                several kinds, and none was told.
        """
        if codes:
            _check_codes(codes, kind)
        match kind or ("readers" if codes else _told_kind(table)):
            case "counts":
                return _counted(table)
            case "shares":
                return _shared(table)
            case "readers":
                return _answered(table, codes)

    @property
    def voted(self) -> NDArray[np.bool_]:
        """Mask (M,) of the rows that hold a vote."""
        if self.kind != "readers":
            return np.asarray(self.values.any(axis=1))
        return np.asarray((~np.isnan(self.values)).any(axis=1))


def _check_codes(codes: LabelMap, kind: VoteKind | None) -> None:
    if kind not in (None, "readers"):
        raise UsageError(
            f"{kind} are numbers, and no codes of answers",
            where="--label-map",
            fix="Leave it out, or take --kind readers",
        )
    compound = next((one for one in codes.codes.values() if one in COMPOUND_EXPRESSIONS), "")
    if compound:
        raise UsageError(
            f"{compound} is a compound expression, and votes are for simple ones",
            where="--label-map",
            expected=_LISTED,
        )


def _told_kind(table: JoinedTable) -> VoteKind:
    """Which kind the cells are of: numbers are counts, fractions shares, words answers."""
    rows: dict[str, int] = {}
    for row, cells in enumerate(table.cells):
        for cell in filter(None, cells):
            rows.setdefault(cell, row)
    told: dict[VoteKind, str] = {}
    fractional = False
    for cell, row in rows.items():
        kind: VoteKind = "counts" if _NUMBER.fullmatch(cell) else "readers"
        told.setdefault(kind, f"{cell[:40]!r} in line {table.lines[row]:,}")
        fractional |= kind == "counts" and not integer_text(cell).lstrip("+-").isdecimal()
        if len(told) > 1:
            raise InputError(
                f"numbers ({told['counts']}) and words ({told['readers']})",
                where=str(table.path),
                expected="numbers of votes by expression, or a word of each reader",
                fix="Name the columns of votes with --columns, or pass --kind counts or --kind "
                "readers to be told what is wrong with the others",
            )
    return "shares" if fractional else next(iter(told))


def _counted(table: JoinedTable) -> VoteCells:
    """Numbers of votes, a column an answer; an empty cell is 0."""
    names = _answer_columns(table)
    values = _numbers(table, _count, f"a number of votes, 0 to {MOST_VOTES:,}")
    return _ordered("counts", names, values)


def _shared(table: JoinedTable) -> VoteCells:
    """Shares of votes, a column an answer; those of a row sum to 1 but for rounding, or are 0."""
    names = _answer_columns(table)
    values = _numbers(table, _share, "a share, 0 to 1")
    sums = values.sum(axis=1)
    off = np.flatnonzero((sums > 0) & (np.abs(sums - 1) > SHARES_OFF))
    if len(off):
        raise table.fault(int(off[0]), f"shares that sum to {sums[off[0]]:.4g}", "1")
    return _ordered("shares", names, millionths(values))


def _numbers(
    table: JoinedTable, read: Callable[[str], float], expected: str
) -> NDArray[np.float64]:
    """What cells (M, K) say, 0 where one is empty; each that ``read`` calls NaN is a fault."""
    known = {cell: read(cell or "0") for cell in set(chain.from_iterable(table.cells))}
    values = np.array([[known[cell] for cell in cells] for cells in table.cells], dtype=np.float64)
    wrong = np.argwhere(np.isnan(values))
    if len(wrong):
        row, place = wrong[0].tolist()
        cell = table.cells[row][place][:40]
        raise table.fault(row, f"{cell!r} in the column {table.columns[place]}", expected)
    return values


def _count(cell: str) -> float:
    """A number of votes; NaN for what is none."""
    text = integer_text(cell)
    number = float(text) if text.isascii() and text.isdecimal() else math.nan
    return number if number <= MOST_VOTES else math.nan


def _share(cell: str) -> float:
    """A share of votes; NaN for what is none."""
    number = float(cell) if _NUMBER.fullmatch(cell) else math.nan
    return number if 0 <= number <= 1 else math.nan


def _ordered(kind: VoteKind, names: list[str], values: NDArray[Any]) -> VoteCells:
    """Columns in the order of ``ANSWERS``."""
    order = sorted(range(len(names)), key=lambda place: ANSWERS.index(names[place]))
    columns = tuple(names[place] for place in order)
    return VoteCells(kind, columns, values[:, order].astype(np.float32))


def _answer_columns(table: JoinedTable) -> list[str]:
    """The answer that each column is about."""
    names = [_answer_column(table.path, name) for name in table.columns]
    _refuse_clash(table, names, "mean")
    return names


def _answer_column(path: Path, name: str) -> str:
    answer = parse_answer(name)
    if answer is None:
        near = nearest_expression(name)
        raise InputError(
            f"the column {name[:40]!r} is no expression"
            f"{f' (did you mean {near!r}?)' if near else ''}",
            where=f"{path}, header",
            expected=f"id or file, and columns of votes for {_LISTED}",
            fix="Name the columns of votes with --columns; if readers are columns, write their "
            "answers as words, or say what codes mean with --label-map",
        )
    return answer


def _answered(table: JoinedTable, codes: LabelMap | None) -> VoteCells:
    """Answers, a column a reader; an empty cell is none."""
    names = [_reader_name(name, place) for place, name in enumerate(table.columns)]
    _refuse_clash(table, names, "are stored as")
    values = np.full((len(table.cells), len(names)), np.nan, dtype=np.float32)
    for row, cells in enumerate(table.cells):
        for place, cell in enumerate(cells):
            if cell:
                values[row, place] = _answer_code(table, row, place, codes)
    pairs = zip(names, table.columns, strict=True)
    return VoteCells("readers", tuple(names), values, {n: w for n, w in pairs if n != w})


def _answer_code(table: JoinedTable, row: int, place: int, codes: LabelMap | None) -> int:
    cell = table.cells[row][place]
    code = None if codes is None else codes.code_of(cell)
    answer = parse_answer(cell) if codes is None or code is None else _meant(codes, code)
    if answer is None:
        near = nearest_expression(cell)
        raise table.fault(
            row,
            f"{cell[:40]!r} of the reader {table.columns[place][:40]} is no expression"
            f"{f' (did you mean {near!r}?)' if near else ''}",
            f"{_LISTED}; or nothing",
        )
    return ANSWERS.index(answer)


def _meant(codes: LabelMap, code: str) -> str:
    """The answer that a code means; one for no expression is that the reader cannot tell."""
    name = codes.codes[code]
    return name if name in EXPRESSIONS else UNKNOWN


def _reader_name(written: str, place: int) -> str:
    """A reader's name as a store can hold it; one without a Latin letter or digit is a number."""
    plain = re.sub(r"[^a-z0-9._-]+", "_", fold_word(written)).strip("_.-")[:_MOST_CHARACTERS]
    if not plain:
        return f"reader{place + 1}"
    return plain if NAME.fullmatch(plain) else f"reader_{plain}"


def _refuse_clash(table: JoinedTable, names: list[str], verb: str) -> None:
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
