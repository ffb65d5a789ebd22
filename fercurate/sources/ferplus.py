"""FER+: ten annotators' votes for the rows of FER-2013, joined by row position.

Barsoum et al., ICMI 2016 (``microsoft/FERPlus``). The number in ``Image name`` is not the row
of ``fer2013.csv``, whatever its documentation says, so names only serve to join ``label.csv``
through ``fer2013new.csv``; and a join is refused unless the sequences of usages are equal.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.manifest import Manifest
from fercurate.domain.sample import Reject, RejectCode
from fercurate.domain.votes import VOTE_COLUMNS, agreement
from fercurate.errors import InputError
from fercurate.sources.base import Recognition
from fercurate.sources.fer2013 import USAGES

NEW_CSV = "fer2013new.csv"
LABEL_FOLDERS: dict[str, str] = {
    "fer2013train": "Training",
    "fer2013valid": "PublicTest",
    "fer2013test": "PrivateTest",
}
ALIGNED_AGREEMENT = 0.4
"""Below this agreement with FER-2013's labels a join is refused (aligned 0.67, misaligned 0.2)."""

_NAME = re.compile(r"^fer(\d{7})\.png$")


@dataclass(frozen=True)
class VoteTable:
    """Votes in file order: names, usages, counts (N, 10) uint8, and a mask of valid rows (N,)."""

    names: tuple[str, ...]
    usages: tuple[str, ...]
    votes: NDArray[np.uint8]
    valid: NDArray[np.bool_]
    rejects: tuple[Reject, ...] = ()

    def __len__(self) -> int:
        return len(self.names)


@dataclass(frozen=True)
class JoinedVotes:
    """Votes for manifest rows: ``rows`` (N,) int64, ``votes`` (N, 10) uint8, and the self-check."""

    rows: NDArray[np.int64]
    votes: NDArray[np.uint8]
    agreement: float
    compared: int
    rejects: tuple[Reject, ...]

    def describe(self) -> str:
        """The self-check in one sentence."""
        return (
            f"votes for {len(self.rows):,} rows; FER-2013's label is the votes' majority in "
            f"{self.agreement:.1%} of {self.compared:,} decided rows (about 67% when aligned, "
            "about 20% when not)"
        )


class FerPlus:
    """Overlay ``ferplus``: votes for a stored FER-2013."""

    name: ClassVar[str] = "ferplus"
    title: ClassVar[str] = "FER+"
    license: ClassVar[str] = "MIT (labels only)"

    def recognize(self, path: Path) -> Recognition | None:
        """Recognize ``fer2013new.csv`` by its header and ``label.csv`` by its twelve fields."""
        if path.is_file():
            return self._recognize_file(path)
        new = next((p for p in sorted(path.glob("*.csv")) if _is_new_csv(p)), None)
        if new is not None:
            return self._new_csv(new, path)
        labels = tuple(sorted(p for p in path.glob("**/label.csv") if _is_label_csv(p)))
        return self._label_csv(labels, path) if labels else None

    def _recognize_file(self, path: Path) -> Recognition | None:
        if _is_new_csv(path):
            return self._new_csv(path, path.parent)
        return self._label_csv((path,), path.parent) if _is_label_csv(path) else None

    def _new_csv(self, path: Path, root: Path) -> Recognition:
        why = "a CSV with the columns Image name and NF"
        return Recognition(self.name, NEW_CSV, why, root, (path,))

    def _label_csv(self, files: tuple[Path, ...], root: Path) -> Recognition:
        why = "header-less CSV with an image name, a face rectangle and ten votes"
        return Recognition(self.name, "label.csv", why, root, files)

    def join(self, recognition: Recognition, samples: Manifest, records: int) -> JoinedVotes:
        """Join the votes to stored FER-2013 rows by position.

        ``samples`` holds the FER-2013 rows that were kept, ``records`` how many rows its CSV had.

        Raises:
            InputError: other row counts or usages, or labels that disagree as misaligned ones do.
        """
        if recognition.layout == NEW_CSV:
            table = read_new_csv(recognition.files[0])
            positions = np.arange(len(table))
            _check_usages(table, samples, records, recognition.files[0])
        else:
            table = read_label_csvs(recognition.files)
            positions = _label_positions(table, samples, recognition)
        return _checked(_match(table, positions, samples), recognition)


def read_new_csv(path: Path) -> VoteTable:
    """Read ``fer2013new.csv``; a row with unreadable votes keeps its position without votes."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        rows = csv.reader(file)
        header = [name.strip().casefold() for name in next(rows)]
        columns = [header.index(name.casefold()) for name in VOTE_COLUMNS]
        place = (header.index("image name"), header.index("usage"), columns)
        return _table(_numbered(rows, path, place))


def read_label_csvs(paths: tuple[Path, ...]) -> VoteTable:
    """Read header-less ``label.csv`` files; the usage is told by the folder's name."""

    def entries() -> Iterator[tuple[str, str, list[str], str, int]]:
        for path in paths:
            usage = LABEL_FOLDERS.get(path.parent.name.casefold())
            if usage is None:
                raise InputError(
                    f"a label.csv in the folder {path.parent.name!r} tells no usage",
                    where=str(path),
                    expected="a folder FER2013Train, FER2013Valid or FER2013Test",
                )
            with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
                for number, row in enumerate(csv.reader(file), 1):
                    if row:
                        yield row[0].strip(), usage, row[2:12], path.name, number

    return _table(entries())


