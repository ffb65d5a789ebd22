"""Reading an export back: what each row is, without its pixels."""

from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

from fercurate.domain.plan import ORIGINAL, SPLIT_NAMES
from fercurate.errors import ExportError, StoreError
from fercurate.export.hdf5 import EXPORT_TYPE, dataset_names
from fercurate.store.layout import dataset, open_typed, read_text


@dataclass(frozen=True)
class SplitRows:
    """The rows of one split: class names in order, labels (N,), and text (N,) for source and op."""

    split: str
    classes: tuple[str, ...]
    labels: NDArray[np.int64]
    source: NDArray[np.object_]
    op: NDArray[np.object_]

    @property
    def derived(self) -> NDArray[np.bool_]:
        """Mask (N,) of rows that an operation made."""
        return np.asarray(self.op != ORIGINAL)


def is_export(path: Path) -> bool:
    """Whether a path is an export folder or one of its HDF5 files."""
    return any(_type_of(file) == EXPORT_TYPE for file in _files(path))


def _files(path: Path) -> list[Path]:
    return sorted(path.glob("*.h5")) if path.is_dir() else [path]


def _type_of(path: Path) -> object:
    try:
        with h5py.File(path, "r", locking=False) as file:
            return file.attrs.get("type")
    except OSError:
        return None


def read_export(path: Path) -> tuple[SplitRows, ...]:
    """Read the rows of every split of an export folder or file, in the order train, val, test.

    Raises:
        ExportError: no export, damaged, or columns of unequal length.
    """
    splits: list[SplitRows] = []
    try:
        for file in _files(path):
            with open_typed(file, EXPORT_TYPE) as opened:
                layout = str(opened.attrs["layout"])
                splits += [_read_split(opened, str(s), layout) for s in opened.attrs["splits"]]
    except StoreError as error:
        raise ExportError(error.found, where=error.where, expected=error.expected) from None
    except (KeyError, TypeError) as error:
        raise ExportError(f"lacks {error}", where=str(path)) from None
    if not splits:
        raise ExportError("no split files", where=str(path), expected="train.h5, val.h5, test.h5")
    return tuple(sorted(splits, key=lambda rows: SPLIT_NAMES.index(rows.split)))


def _read_split(file: h5py.File, split: str, layout: str) -> SplitRows:
    if split not in SPLIT_NAMES:
        raise ExportError(f"a split named {split!r}", where=file.filename)
    names = dataset_names(split, layout)
    classes = tuple(str(name) for name in file.attrs["class_names"])
    labels = dataset(file, names["labels"])[:].astype(np.int64)
    source, op = read_text(file, names["source"]), read_text(file, names["op"])
    if not len(labels) == len(source) == len(op) == len(dataset(file, names["images"])):
        raise ExportError("columns of unequal length", where=f"{file.filename}: {split}")
    if labels.size and not (labels.min() >= 0 and labels.max() < len(classes)):
        raise ExportError(
            f"a label outside 0..{len(classes) - 1}", where=f"{file.filename}: {split}"
        )
    return SplitRows(split, classes, labels, source, op)
