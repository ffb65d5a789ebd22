"""``votes add``: a table of votes becomes a set of a store, under a name."""

import json
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.annotations.vote_set import ANSWERS, FERPLUS, SET_NAME, VOTE_KINDS, VoteKind
from fercurate.domain.measurement import Measurements
from fercurate.domain.taxonomy import LabelMap
from fercurate.errors import ConflictError, InputError, UsageError
from fercurate.pipeline.annotations.joined_table import JoinedTable
from fercurate.pipeline.annotations.storing import TableChange, printable_name, store_table
from fercurate.pipeline.annotations.table_columns import TableRequest
from fercurate.pipeline.annotations.vote_sets import (
    LAYOUT,
    content_method,
    measured_kind,
    vote_methods,
)
from fercurate.pipeline.events import Listener, ignore
from fercurate.pipeline.votes.cells import VoteCells
from fercurate.report.overview.base import HasOverview, Overview, OverviewTable
from fercurate.store.store import Store

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class AddVotesRequest:
    """Which table of votes goes into which store, and under which name.

    Without a ``kind`` the cells tell it. ``columns`` are those to read, all without them;
    ``label_map`` says what codes of readers mean. ``overwrite`` lets other votes of this name be
    replaced, ``skips_missing`` leaves out rows of no stored sample.
    """

    store: Path
    file: Path
    name: str
    kind: VoteKind | None = None
    overwrite: bool = False
    dry_run: bool = False
    columns: tuple[str, ...] = ()
    label_map: LabelMap | None = None
    skips_missing: bool = False

    @property
    def command(self) -> str:
        """The command that does the same again, without machine paths."""
        told = f" --kind {self.kind}" if self.kind else ""
        if self.columns:
            told += f" --columns {shlex.quote(','.join(self.columns))}"
        if self.label_map:
            told += f" --label-map {shlex.quote(self.label_map.to_text())}"
        told += " --skip-missing" if self.skips_missing else ""
        told += " --overwrite" if self.overwrite else ""
        file = shlex.quote(printable_name(self.file))
        return f"fercurate votes add {self.store.name} {file} --name {self.name}{told}"