def _numbered(
    rows: Iterator[list[str]], path: Path, place: tuple[int, int, list[int]]
) -> Iterator[tuple[str, str, list[str], str, int]]:
    name, usage, columns = place
    width = max(name, usage, *columns) + 1
    for number, row in enumerate(rows, 2):
        if row:
            cells = row + [""] * (width - len(row))
            votes = [cells[c] for c in columns]
            yield cells[name].strip(), cells[usage].strip(), votes, path.name, number


def _table(entries: Iterator[tuple[str, str, list[str], str, int]]) -> VoteTable:
    names, usages, votes, rejects = [], [], [], []
    for name, usage, cells, origin, line in entries:
        counts = _counts(cells)
        if counts is None:
            message = f"votes {','.join(cells)[:60]!r}; expected ten whole numbers 0..10"
            rejects.append(Reject(RejectCode.RANGE, message, origin, line))
        names.append(name)
        usages.append(USAGES.get(usage.casefold(), usage))
        votes.append(counts if counts is not None else (0,) * len(VOTE_COLUMNS))
    table = np.array(votes, dtype=np.uint8).reshape(-1, len(VOTE_COLUMNS))
    valid: NDArray[np.bool_] = np.any(table, axis=1)
    return VoteTable(tuple(names), tuple(usages), table, valid, tuple(rejects))


def _counts(cells: list[str]) -> tuple[int, ...] | None:
    try:
        counts = tuple(int(float(cell)) for cell in cells)
    except (ValueError, OverflowError):
        return None
    valid = len(counts) == len(VOTE_COLUMNS) and all(0 <= count <= 10 for count in counts)
    return counts if valid else None


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


def _label_positions(
    table: VoteTable, samples: Manifest, recognition: Recognition
) -> NDArray[np.int64]:
    """Data rows of FER-2013 for each row of the label files, -1 where there is none."""
    usages = np.array(table.usages, dtype=object)
    splits, rows = samples.text("native_split"), samples.numbers("row")
    if all((usages == u).sum() == (splits == u).sum() for u in set(table.usages)):
        positions = np.full(len(table), -1, dtype=np.int64)
        for usage in set(table.usages):
            positions[usages == usage] = rows[splits == usage]
        return positions
    return _positions_by_name(table, _companion(recognition, len(table), len(samples)))


def _companion(recognition: Recognition, found: int, stored: int) -> Path:
    for folder in (recognition.root, *list(recognition.files[0].resolve().parents)[:4]):
        candidate = folder / NEW_CSV
        if candidate.is_file() and _is_new_csv(candidate):
            return candidate
    raise InputError(
        f"{found:,} rows do not match the {stored:,} stored FER-2013 rows by position",
        where=str(recognition.files[0]),
        fix=f"Put {NEW_CSV} of the same release beside the label folders: its image names tell "
        "which rows are missing here",
    )


def _positions_by_name(table: VoteTable, companion: Path) -> NDArray[np.int64]:
    nearest: dict[str, int] = {}
    for row, name in enumerate(read_new_csv(companion).names):
        number = _NAME.match(name)
        if number is None:
            continue
        # Four names occur twice; the row that is in sequence lies nearest to its number.
        if name not in nearest or abs(row - int(number[1])) < abs(nearest[name] - int(number[1])):
            nearest[name] = row
    return np.array([nearest.get(name, -1) for name in table.names], dtype=np.int64)


def _match(table: VoteTable, positions: NDArray[np.int64], samples: Manifest) -> JoinedVotes:
    place = {int(row): index for index, row in enumerate(samples.numbers("row"))}
    found = np.array([place.get(int(p), -1) for p in positions], dtype=np.int64)
    usable = (found >= 0) & table.valid
    share, compared = agreement(samples.text("expression")[found[usable]], table.votes[usable])
    return JoinedVotes(found[usable], table.votes[usable], share, compared, table.rejects)


def _checked(joined: JoinedVotes, recognition: Recognition) -> JoinedVotes:
    if joined.compared >= 100 and joined.agreement < ALIGNED_AGREEMENT:
        raise InputError(
            f"only {joined.agreement:.1%} of {joined.compared:,} labels agree with the votes, "
            "as after a wrong join",
            where=str(recognition.files[0]),
            expected="about 67%",
            fix="Check that both files come from the same release and were not sorted",
        )
    return joined


def _is_new_csv(path: Path) -> bool:
    first = _first_line(path).casefold()
    return "image name" in first and "nf" in first.split(",")


def _is_label_csv(path: Path) -> bool:
    fields = next(csv.reader([_first_line(path)]), [])
    return len(fields) == 12 and fields[1].strip().startswith("(")


def _first_line(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.readline(4096).decode("utf-8-sig", "replace").strip()
    except OSError:
        return ""
