"""``votes add``: a table of votes becomes a set of a store, under a name."""

import json
import shlex
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fercurate import __version__
from fercurate.domain.lineage import InputFile, LineageEntry
from fercurate.domain.measurement import Measurements
from fercurate.domain.vote_set import ANSWERS, FERPLUS, SET_NAME, VOTE_KINDS, VoteKind
from fercurate.errors import ConflictError, StoreError, UsageError
from fercurate.files.digest import sha256_of
from fercurate.pipeline.events import Listener, ignore, warn_by
from fercurate.pipeline.votes.cells import VoteCells
from fercurate.pipeline.votes.stored import LAYOUT, content_method, measured_kind, vote_methods
from fercurate.pipeline.votes.table import VoteTable
from fercurate.report.overview.base import HasOverview, Overview, OverviewTable
from fercurate.store.heads.head import refuse_interrupted
from fercurate.store.store import Store
from fercurate.store.writer import open_writer

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class AddVotesRequest:
    """Which table of votes goes into which store, and under which name.

    Without a ``kind`` the cells tell it. ``overwrite`` lets other votes of this name be replaced.
    """

    store: Path
    file: Path
    name: str
    kind: VoteKind | None = None
    overwrite: bool = False
    dry_run: bool = False

    @property
    def command(self) -> str:
        """The command that does the same again, without machine paths."""
        told = f" --kind {self.kind}" if self.kind else ""
        told += " --overwrite" if self.overwrite else ""
        file = shlex.quote(_printable(self.file.name))
        return f"fercurate votes add {self.store.name} {file} --name {self.name}{told}"


@dataclass(frozen=True, repr=False)
class AddVotesReport(HasOverview):
    """What a table of votes held: samples with votes, votes by answer, and readers if known.

    ``samples`` of ``stored`` ones have votes. ``method`` changes with the votes, ``changed`` tells
    whether the store did.
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

    @property
    def votes(self) -> int:
        """All votes."""
        return sum(self.answers.values())

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
        }

    def overview(self) -> Overview:
        """How many votes there are for each answer."""
        rows = tuple(self.answers.items())
        headline = f"votes {self.name}: {self.votes:,} votes on {self.samples:,} samples"
        return Overview(headline, (OverviewTable("", ("answer", "votes"), rows),))


@dataclass(frozen=True)
class _NewVotes:
    """The votes of a table with the rows (M,) of the store that they are on, and their method."""

    kind: str
    method: str
    cells: VoteCells
    rows: NDArray[np.int64]

    @classmethod
    def of(cls, store: Store, table: VoteTable, cells: VoteCells, name: str) -> "_NewVotes":
        rows, kind = table.samples(store), measured_kind(name, cells.kind)
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
        if cells.kind == "counts":
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
        table = VoteTable.read(request.file, len(store))
        cells = VoteCells.of(table, request.kind)
        votes = _NewVotes.of(store, table, cells, request.name)
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
    )


def vote_kind(word: str | None) -> VoteKind | None:
    """A word as a kind of votes; None for None: the cells tell it.

    Raises:
        UsageError: it is another word.
    """
    if word is not None and word not in VOTE_KINDS:
        raise UsageError(f"{word!r}", where="kind", expected=f"one of {', '.join(VOTE_KINDS)}")
    return None if word is None else ("counts" if word == "counts" else "readers")


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
    session = f"votes {request.name} {votes.method}"
    refuse_interrupted(store.path, session)
    with open_writer(store.path, session, warn_by(listen)) as writer:
        if writer.lineage != store.lineage:  # rows were looked up before the store was locked
            raise StoreError(
                "another command has changed it meanwhile",
                where=str(store.path),
                fix="Nothing was stored; run it again",
            )
        if not writer.resumes:
            writer.add_measurements([votes.measurements])
        writer.commit(_entry(request, votes))


def _entry(request: AddVotesRequest, votes: _NewVotes) -> LineageEntry:
    file, cells = request.file, votes.cells
    size, digest = file.stat().st_size, sha256_of(file)
    options = {"set": request.name, "votes_are": cells.kind, "method": votes.method}
    if cells.written:
        options["readers"] = json.dumps(cells.written, ensure_ascii=False)
    return LineageEntry(
        command=request.command,
        source="",
        layout=LAYOUT,
        variant=f"votes {request.name} on {int(cells.voted.sum()):,} samples",
        version=__version__,
        time=datetime.now(UTC).isoformat(timespec="seconds"),
        records=len(cells.values),
        inputs=(InputFile(_printable(file.name), size, digest),),
        options=options,
    )


def _written(cells: VoteCells) -> tuple[str, ...]:
    """The readers as the table names them."""
    if cells.kind == "counts":
        return ()
    return tuple(cells.written.get(name, name) for name in cells.columns)


def _printable(name: str) -> str:
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
