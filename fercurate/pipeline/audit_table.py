"""What an audit looks at: the rows of a store or an export, with their pictures."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.plan import SPLIT_NAMES
from fercurate.domain.taxonomy import schemes
from fercurate.errors import InputError
from fercurate.export.reader import ExportImages, SplitRows, is_export, read_export
from fercurate.pipeline.twins import ReadImages
from fercurate.sources.decode import decode_image
from fercurate.store.store import Store

TRAINING_SPLITS: tuple[str, ...] = ("train", "Training", "Automatic")
NO_SPLIT = "(none)"


@dataclass(frozen=True)
class AuditTable:
    """Rows (N,) of a store or export: text columns, and a way to their pictures.

    ``parent_split`` tells, for a derived row, the split of the row it was made from.
    """

    kind: str
    splits: tuple[str, ...]
    split: NDArray[np.object_]
    ids: NDArray[np.object_]
    source: NDArray[np.object_]
    subject: NDArray[np.object_]
    sequence: NDArray[np.object_]
    label: NDArray[np.object_]
    digest: NDArray[np.object_]
    parent_split: NDArray[np.object_]
    read: ReadImages
    class_order: str = ""

    @property
    def derived(self) -> NDArray[np.bool_]:
        """Mask (N,) of rows that an operation made."""
        return np.asarray(self.parent_split != "")

    @property
    def evaluation(self) -> tuple[str, ...]:
        """The splits that are not trained on."""
        return tuple(name for name in self.splits if name not in TRAINING_SPLITS)


@contextmanager
def open_table(path: Path) -> Iterator[AuditTable]:
    """Open a store or export for an audit.

    Raises:
        InputError: the path is missing or neither.
        StoreError, ExportError: it is damaged.
    """
    if not path.exists():
        raise InputError("no such store or export", where=str(path))
    if is_export(path):
        with ExportImages(path) as images:
            yield _export_table(read_export(path), images)
        return
    if path.is_dir():
        raise InputError("a folder that is no export", where=str(path))
    with Store.open(path, decode_image) as store:
        yield _store_table(store)


def _store_table(store: Store) -> AuditTable:
    manifest = store.manifest
    native = manifest.text("native_split")
    split = np.where(native == "", NO_SPLIT, native)
    names = sorted(set(split), key=lambda name: (name not in TRAINING_SPLITS, name))
    return AuditTable(
        kind="store",
        splits=tuple(names),
        split=split,
        ids=manifest.text("id"),
        source=manifest.text("source"),
        subject=manifest.text("subject"),
        sequence=manifest.text("sequence"),
        label=manifest.text("expression"),
        digest=manifest.text("digest"),
        parent_split=np.full(len(manifest), "", dtype=object),
        read=store.images,
    )


def _export_table(splits: tuple[SplitRows, ...], images: ExportImages) -> AuditTable:
    split = np.concatenate([np.full(len(r.labels), r.split, dtype=object) for r in splits])
    label = [np.array(r.classes, dtype=object)[r.labels] for r in splits]
    ids = np.concatenate([r.text["sample_id"] for r in splits])
    parents = np.concatenate([r.text["parent_a"] for r in splits])
    home = dict(zip(ids, split, strict=True))
    return AuditTable(
        kind="export",
        splits=tuple(name for name in SPLIT_NAMES if name in set(split)),
        split=split,
        ids=ids,
        source=np.concatenate([r.source for r in splits]),
        subject=np.concatenate([r.text["subject"] for r in splits]),
        sequence=np.concatenate([r.text["sequence"] for r in splits]),
        label=np.concatenate(label),
        digest=images.digests(),
        parent_split=np.array([home.get(p, "(nowhere)") if p else "" for p in parents], object),
        read=images.read,
        class_order=_class_order_fault(splits),
    )


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
