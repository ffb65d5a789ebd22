"""``decisions apply``: decisions made elsewhere, taken over for the samples of one's own store."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fercurate.domain.decisions.decision import Decision
from fercurate.domain.decisions.history import DecisionHistory
from fercurate.domain.decisions.matching import MatchedDecisions
from fercurate.domain.text import plural
from fercurate.pipeline.decisions.union import read_files
from fercurate.report.overview.base import HasOverview, Overview, OverviewTable
from fercurate.store.decision_file import DecisionFile, store_decisions
from fercurate.store.store import Store

SCHEMA_VERSION = 1


@dataclass(frozen=True, repr=False)
class DecisionTransfer(HasOverview):
    """What of some files applies to a store.

    ``taken`` were not yet in the store's own file, ``known`` were; ``renamed`` of both stand for
    samples with the same pixels under another id. Those about ``other_pixels`` and about samples
    that are ``not_stored`` are not taken over.
    """

    path: Path
    taken: tuple[Decision, ...]
    known: int
    renamed: int
    other_pixels: tuple[Decision, ...]
    not_stored: tuple[Decision, ...]
    written: bool

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values with stable keys."""
        return {
            "schema_version": SCHEMA_VERSION,
            "kind": "decisions-apply",
            "file": str(self.path),
            "written": self.written,
            "taken": len(self.taken),
            "known": self.known,
            "renamed": self.renamed,
            "other_pixels": sorted({one.sample_id for one in self.other_pixels}),
            "not_stored": sorted({one.sample_id for one in self.not_stored}),
        }

    def overview(self) -> Overview:
        """How many apply."""
        rows = (
            ("taken", len(self.taken)),
            ("known already", self.known),
            ("found by pixels under another id", self.renamed),
            ("about other pixels", len(self.other_pixels)),
            ("about samples that are not stored", len(self.not_stored)),
        )
        said = f"{plural(len(self.taken), 'decision')} taken over into {self.path.name}"
        return Overview(said, (OverviewTable("", ("what", "decisions"), rows),))


def transfer_decisions(
    files: Sequence[Path], store_path: Path, into: Path | None = None, dry_run: bool = False
) -> DecisionTransfer:
    """Take over the decisions that are about stored pixels, under the ids of the store.

    The other authors' times stay. ``into`` is the store's own file if None.

    Raises:
        InputError: a file is missing, or holds something else.
        StoreError: the store is missing or damaged.
    """
    told = DecisionHistory.union(read_files(files))
    with Store.open(store_path) as store:
        ids, digests = store.manifest.encoded("id"), store.manifest.encoded("digest")
        names = store.manifest.text("id")
        matched = MatchedDecisions.of(told.valid, ids, digests)
        path = into or store_decisions(store.path)
    own = DecisionFile(path)
    before = own.read()
    applied = [
        one._replace(sample_id=str(names[row]))
        for row, one in zip(matched.rows.tolist(), matched.decisions, strict=True)
    ]
    renamed = sum(
        a.sample_id != b.sample_id for a, b in zip(applied, matched.decisions, strict=True)
    )
    there = set(before.decisions)
    taken = tuple(one for one in dict.fromkeys(applied) if one not in there)
    if taken and not dry_run:
        own.replace(DecisionHistory.union([before, DecisionHistory(taken)]))
    return DecisionTransfer(
        path,
        taken,
        len(applied) - len(taken),
        renamed,
        matched.other_pixels,
        matched.not_stored,
        written=bool(taken) and not dry_run,
    )
