"""The join of votes to the stored rows of FER-2013, by position, and the check that it fits.

The number in ``Image name`` is not the row of ``fer2013.csv``, whatever its documentation says, so
names only serve to join ``label.csv`` through ``fer2013new.csv``; and a join is refused unless the
sequences of usages are equal.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.manifest import Manifest
from fercurate.domain.sample import Reject
from fercurate.domain.votes import agreement
from fercurate.errors import InputError
from fercurate.files.regular import real_path
from fercurate.sources.base import Recognition
from fercurate.sources.ferplus.other_table import (
    OtherTable,
    compare_companion,
    compare_label_files,
    label_files_beside,
    rows_by_name,
)
from fercurate.sources.ferplus.published import ALIGNED_AGREEMENT, NEW_CSV
from fercurate.sources.ferplus.vote_files import (
    VoteTable,
    is_new_csv,
    read_label_csvs,
    read_new_csv,
)


@dataclass(frozen=True)
class JoinedVotes:
    """Votes for manifest rows: ``rows`` (N,) int64, ``votes`` (N, 10) uint8, and the self-check.

    ``other`` is what the other table of the release says, if there is one.
    """

    rows: NDArray[np.int64]
    votes: NDArray[np.uint8]
    agreement: float
    compared: int
    rejects: tuple[Reject, ...]
    other: OtherTable | None = None

    def describe(self) -> str:
        """The self-check in one sentence, and what was not read."""
        other = self.other.describe() if self.other is not None else ""
        return (
            f"votes for {len(self.rows):,} rows; FER-2013's label is the votes' majority in "
            f"{self.agreement:.1%} of {self.compared:,} decided rows (about 67% when aligned, "
            "about 20% when not)"
        ) + (f"; {other}" if other else "")


def join_votes(recognition: Recognition, samples: Manifest, records: int) -> JoinedVotes:
    """Join the votes to stored FER-2013 rows by position.

    ``samples`` holds the FER-2013 rows that were kept, ``records`` how many rows its CSV had.

    Raises:
        InputError: other row counts or usages, or labels that disagree as misaligned ones do.
    """
    other = None
    if recognition.layout == NEW_CSV:
        table = read_new_csv(recognition.files[0])
        positions = np.arange(len(table))
        _check_usages(table, samples, records, recognition.files[0])
        other = compare_label_files(label_files_beside(recognition.root), table)
    else:
        table = read_label_csvs(recognition.files)
        by_usage = _positions_by_usage(table, samples)
        if by_usage is None:
            path = _companion(recognition, len(table), len(samples))
            companion = read_new_csv(path)
            _check_usages(companion, samples, records, path)
            positions = rows_by_name(table, companion)
            other = compare_companion(table, companion)
        else:
            positions = by_usage
    return replace(_checked(_match(table, positions, samples), recognition), other=other)


def _check_usages(table: VoteTable, samples: Manifest, records: int, path: Path) -> None:
    fix = "Ingest the fer2013.csv that these votes were made for, complete and in its own order"
    if len(table) != records:
        raise InputError(
            f"{len(table):,} rows, but the stored FER-2013 has {records:,}",
            where=str(path),
            fix=fix,
        )
    rows = samples.numbers("row")
    theirs = np.array(table.usages, dtype=object)[rows]
    differing = np.flatnonzero(theirs != samples.text("native_split"))
    if len(differing):
        first = int(differing[0])
        raise InputError(
            f"the usage of {len(differing):,} rows differs, first in data row {rows[first]} "
            f"({theirs[first]!r} here, {samples.text('native_split')[first]!r} in the store)",
            where=str(path),
            fix=fix,
        )


def _positions_by_usage(table: VoteTable, samples: Manifest) -> NDArray[np.int64] | None:
    """Data rows of FER-2013 for each row of the label files, if every usage has as many."""
    usages = np.array(table.usages, dtype=object)
    splits, rows = samples.text("native_split"), samples.numbers("row")
    if any((usages == u).sum() != (splits == u).sum() for u in set(table.usages)):
        return None
    positions = np.full(len(table), -1, dtype=np.int64)
    for usage in set(table.usages):
        positions[usages == usage] = rows[splits == usage]
    return positions


def _companion(recognition: Recognition, rows: int, stored: int) -> Path:
    for folder in (recognition.root, *list(real_path(recognition.files[0]).parents)[:4]):
        candidate = folder / NEW_CSV
        if candidate.is_file() and is_new_csv(candidate):
            return candidate
    raise InputError(
        f"{rows:,} rows do not match the {stored:,} stored FER-2013 rows by position",
        where=str(recognition.files[0]),
        fix=f"Put {NEW_CSV} of the same release beside the label folders: its image names tell "
        "which rows are missing here",
    )


def _match(table: VoteTable, positions: NDArray[np.int64], samples: Manifest) -> JoinedVotes:
    index_of = {int(row): index for index, row in enumerate(samples.numbers("row"))}
    stored = np.array([index_of.get(int(p), -1) for p in positions], dtype=np.int64)
    usable = (stored >= 0) & table.valid
    share, compared = agreement(samples.text("expression")[stored[usable]], table.votes[usable])
    return JoinedVotes(stored[usable], table.votes[usable], share, compared, table.rejects)


def _checked(joined: JoinedVotes, recognition: Recognition) -> JoinedVotes:
    if not len(joined.rows):
        raise InputError(
            "no row has votes for a stored row",
            where=str(recognition.files[0]),
            fix="Ingest the fer2013.csv that these votes were made for",
        )
    if joined.compared >= 100 and joined.agreement < ALIGNED_AGREEMENT:
        raise InputError(
            f"only {joined.agreement:.1%} of {joined.compared:,} labels agree with the votes, "
            "as after a wrong join",
            where=str(recognition.files[0]),
            expected="about 67%",
            fix="Check that both files come from the same release and were not sorted",
        )
    return joined
