"""Reading an export back: what each row is, and its picture where one is asked for."""

from collections.abc import Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock

import h5py
import numpy as np
from numpy.typing import NDArray

from fercurate.domain.plan import FILE_SPLITS, SUBSETS
from fercurate.domain.sample import pixel_digest
from fercurate.domain.segments.base import ORIGINAL
from fercurate.errors import ExportError
from fercurate.export.exported_files import check_complete, exported_files, open_exported
from fercurate.export.hdf5 import TEXT_ROWS, dataset_names
from fercurate.files.hdf5 import column, dataset, read_text
from fercurate.training.shared.attributes import ExportAttributes

_BLOCK = 1024
_NUMBERS = {"fold": np.int64, "mix": np.float64, "enhanced": np.uint8}


@dataclass(frozen=True)
class SplitRows:
    """The rows of one split: scheme and class names in order, labels (N,), text columns (N,).

    ``fold`` (N,) int64 is there in exports for cross-validation, ``mix`` (N,) float64 says how far
    a synthetic row lies between its parents, ``enhanced`` (N,) uint8 whose light was cured.
    """

    split: str
    scheme: str
    classes: tuple[str, ...]
    labels: NDArray[np.int64]
    text: Mapping[str, NDArray[np.object_]]
    fold: NDArray[np.int64] | None = None
    mix: NDArray[np.float64] | None = None
    enhanced: NDArray[np.uint8] | None = None

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, chosen: NDArray[np.bool_]) -> "SplitRows":
        """Some of the rows, by a mask (N,)."""
        return replace(
            self,
            labels=self.labels[chosen],
            text={name: values[chosen] for name, values in self.text.items()},
            fold=None if self.fold is None else self.fold[chosen],
            mix=None if self.mix is None else self.mix[chosen],
            enhanced=None if self.enhanced is None else self.enhanced[chosen],
        )

    @property
    def source(self) -> NDArray[np.object_]:
        """Source names (N,)."""
        return self.text["source"]

    @property
    def op(self) -> NDArray[np.object_]:
        """Operations (N,) that made the rows."""
        return self.text["op"]

    @property
    def derived(self) -> NDArray[np.bool_]:
        """Mask (N,) of rows that an operation made."""
        return np.asarray(self.op != ORIGINAL)


def read_export(path: Path) -> tuple[SplitRows, ...]:
    """Read the rows of every split of an export folder or file, in the order ``FILE_SPLITS``.

    Every file that is read is compared with ``recipe.lock`` first, if there is one.

    Raises:
        ExportError: no export, changed since it was built, or damaged.
    """
    check_complete(path)
    splits: list[SplitRows] = []
    for place in exported_files(path):
        with open_exported(place) as (file, attributes):
            splits += [read_split(file, split, attributes) for split in attributes.splits]
    if not splits:
        raise ExportError("no split files", where=str(path), expected="train.h5, val.h5, test.h5")
    if len({rows.split for rows in splits}) != len(splits):
        raise ExportError(
            "a split is there twice",
            where=str(path),
            fix="Keep one of the files that hold it, and move the others elsewhere",
        )
    return tuple(sorted(splits, key=lambda rows: FILE_SPLITS.index(rows.split)))


def read_split(file: h5py.File, split: str, attributes: ExportAttributes) -> SplitRows:
    """Read the rows of one split of an open file.

    Raises:
        FormatError, ExportError: it is not as the format says.
    """
    where, classes = f"{file.filename}: {split}", attributes.classes
    names = dataset_names(split, attributes.layout)
    images = dataset(file, names["images"])
    check_images(images)
    labels = column(file, names["labels"], np.dtype(np.int64), len(images))
    text = {column: _shared(read_text(file, names[column])) for column in TEXT_ROWS}
    if any(len(values) != len(labels) for values in text.values()):
        raise ExportError("columns of unequal length", where=where)
    if labels.size and not (labels.min() >= 0 and labels.max() < len(classes)):
        raise ExportError(f"a label outside 0..{len(classes) - 1}", where=where)
    numbers = {
        name: column(file, names[name], np.dtype(kind), len(labels))
        for name, kind in _NUMBERS.items()
        if names[name] in file
    }
    return SplitRows(split, attributes.scheme, classes, labels, text, **numbers)


def _shared(values: NDArray[np.object_]) -> NDArray[np.object_]:
    """The same texts (N,), equal ones as one object: names of sources and operations are few."""
    known: dict[str, str] = {}
    for at, value in enumerate(values):
        values[at] = known.setdefault(value, value)
    return values


def check_images(images: h5py.Dataset) -> None:
    """Refuse what are no pictures.

    Raises:
        ExportError: another type or shape.
    """
    shape = images.shape
    colored = len(shape) == 4 and shape[3] == 3
    if images.dtype != np.uint8 or not (len(shape) == 3 or colored):
        raise ExportError(f"{images.name} is {images.dtype} {shape}", where=images.file.filename)


class ExportImages(AbstractContextManager["ExportImages"]):
    """The pictures of an export, split after split in the order train, val, test.

    A file that repeats rows of a split that is here is left out.
    """

    def __init__(self, path: Path) -> None:
        self._stack = ExitStack()
        found: list[tuple[str, h5py.Dataset]] = []
        for place in exported_files(path):
            file, attributes = self._stack.enter_context(open_exported(place))
            for split in attributes.splits:
                images = dataset(file, dataset_names(split, attributes.layout)["images"])
                check_images(images)
                found.append((split, images))
        named = dict(sorted(found, key=lambda f: FILE_SPLITS.index(f[0])))
        self._splits = tuple(name for name in named if SUBSETS.get(name) not in named)
        self._images = [named[name] for name in self._splits]
        self._starts = np.cumsum([0, *(len(d) for d in self._images)])
        self._lock = Lock()

    def own(self, splits: tuple[SplitRows, ...]) -> tuple[SplitRows, ...]:
        """Those splits whose pictures these are."""
        return tuple(rows for rows in splits if rows.split in self._splits)

    @property
    def item(self) -> int:
        """Bytes of one picture."""
        return int(np.prod(self._images[0].shape[1:])) if self._images else 0

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def read(self, rows: NDArray[np.int64]) -> list[NDArray[np.uint8]]:
        """Return the pictures of rows (M,); safe to use from several threads."""
        with self._lock:
            return [self._one(int(row)) for row in rows]

    def _one(self, row: int) -> NDArray[np.uint8]:
        place = int(np.searchsorted(self._starts, row, side="right")) - 1
        picture: NDArray[np.uint8] = self._images[place][row - int(self._starts[place])]
        return picture

    def digests(self) -> NDArray[np.object_]:
        """SHA-256 (hex) of every picture, as the store has them."""
        found: list[str] = []
        for images in self._images:
            for start in range(0, len(images), _BLOCK):
                found += [pixel_digest(image) for image in images[start : start + _BLOCK]]
        return np.array(found, dtype=object)
