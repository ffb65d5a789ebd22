"""Class balance of a store or an export."""

from collections import Counter
from pathlib import Path

import numpy as np

from fercurate.domain.expression import KNOWN_EXPRESSIONS, UNLABELED
from fercurate.domain.plan import NATIVE_ORDER, SUBSETS
from fercurate.errors import ExportError, InputError
from fercurate.export.exported_files import ExportCondition, is_export
from fercurate.export.reader import SplitRows, read_export
from fercurate.export.summary import count_classes
from fercurate.files.nearby import otherwise_nearby
from fercurate.pipeline.events import Listener, ignore, warn_by
from fercurate.pipeline.stats.class_balance import EXPORT, STORE, ClassBalance, Counts, InputAccount
from fercurate.pipeline.stats.row_conditions import rows_where
from fercurate.store.store import Store


def measure_balance(path: Path, listen: Listener = ignore, where: str = "") -> ClassBalance:
    """Count the rows of a store or an export; what is read is compared with its digests first.

    With ``where`` only rows are counted that this condition holds for.

    Raises:
        WhereError: it is no condition.
        InputError: the path is missing or neither.
        StoreError, ExportError: it is damaged.
    """
    if not path.exists():
        raise InputError(
            "no such store or export",
            where=str(path),
            fix=otherwise_nearby(path, "Make a store with: fercurate ingest PATH"),
        )
    if is_export(path):
        return _export_balance(path, listen, where)
    return _store_balance(path, where)


def _store_balance(path: Path, where: str) -> ClassBalance:
    if not path.is_file():
        raise InputError(
            "neither a store nor an export",
            where=str(path),
            expected="a store (store.h5) or an export folder with train.h5",
        )
    with Store.open(path) as store:
        manifest, rejects = store.manifest, store.reject_counts()
        if where:
            from fercurate.pipeline.measure.columns import stored_rows_where  # noqa: PLC0415  # slow

            manifest = manifest.take(stored_rows_where(store, where))
        inputs = tuple(
            InputAccount(entry.source, tuple(file.name for file in entry.inputs), entry.files)
            for entry in store.lineage
            if entry.files.seen
        )
    expressions, sources = manifest.text("expression"), manifest.text("source")
    classes = tuple(name for name in KNOWN_EXPRESSIONS if (expressions == name).any())
    is_labeled = expressions != UNLABELED
    labeled = manifest.take(np.flatnonzero(is_labeled))
    by_source = {}
    for source in sorted(set(sources)):
        own = manifest.take(np.flatnonzero(is_labeled & (sources == source)))
        by_source[source] = _by_split(own.counts("native_split", "expression"), classes)
    return ClassBalance(
        kind=STORE,
        total=len(manifest),
        sources=dict(sorted(Counter(sources).items())),
        splits=_by_split(labeled.counts("native_split", "expression"), classes),
        by_source=by_source,
        classes=classes,
        inputs=inputs,
        unlabeled=len(manifest) - len(labeled),
        rejects=rejects,
    )


def _by_split(table: dict[str, Counts], classes: tuple[str, ...]) -> dict[str, Counts]:
    names = [n for n in NATIVE_ORDER if n in table] + [n for n in table if n not in NATIVE_ORDER]
    return {n or "(none)": {c: table[n].get(c, 0) for c in classes} for n in names}


def _export_balance(path: Path, listen: Listener, where: str) -> ClassBalance:
    splits = rows_where(read_export(path), where)
    condition = ExportCondition.of(path)
    for remark in condition.remarks:
        warn_by(listen)(remark)
    classes = splits[0].classes
    if any(rows.classes != classes for rows in splits):
        raise ExportError("the files disagree about their classes", where=str(path))
    own = tuple(rows for rows in splits if rows.split not in SUBSETS)
    by_source: dict[str, dict[str, Counts]] = {}
    for rows in splits:
        for source in sorted(set(rows.source)):
            labels = rows.labels[rows.source == source]
            by_source.setdefault(source, {})[rows.split] = count_classes(labels, classes)
    return ClassBalance(
        kind=EXPORT,
        total=sum(len(rows.labels) for rows in own),
        sources=dict(sorted(_sources(own).items())),
        splits={rows.split: count_classes(rows.labels, classes) for rows in splits},
        by_source=by_source,
        classes=classes,
        derived={rows.split: count_classes(rows.labels[rows.derived], classes) for rows in splits},
        verified=condition.verified,
        changed_files=condition.changed,
    )


def _sources(splits: tuple[SplitRows, ...]) -> Counter[str]:
    return sum((Counter(rows.source) for rows in splits), Counter())
