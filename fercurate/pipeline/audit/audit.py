"""Audit: what stands on both sides of a split, and which labels contradict each other."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.columns import CodedText
from fercurate.domain.expression import UNLABELED
from fercurate.domain.groups import Groups, join_pairs, members
from fercurate.domain.text import decode_text, encode_text
from fercurate.errors import UsageError
from fercurate.export.exported_files import is_export
from fercurate.pipeline.audit.relations import Relation, in_other_splits
from fercurate.pipeline.audit.report import KINDS, MAX_PAIRS, AuditReport, LeakPair
from fercurate.pipeline.audit.table import NO_SPLIT, TRAINING_SPLITS, AuditTable, open_table
from fercurate.pipeline.engine.choice import ClusterChoice, engine_of
from fercurate.pipeline.events import Listener, Notice, ignore
from fercurate.pipeline.measure.duplicates import searched_pictures, telling
from fercurate.screening.duplicates.search import (
    CHANGES,
    NEAR,
    DuplicatePairs,
    DuplicateRule,
    find_duplicates,
)


@dataclass(frozen=True, slots=True)
class AuditRequest:
    """What to audit: a store (by native splits) or an export (by its splits), and for what.

    ``near`` also looks for nearly identical pictures, and ``changed``, with it, for changed copies
    between splits. ``cluster`` shrinks the pictures of a store that keeps no thumbnails of them.
    """

    path: Path
    near: bool = True
    changed: bool = True
    jobs: int = 0
    cluster: ClusterChoice | None = None


def audit(
    path: Path,
    near: bool = True,
    jobs: int = 0,
    listen: Listener = ignore,
    changed: bool = True,
) -> AuditReport:
    """Audit a store or an export by this process alone; see ``audit_as``."""
    return audit_as(AuditRequest(path, near, changed, jobs), listen)


def audit_as(request: AuditRequest, listen: Listener = ignore) -> AuditReport:
    """Audit a store or an export as requested.

    Raises:
        InputError, StoreError, ExportError: it cannot be read.
        UsageError: a part of an audit of an export, or where nothing is shrunk.
        EngineError, PartDone: as ``cluster_thumbnails`` has it.
    """
    path, jobs, cluster = request.path, request.jobs, request.cluster
    if cluster is not None and (not request.near or is_export(path)):
        what = "an export" if request.near else "an audit without near duplicates"
        text = f"{what} has no work for a cluster"
        if not cluster.address:
            raise UsageError(text, where="--shard", fix="Leave out --shard and --seal")
        listen(Notice(f"{text}: it is audited by this process"))
        cluster = None
    with (
        engine_of(cluster, path, listen, jobs) as engine,
        open_table(path, listen, engine) as table,
    ):
        sides = table.codes if request.changed and len(table.splits) > 1 else None
        rule = DuplicateRule(sides=sides, jobs=jobs)
        found = _duplicates(table, rule, listen) if request.near else None
        return _report(table, found)


def _duplicates(table: AuditTable, rule: DuplicateRule, listen: Listener) -> DuplicatePairs:
    originals = np.flatnonzero(~table.derived)
    pictures = searched_pictures(table.pictures, table.identity, originals, rule.jobs, listen)
    if rule.sides is None:
        return find_duplicates(pictures, table.identity, originals, rule)
    with telling(rule, listen) as told:
        return find_duplicates(pictures, table.identity, originals, told)


def _relations(table: AuditTable, found: DuplicatePairs | None) -> dict[str, Relation]:
    identical = table.identity
    relations = {
        "subject": Relation.of_groups(table.people),
        "sequence": Relation.of_groups(table.recordings),
        "identical": Relation.of_groups(identical),
        "derived": Relation.of_groups(join_pairs(len(table), table.parents)),
    }
    if found is not None:
        relations["near_identical"] = Relation(identical, found.of(NEAR), ~found.flat)
        for kind in CHANGES:
            if kind not in found.unsearched:
                relations[kind] = Relation.of_pairs(identical, found.of(kind))
    return {kind: relations[kind] for kind in KINDS if kind in relations}


def _report(table: AuditTable, found: DuplicatePairs | None) -> AuditReport:
    relations = _relations(table, found)
    codes, count = table.codes, len(table.splits)
    reached = {
        kind: in_other_splits(relation.reach(codes, count), codes)
        for kind, relation in relations.items()
    }
    leaks = {kind: _leaked(table, some) for kind, some in reached.items()}
    leaked = np.any(list(leaks.values()), axis=0)
    plainly = np.any([some for kind, some in leaks.items() if kind not in CHANGES], axis=0)
    identical = relations["identical"].groups
    numbers = {kind: one.pair_count(codes, count) for kind, one in relations.items()}
    near = numbers.get("near_identical")
    return AuditReport(
        kind=table.kind,
        splits={name: int((codes == place).sum()) for place, name in enumerate(table.splits)},
        identical=_identical(table, identical),
        near_pairs=near[0] if near is not None else None,
        changed_pairs={kind: numbers[kind][1] if kind in numbers else None for kind in CHANGES},
        near_recall=None if found is None else found.recall,
        matrices={kind: _matrix(table, some) for kind, some in reached.items()},
        orphans=table.orphans,
        evaluation_rows=int(table.evaluated.sum()),
        leaked=int(leaked.sum()),
        leaked_by_split={
            name: int(leaked[codes == place].sum())
            for place, name in enumerate(table.splits)
            if name in table.evaluation
        },
        leaked_by_kind={kind: int(some.sum()) for kind, some in leaks.items()},
        leaked_by_change=int((leaked & ~plainly).sum()),
        with_train_duplicate=int(_shares_with_train(table, identical).sum()),
        class_order=table.class_order,
        pairs=tuple(_pairs(table, relations, reached)),
    )


def _identical(table: AuditTable, groups: Groups) -> dict[str, int]:
    """Groups of identical pictures: how many, their members, and those of two splits or labels."""
    found = list(members(groups).values())
    return {
        "groups": len(found),
        "images": sum(len(rows) for rows in found),
        "groups_across_splits": sum(_several(table.split, rows, NO_SPLIT) for rows in found),
        "contradictory_groups": sum(_several(table.label, rows, UNLABELED) for rows in found),
    }


def _matrix(table: AuditTable, reached: NDArray[np.bool_]) -> dict[str, dict[str, int]]:
    """For each pair of splits, the rows of the first that reach (N, S) the second."""
    return {
        first: {
            second: int(reached[table.codes == i, j].sum())
            for j, second in enumerate(table.splits)
            if second != first
        }
        for i, first in enumerate(table.splits)
    }


def _several(column: CodedText, rows: NDArray[np.int64], nothing: str) -> bool:
    """Whether rows (M,) have different texts, leaving aside the one that means there is none."""
    return len(set(column.values[np.unique(column.codes[rows])].tolist()) - {nothing.encode()}) > 1


def _leaked(table: AuditTable, reached: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Mask (N,) of the evaluation rows that reach (N, S) another split.

    What was made from a picture that leaks, leaks as well.
    """
    leaked: NDArray[np.bool_] = np.asarray(reached.any(axis=1))
    derived, parents = table.parents.T
    np.logical_or.at(leaked, derived, leaked[parents])
    return np.asarray(leaked & table.evaluated)


def _shares_with_train(table: AuditTable, groups: Groups) -> NDArray[np.bool_]:
    trained = table.split.mask(encode_text(TRAINING_SPLITS)) & ~table.derived
    return np.asarray(table.evaluated & np.isin(groups, groups[trained]))


def _pairs(
    table: AuditTable, relations: dict[str, Relation], reached: dict[str, NDArray[np.bool_]]
) -> Iterator[LeakPair]:
    """One pair for every evaluation row and kind of leak, at most ``MAX_PAIRS`` of a kind."""
    names = decode_text(table.split.values)
    for kind, relation in relations.items():
        reaching = np.asarray(reached[kind].any(axis=1))
        partners = relation.partners(table.codes, reaching)
        evaluated = ((row, other) for row, other in partners if table.evaluated[row])
        for pair in islice(evaluated, MAX_PAIRS):
            (name, other), splits = table.names(np.array(pair)), table.split.codes[list(pair)]
            yield LeakPair(kind, str(name), names[splits[0]], str(other), names[splits[1]])
