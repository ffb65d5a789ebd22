"""``decisions apply``: decisions made elsewhere, taken over for the samples of one's own store."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.decisions.decision import SAME_PICTURE, WITHDRAWN, Decision
from fercurate.domain.decisions.history import DecisionHistory
from fercurate.domain.decisions.matching import MatchedDecisions
from fercurate.domain.text import Encoded, plural
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

    Their times stay, and what was undone is undone here as well. ``into`` is the store's own file
    if None.

    Raises:
        InputError: a file is missing, or holds something else.
        StoreError: the store is missing or damaged.
    """
    told = DecisionHistory.union(read_files(files))
    with Store.open(store_path) as store:
        ids, digests = store.manifest.encoded("id"), store.manifest.encoded("digest")
        names = store.manifest.text("id")
        matched = MatchedDecisions.every(told.latest.values(), ids, digests)
        path = into or store_decisions(store.path)
    own = DecisionFile(path)
    before = own.read()
    others = _ids_by_old_name(told, names, digests)
    pairs = zip(matched.rows.tolist(), matched.decisions, strict=True)
    applied = [_renamed(one, str(names[row]), others) for row, one in pairs]
    there, known = set(before.decisions), before.latest
    counted = {one.key for one in applied if one.answer != WITHDRAWN}
    undone = known.keys() - counted
    before_and_after = zip(matched.decisions, applied, strict=True)
    kept = [(a, b) for a, b in before_and_after if b.answer != WITHDRAWN or b.key in undone]
    told_here = [after for _, after in kept]
    renamed = sum(named.sample_id != after.sample_id for named, after in kept)
    taken = tuple(one for one in dict.fromkeys(told_here) if one not in there)
    if taken and not dry_run:
        own.take(sorted(taken, key=lambda one: one.time))
    return DecisionTransfer(
        path,
        taken,
        len(told_here) - len(taken),
        renamed,
        matched.other_pixels,
        matched.not_stored,
        written=bool(taken) and not dry_run,
    )


def _ids_by_old_name(
    told: DecisionHistory, names: NDArray[np.object_], digests: Encoded
) -> dict[str, str]:
    """The id in the store of samples that decisions name otherwise, as far as one tells pixels."""
    stored = set(map(str, names))
    wanted = {one.digest.encode(): one.sample_id for one in told if one.sample_id not in stored}
    found = {
        wanted[digest]: str(name)
        for name, digest in zip(names, digests.tolist(), strict=True)
        if digest in wanted
    }
    return found


def _renamed(decision: Decision, sample_id: str, others: dict[str, str]) -> Decision:
    """A decision under the ids of the store, of both samples where it compares two."""
    given = decision.given
    if decision.question == SAME_PICTURE:
        given = others.get(given, given)
    return decision._replace(sample_id=sample_id, given=given)
