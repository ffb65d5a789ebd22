"""Audit: what stands on both sides of a split, and which labels contradict each other."""

from collections.abc import Iterator
from dataclasses import asdict, astuple, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.expression import UNLABELED
from fercurate.domain.groups import Groups, group_equal, join_pairs, members
from fercurate.pipeline.audit.table import NO_SPLIT, TRAINING_SPLITS, AuditTable, open_table
from fercurate.pipeline.events import Listener, ignore
from fercurate.pipeline.measure.duplicates import hashed_pictures
from fercurate.report.overview.base import HasOverview, Overview, rows_frame
from fercurate.report.overview.contents import audit_overview
from fercurate.screening.duplicates.search import find_duplicates
from fercurate.splits.leakage import leak_matrix

if TYPE_CHECKING:
    import pandas as pd

SCHEMA_VERSION = 1
_KEYS = {"with_train_duplicate": "with_train_twin"}
"""Keys of the JSON that have another name than the field; they stay what they were."""

KINDS: dict[str, str] = {
    "subject": "the same person",
    "sequence": "the same recording",
    "identical": "identical pictures",
    "near_identical": "identical or nearly identical pictures",
    "derived": "rows made from one picture, or it and what was made from it",
}
MAX_PAIRS = 1000


@dataclass(frozen=True, slots=True)
class LeakPair:
    """A row of an evaluation split and a row of another split that it leaks to or from."""

    kind: str
    sample: str
    split: str
    other: str
    other_split: str


@dataclass(frozen=True, repr=False)
class AuditReport(HasOverview):
    """What an audit found.

    ``matrices`` holds, for each kind of leak, a count for every pair of splits: rows of the first
    that share something with the second. ``leaked`` counts the evaluation rows with any leak,
    ``orphans`` the derived rows whose parent is not in the export.
    """

    kind: str
    splits: dict[str, int]
    identical: dict[str, int]
    near_pairs: int
    matrices: dict[str, dict[str, dict[str, int]]]
    evaluation_rows: int
    leaked: int
    leaked_by_split: dict[str, int]
    with_train_duplicate: int
    class_order: str
    orphans: int
    pairs: tuple[LeakPair, ...]

    @property
    def titles(self) -> dict[str, str]:
        """What each kind of leak is, in words."""
        return KINDS

    @property
    def share(self) -> float:
        """Share of the evaluation rows that leak."""
        return self.leaked / self.evaluation_rows if self.evaluation_rows else 0.0

    def findings(self, max_leak: float) -> bool:
        """Whether more leaks than allowed, or the order of classes is wrong."""
        return self.share > max_leak or bool(self.class_order)

    def to_json(self, max_leak: float) -> dict[str, Any]:
        """JSON-ready values with stable keys; at most ``MAX_PAIRS`` pairs."""
        values = {_KEYS.get(name, name): value for name, value in asdict(self).items()}
        return {
            "schema_version": SCHEMA_VERSION,
            "kind": "audit",
            "of": values.pop("kind"),
            **values,
            "leaked_share": self.share,
            "max_leak": max_leak,
            "passed": not self.findings(max_leak),
        }

    def overview(self) -> Overview:
        """What leaks between which splits, and the first pairs."""
        return audit_overview(self.to_json(max_leak=0.0))

    def to_frame(self) -> "pd.DataFrame":
        """Return the pairs that leak as a pandas table, at most ``MAX_PAIRS``.

        Columns: ``kind`` (``KINDS``), ``sample``, ``split``, ``other``, ``other_split``.
        """
        return rows_frame(LeakPair.__slots__, [astuple(pair) for pair in self.pairs])


def audit(path: Path, near: bool = True, jobs: int = 0, listen: Listener = ignore) -> AuditReport:
    """Audit a store (by native splits) or an export (by its splits).

    ``near`` also looks for nearly identical pictures.

    Raises:
        InputError, StoreError, ExportError: it cannot be read.
    """
    with open_table(path) as table:
        return _report(table, near, jobs, listen)


