"""What an ingest did, as a frozen value."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fercurate.domain.lineage import FileAccount
from fercurate.domain.sample import REJECT_MEANINGS, Reject, RejectCode
from fercurate.report.overview.base import HasOverview, Overview, rows_frame
from fercurate.report.overview.contents import ingest_overview
from fercurate.store.store import Store

if TYPE_CHECKING:
    import pandas as pd

REJECT_COLUMNS: tuple[str, ...] = ("source", "origin", "line", "code", "meaning", "message")
"""The columns of a table of rejects."""


@dataclass(frozen=True, slots=True)
class CorpusReport:
    """What one recognized corpus gave.

    ``source`` is the name of its reader and ``name`` the one its samples are stored under; ``why``
    says by what it was recognized and ``variant`` which known variant it is. ``records`` rows or
    files were read, of which ``added`` are new; ``rejects`` counts the others by code, and
    ``examples`` are the first of them. ``changed`` tells whether the store did.
    ``files`` accounts for every file of the input, ``remarks`` are lines that ask for attention.
    ``differing`` rows are stored already with another picture, label or split. An update
    ``replaced`` some samples, and ``removed`` those that are gone.
    """

    path: str
    source: str
    name: str
    layout: str
    why: str
    variant: str
    records: int
    added: int
    unchanged: int
    rejects: Mapping[str, int]
    examples: tuple[Reject, ...]
    changed: bool
    files: FileAccount = field(default_factory=FileAccount)
    remarks: tuple[str, ...] = ()
    differing: int = 0
    replaced: int = 0
    removed: int = 0

    @property
    def rejected(self) -> int:
        """Rows or files that could not become samples."""
        return sum(self.rejects.values())

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values with the keys of ``fercurate ingest --json``."""
        keys = ("path", "source", "layout", "why", "variant", "records", "added", "unchanged")
        return {
            **{key: getattr(self, key) for key in keys},
            "rejected": self.rejected,
            "rejects": {str(code): count for code, count in self.rejects.items()},
            "reject_examples": [reject.to_json() for reject in self.examples],
            "changed": self.changed,
            "files": self.files.to_json(),
            "remarks": list(self.remarks),
            "differing": self.differing,
            "replaced": self.replaced,
            "removed": self.removed,
        }


@dataclass(frozen=True, repr=False)
class IngestReport(HasOverview):
    """What an ingest did, corpus by corpus, in the order in which they were read.

    After a dry run nothing was read, and every count is 0.
    """

    store: Path
    corpora: tuple[CorpusReport, ...]
    dry_run: bool = False

    def __len__(self) -> int:
        return len(self.corpora)

    def __iter__(self) -> Iterator[CorpusReport]:
        return iter(self.corpora)

    def __getitem__(self, number: int) -> CorpusReport:
        return self.corpora[number]

    @property
    def added(self) -> int:
        """Samples that are new in the store."""
        return sum(corpus.added for corpus in self.corpora)

    @property
    def rejected(self) -> int:
        """Rows or files that could not become samples."""
        return sum(corpus.rejected for corpus in self.corpora)

    def overview(self) -> Overview:
        """What was read of each corpus, and why rows were rejected."""
        return ingest_overview(self.to_json()["inputs"])

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values, those of ``fercurate ingest --json``."""
        inputs = [corpus.to_json() for corpus in self.corpora]
        return {"schema_version": 1, "kind": "ingest", "inputs": inputs}

    def to_frame(self) -> "pd.DataFrame":
        """Return every reject that the store keeps of these corpora, one a row, as a pandas table.

        Columns: ``REJECT_COLUMNS``. The store is read now, so that what an earlier ingest of the
        same corpora rejected is there as well.

        Raises:
            StoreError: the store is no longer there, or damaged.
        """
        if self.dry_run:
            return rows_frame(REJECT_COLUMNS, [])
        names = {corpus.name for corpus in self.corpora}
        with Store.open(self.store) as store:
            rows = [
                (source, origin, line, code, REJECT_MEANINGS[RejectCode(code)], message)
                for source, origin, line, code, message in store.rejects()
                if source in names
            ]
        return rows_frame(REJECT_COLUMNS, rows)