@dataclass(frozen=True, repr=False)
class AddVotesReport(HasOverview):
    """What a table of votes held: samples with votes, votes by answer, and readers if known.

    ``samples`` of ``stored`` ones have votes, ``missing`` rows were of none. Of shares ``answers``
    are in millionths. ``method`` changes with the votes, ``changed`` tells whether the store did.
    """

    store: Path
    name: str
    kind: VoteKind
    method: str
    samples: int
    stored: int
    answers: dict[str, int]
    readers: tuple[str, ...]
    changed: bool
    missing: int = 0

    @property
    def votes(self) -> int:
        """All votes; 0 where only shares are known."""
        return 0 if self.kind == "shares" else sum(self.answers.values())

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values with stable keys."""
        return {
            "schema_version": SCHEMA_VERSION,
            "kind": "votes-added",
            "store": str(self.store),
            "set": self.name,
            "votes_are": self.kind,
            "method": self.method,
            "samples": self.samples,
            "stored": self.stored,
            "votes": self.votes,
            "answers": self.answers,
            "readers": list(self.readers),
            "changed": self.changed,
            "missing": self.missing,
        }

    def overview(self) -> Overview:
        """How many votes there are for each answer."""
        rows = tuple(self.answers.items())
        counted = "shares of votes" if self.kind == "shares" else f"{self.votes:,} votes"
        headline = f"votes {self.name}: {counted} on {self.samples:,} samples"
        unit = "millionths" if self.kind == "shares" else "votes"
        return Overview(headline, (OverviewTable("", ("answer", unit), rows),))


@dataclass(frozen=True)
class _NewVotes:
    """The votes of a table with the rows (M,) of the store that they are on, and their method."""

    kind: str
    method: str
    cells: VoteCells
    rows: NDArray[np.int64]

    @classmethod
    def of(cls, store: Store, cells: VoteCells, rows: NDArray[np.int64], name: str) -> "_NewVotes":
        kind = measured_kind(name, cells.kind)
        ids = store.manifest.encoded("id")[rows[cells.voted]]
        method = content_method(kind, ids, cells.columns, cells.values[cells.voted])
        return cls(kind, method, cells, rows)

    @property
    def measurements(self) -> Measurements:
        """The votes as a store takes them; rows without any are left out."""
        voted, cells = self.cells.voted, self.cells
        values = cells.values[voted]
        return Measurements(self.kind, self.method, cells.columns, self.rows[voted], values)

    def is_in(self, store: Store, name: str) -> bool:
        """Whether the store has exactly these votes by this name."""
        if vote_methods(store).get(name) != (self.cells.kind, self.method):
            return False
        measured = store.measured(self.kind, self.method)
        return measured is not None and bool(measured.known[self.measurements.rows].all())

    def answers(self) -> dict[str, int]:
        """How many votes there are for each answer that has one."""
        cells = self.cells
        if cells.kind != "readers":
            sums = dict(zip(cells.columns, cells.values.sum(axis=0, dtype=np.float64), strict=True))
        else:
            said = cells.values[~np.isnan(cells.values)].astype(np.int64)
            sums = dict(zip(ANSWERS, np.bincount(said, minlength=len(ANSWERS)), strict=True))
        return {name: int(sums[name]) for name in ANSWERS if sums.get(name)}


def add_votes(request: AddVotesRequest, listen: Listener = ignore) -> AddVotesReport:
    """Store a table of votes in one committed change.

    Raises:
        UsageError: the name is none that a set may have.
        InputError: the table is not as it should be, or an id is of no sample; nothing is stored.
        ConflictError: there are other votes by this name, and they are not to be overwritten.
        StoreError: the store is missing, busy or damaged.
    """
    _check_name(request.name)
    with Store.open(request.store) as store:
        asked = TableRequest("votes", request.columns, request.skips_missing)
        table = JoinedTable.read(request.file, len(store), asked)
        found, rows = table.joined(store)
        cells = VoteCells.of(found, request.kind, request.label_map)
        if not cells.voted.any():
            raise InputError("no votes: all cells are 0", where=str(request.file))
        votes = _NewVotes.of(store, cells, rows, request.name)
        there = votes.is_in(store, request.name)
        if not there:
            _check_free(store, request, votes)
        if not (there or request.dry_run):
            _store(store, request, votes, listen)
    return AddVotesReport(
        request.store,
        request.name,
        cells.kind,
        votes.method,
        samples=int(cells.voted.sum()),
        stored=len(store),
        answers=votes.answers(),
        readers=_written(cells),
        changed=not (there or request.dry_run),
        missing=len(table.lines) - len(rows),
    )


def vote_kind(word: str | None) -> VoteKind | None:
    """A word as a kind of votes; None for None: the cells tell it.

    Raises:
        UsageError: it is another word.
    """
    if word is not None and word not in VOTE_KINDS:
        raise UsageError(f"{word!r}", where="kind", expected=f"one of {', '.join(VOTE_KINDS)}")
    return cast("VoteKind | None", word)


def _check_name(name: str) -> None:
    if name == FERPLUS or not SET_NAME.fullmatch(name):
        taken = "the set of FER+'s votes, which are ingested" if name == FERPLUS else "no name"
        raise UsageError(
            f"{name!r} is {taken}",
            where="--name",
            expected="another name"
            if name == FERPLUS
            else "lower-case letters, digits, - and _, a letter first, at most 64",
        )


def _check_free(store: Store, request: AddVotesRequest, votes: _NewVotes) -> None:
    """See that no other votes have the name, unless they may be overwritten."""
    known = vote_methods(store).get(request.name)
    if known is not None and known[1] != votes.method and not request.overwrite:
        raise ConflictError(
            f"there are other votes by the name {request.name}",
            where=str(store.path),
            fix="Take another --name, or replace them with --overwrite",
        )


def _store(store: Store, request: AddVotesRequest, votes: _NewVotes, listen: Listener) -> None:
    cells = votes.cells
    options = {"set": request.name, "votes_are": cells.kind, "method": votes.method}
    if cells.written:
        options["readers"] = json.dumps(cells.written, ensure_ascii=False)
    change = TableChange(
        request.file,
        session=f"votes {request.name} {votes.method}",
        command=request.command,
        layout=LAYOUT,
        variant=f"votes {request.name} on {int(cells.voted.sum()):,} samples",
        records=len(cells.values),
        options=options,
    )
    store_table(store, change, [votes.measurements], listen)


def _written(cells: VoteCells) -> tuple[str, ...]:
    """The readers as the table names them."""
    if cells.kind != "readers":
        return ()
    return tuple(cells.written.get(name, name) for name in cells.columns)
