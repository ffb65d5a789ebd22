"""``votes list``: the vote sets of a store, FER+'s among them."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fercurate.domain.annotations.vote_set import VoteKind, VoteSet
from fercurate.pipeline.annotations.vote_sets import read_vote_set, vote_set_names, written_readers
from fercurate.report.overview.base import HasOverview, Overview, OverviewTable, rows_frame
from fercurate.store.store import Store

if TYPE_CHECKING:
    import pandas as pd

SCHEMA_VERSION = 1
_COLUMNS = ("set", "votes_are", "samples", "votes", "readers", "method")


@dataclass(frozen=True, slots=True)
class VoteSetFacts:
    """A set of a store: on how many samples it has how many votes, and by whom, if that is known.

    ``method`` changes with the votes. Where only shares are known, ``votes`` is 0.
    """

    name: str
    kind: VoteKind
    samples: int
    votes: int
    readers: tuple[str, ...]
    method: str

    @classmethod
    def of(cls, store: Store, votes: VoteSet) -> "VoteSetFacts":
        """The facts of a set."""
        counted = int(votes.voted.sum()), int(votes.vote_totals.sum())
        return cls(votes.name, votes.kind, *counted, written_readers(store, votes), votes.method)

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values with stable keys."""
        values = (self.name, self.kind, self.samples, self.votes, list(self.readers), self.method)
        return dict(zip(_COLUMNS, values, strict=True))


@dataclass(frozen=True, repr=False)
class VoteSetList(HasOverview):
    """The vote sets of a store with ``stored`` samples: FER+'s, then the others by name."""

    store: Path
    stored: int
    sets: tuple[VoteSetFacts, ...]

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values with stable keys."""
        return {
            "schema_version": SCHEMA_VERSION,
            "kind": "vote-sets",
            "store": str(self.store),
            "stored": self.stored,
            "sets": [one.to_json() for one in self.sets],
        }

    def overview(self) -> Overview:
        """A line a set."""
        rows = tuple((s.name, s.kind, s.samples, s.votes, len(s.readers)) for s in self.sets)
        table = OverviewTable("", ("set", "votes are", "samples", "votes", "readers"), rows)
        return Overview(f"store {self.store.name}: {len(rows)} sets of votes", (table,))

    def to_frame(self) -> "pd.DataFrame":
        """Return a row a set as a pandas table."""
        return rows_frame(_COLUMNS, [list(one.to_json().values()) for one in self.sets])


def list_votes(path: Path) -> VoteSetList:
    """List the vote sets of a store.

    Raises:
        StoreError: it is missing or damaged.
    """
    with Store.open(path) as store:
        sets = [read_vote_set(store, name) for name in vote_set_names(store)]
        facts = tuple(VoteSetFacts.of(store, votes) for votes in sets)
        return VoteSetList(path, len(store), facts)
