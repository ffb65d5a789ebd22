"""What an audit looks at: the rows of a store or an export, with their pictures."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.columns import CodedText, Rows
from fercurate.domain.groups import Groups, Pairs, group_equal
from fercurate.domain.plan import NATIVE_ORDER, SPLIT_NAMES
from fercurate.domain.taxonomy import schemes
from fercurate.domain.text import decode_text, encode_text
from fercurate.errors import InputError
from fercurate.export.exported_files import ExportCondition, is_export
from fercurate.export.reader import ExportImages, SplitRows, read_export
from fercurate.files.nearby import otherwise_nearby
from fercurate.pipeline.audit.cluster_thumbnails import cluster_thumbnails
from fercurate.pipeline.engine.choice import ClusterEngine
from fercurate.pipeline.events import Listener, ignore, warn_by
from fercurate.pipeline.measure.duplicates import (
    PictureTable,
    face_identities,
    stored_pictures,
)
from fercurate.store.store import Store

TRAINING_SPLITS: tuple[str, ...] = ("train", "Training", "Automatic")
NO_SPLIT = "(none)"


Names = Callable[[Rows], NDArray[np.object_]]
"""Gives the ids (M,) of some rows."""


@dataclass(frozen=True)
class AuditTable:
    """Rows (N,) of a store or export: whom and what they show, and a way to their pictures.

    ``people`` and ``recordings`` are groups; ``identity`` are those of identical pictures of one
    face, in which rows that an operation ``derived`` are alone. ``parents`` (P, 2) pairs derived
    rows with the rows they were made from; ``orphans`` counts those whose parent is not here.
    Rows without a split have ``NO_SPLIT``, which is none of ``splits``. The folds of an export for
    cross-validation are its splits.
    """

    kind: str
    splits: tuple[str, ...]
    split: CodedText
    label: CodedText
    people: Groups
    recordings: Groups
    identity: Groups
    derived: NDArray[np.bool_]
    names: Names
    pictures: PictureTable
    parents: Pairs
    orphans: int = 0
    class_order: str = ""

    def __len__(self) -> int:
        return len(self.split)

    @cached_property
    def codes(self) -> NDArray[np.int64]:
        """The place (N,) of each row's split in ``splits``; -1 for no split."""
        place = {name: number for number, name in enumerate(self.splits)}
        places = [place.get(name, -1) for name in decode_text(self.split.values)]
        return np.asarray(np.array(places, dtype=np.int64)[self.split.codes])

    @cached_property
    def evaluated(self) -> NDArray[np.bool_]:
        """Mask (N,) of the rows of evaluation splits."""
        return self.split.mask(encode_text(self.evaluation))

    @property
    def evaluation(self) -> tuple[str, ...]:
        """The splits that are not trained on; every fold is one."""
        return tuple(name for name in self.splits if name not in TRAINING_SPLITS)


@contextmanager
def open_table(
    path: Path, listen: Listener = ignore, engine: ClusterEngine | None = None
) -> Iterator[AuditTable]:
    """Open a store or export for an audit; an engine makes the thumbnails that a store lacks.

    Raises:
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
        for remark in ExportCondition.of(path).remarks:
            warn_by(listen)(remark)
        with ExportImages(path) as images:
            yield _export_table(images.own(read_export(path)), images)
        return
    if not path.is_file():
        raise InputError("neither a store nor an export", where=str(path))
    with Store.open(path) as store:
        store.verify()
        pictures = stored_pictures(store)
        if engine is not None and pictures.small is None:
            pictures = replace(pictures, small=cluster_thumbnails(store, engine, listen))
        yield _store_table(store, pictures)


def _store_table(store: Store, pictures: PictureTable) -> AuditTable:
    manifest, native = store.manifest, store.manifest.coded("native_split")
    named = np.where(native.values == b"", NO_SPLIT.encode(), native.values)
    present = {name.decode("utf-8", "surrogateescape") for name in named.tolist()} - {NO_SPLIT}
    known = [name for name in NATIVE_ORDER if name in present]
    source = manifest.coded("source")
    return AuditTable(
        kind="store",
        splits=(*known, *sorted(present - set(known))),
        split=CodedText(named, native.codes),
        label=manifest.coded("expression"),
        people=group_equal(source, manifest.coded("subject")),
        recordings=group_equal(source, manifest.coded("sequence")),
        identity=face_identities(store),
        derived=np.zeros(len(manifest), dtype=bool),
        names=lambda rows: manifest.take(rows).text("id"),
        pictures=pictures,
        parents=np.empty((0, 2), np.int64),
    )


def _export_table(splits: tuple[SplitRows, ...], images: ExportImages) -> AuditTable:
    split = np.concatenate([_split_names(rows) for rows in splits])
    label = [np.array(r.classes, dtype=object)[r.labels] for r in splits]
    ids = np.concatenate([r.text["sample_id"] for r in splits])
    derived = np.concatenate([rows.derived for rows in splits])
    parents, orphans = _parents(splits, ids)
    source = np.concatenate([r.source for r in splits])
    subject, sequence = (
        np.concatenate([r.text[name] for r in splits]) for name in ("subject", "sequence")
    )
    return AuditTable(
        kind="export",
        splits=tuple(sorted(set(split), key=_split_order)),
        split=CodedText.of(encode_text(split)),
        label=CodedText.of(encode_text(np.concatenate(label))),
        people=group_equal(source, subject),
        recordings=group_equal(source, sequence),
        identity=group_equal(np.where(derived, "", images.digests())),
        derived=derived,
        names=lambda rows: ids[rows],
        pictures=PictureTable(images.read, np.full(len(ids), images.item)),
        parents=parents,
        orphans=orphans,
        class_order=_class_order_fault(splits),
    )


def _split_names(rows: SplitRows) -> NDArray[np.object_]:
    """The split of each row; in an export for cross-validation, the fold that tests it."""
    if rows.fold is None:
        return np.full(len(rows.labels), rows.split, dtype=object)
    return np.array([f"fold-{fold:02d}" for fold in rows.fold], dtype=object)


def _split_order(name: str) -> tuple[int, str]:
    return (SPLIT_NAMES.index(name) if name in SPLIT_NAMES else len(SPLIT_NAMES), name)


def _parents(splits: tuple[SplitRows, ...], ids: NDArray[np.object_]) -> tuple[Pairs, int]:
    """Pairs of derived rows and their parents, and how many parents are not in the export."""
    place = {str(name): row for row, name in enumerate(ids)}
    pairs: list[tuple[int, int]] = []
    orphans = 0
    for column in ("parent_a", "parent_b"):
        for row, parent in enumerate(np.concatenate([rows.text[column] for rows in splits])):
            if parent in place:
                pairs.append((row, place[parent]))
            elif parent:
                orphans += 1
    return np.array(pairs, dtype=np.int64).reshape(-1, 2), orphans


def _class_order_fault(splits: tuple[SplitRows, ...]) -> str:
    """What is wrong with the class names of an export, or nothing."""
    orders = {rows.classes for rows in splits}
    if len(orders) > 1:
        listed = "; ".join(f"{rows.split}: {', '.join(rows.classes)}" for rows in splits)
        return f"the files disagree about the order of classes ({listed})"
    named = schemes().get(splits[0].scheme)
    if named is not None and named.classes != splits[0].classes:
        return (
            f"the classes are {', '.join(splits[0].classes)}, but the scheme {named.name} is "
            f"{', '.join(named.classes)}"
        )
    return ""