def _report(table: AuditTable, near: bool, jobs: int, listen: Listener) -> AuditReport:
    count = len(table.ids)
    groupings = {
        "subject": group_equal(table.source, table.subject),
        "sequence": group_equal(table.source, table.sequence),
        "identical": group_equal(table.identity),
        "derived": join_pairs(count, table.parents),
    }
    pairs = np.empty((0, 2), np.int64)
    if near:
        originals = np.flatnonzero(~table.derived)
        pictures = hashed_pictures(table.pictures, table.identity, originals, jobs, listen)
        duplicates, pairs = find_duplicates(pictures, table.identity, originals)
        groupings["near_identical"] = duplicates
    leaked = _leaked(table, groupings)
    in_train_too = _shares_with_train(table, groupings["identical"])
    return AuditReport(
        kind=table.kind,
        splits={name: int((table.split == name).sum()) for name in table.splits},
        identical=_identical(table, groupings["identical"]),
        near_pairs=len(pairs),
        matrices={kind: _matrix(table, groups) for kind, groups in groupings.items()},
        orphans=table.orphans,
        evaluation_rows=int(np.isin(table.split.astype(str), table.evaluation).sum()),
        leaked=int(leaked.sum()),
        leaked_by_split={n: int(leaked[table.split == n].sum()) for n in table.evaluation},
        with_train_duplicate=int(in_train_too.sum()),
        class_order=table.class_order,
        pairs=tuple(_first(_pairs(table, groupings), MAX_PAIRS)),
    )


def _first(pairs: Iterator[LeakPair], count: int) -> Iterator[LeakPair]:
    for _, pair in zip(range(count), pairs, strict=False):
        yield pair


def _identical(table: AuditTable, groups: Groups) -> dict[str, int]:
    """Groups of identical pictures: how many, their members, and those of two splits or labels."""
    found = list(members(groups).values())
    return {
        "groups": len(found),
        "images": sum(len(rows) for rows in found),
        "groups_across_splits": sum(_several(table.split[rows], NO_SPLIT) for rows in found),
        "contradictory_groups": sum(_several(table.label[rows], UNLABELED) for rows in found),
    }


def _matrix(table: AuditTable, groups: Groups) -> dict[str, dict[str, int]]:
    counts = leak_matrix(table.split, groups, table.splits)
    return _named(counts, table.splits)


def _named(counts: NDArray[np.int64], names: tuple[str, ...]) -> dict[str, dict[str, int]]:
    return {
        first: {second: int(counts[i, j]) for j, second in enumerate(names) if i != j}
        for i, first in enumerate(names)
    }


def _several(names: NDArray[np.object_], nothing: str) -> bool:
    """Whether there are different names, leaving aside the one that means there is none."""
    return len(set(names) - {nothing}) > 1


def _leaked(table: AuditTable, groupings: dict[str, Groups]) -> NDArray[np.bool_]:
    """Mask (N,) of the evaluation rows that share anything with another split.

    What was made from a picture that leaks, leaks as well.
    """
    leaked = np.zeros(len(table.ids), dtype=bool)
    for groups in groupings.values():
        for rows in members(groups).values():
            leaked[rows] |= _several(table.split[rows], NO_SPLIT)
    derived, parents = table.parents.T
    leaked[derived] |= leaked[parents]
    return np.asarray(leaked & np.isin(table.split.astype(str), table.evaluation))


def _shares_with_train(table: AuditTable, groups: Groups) -> NDArray[np.bool_]:
    names = table.split.astype(str)
    trained = np.isin(names, TRAINING_SPLITS) & ~table.derived
    return np.asarray(np.isin(names, table.evaluation) & np.isin(groups, groups[trained]))


def _pairs(table: AuditTable, groupings: dict[str, Groups]) -> Iterator[LeakPair]:
    """One pair for every evaluation row and kind of leak."""
    for kind, groups in groupings.items():
        for rows in members(groups).values():
            for row in rows:
                others = rows[~np.isin(table.split[rows].astype(str), (table.split[row], NO_SPLIT))]
                if len(others) and table.split[row] in table.evaluation:
                    other = int(others[0])
                    yield LeakPair(
                        kind,
                        str(table.ids[row]),
                        str(table.split[row]),
                        str(table.ids[other]),
                        str(table.split[other]),
                    )
