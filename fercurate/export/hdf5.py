"""Split files: root datasets of one length, contiguous, readable by h5py alone.

The file is made whole by HDF5 except for the pictures, whose place in it is reserved; they are
then written straight to that place, block by block and by any number of workers, so memory stays
flat and the bytes do not depend on the order of writing.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from fercurate.domain.text import Encoded
from fercurate.errors import ExportError
from fercurate.files.hdf5 import FileType, new_hdf5, text_type
from fercurate.training.shared.format import (
    EXPORT_TYPE,
    FORMAT_VERSION,
    LAYOUTS,
    LEGACY,
    LEGACY_FILE,
    NUMBER_ROWS,
    STANDARD,
    TEXT_ROWS,
    dataset_names,
    file_name,
)

__all__ = [
    "EXPORT_FILE",
    "EXPORT_TYPE",
    "FORMAT_VERSION",
    "LAYOUTS",
    "LEGACY",
    "LEGACY_FILE",
    "NUMBER_ROWS",
    "STANDARD",
    "TEXT_ROWS",
    "ExportAttributes",
    "ImageRange",
    "ImageSink",
    "NumberColumn",
    "SplitTable",
    "TextColumn",
    "dataset_names",
    "file_name",
    "set_statistics",
    "write_tables",
]

EXPORT_FILE = FileType(EXPORT_TYPE, FORMAT_VERSION, ExportError)
"""What every HDF5 file of an export says that it is."""


@dataclass(frozen=True)
class TextColumn:
    """A text column in blocks, made when they are written: the widest value's bytes, and them."""

    width: int
    blocks: Callable[[], Iterator[Encoded]]


@dataclass(frozen=True)
class NumberColumn:
    """Numbers (N, ...) in blocks, made when they are written: type, shape of one, and them."""

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    blocks: Callable[[], Iterator[NDArray[Any]]]


@dataclass(frozen=True)
class SplitTable:
    """One split of ``rows`` without its pictures: columns, labels (N,), shape of a picture.

    ``folder`` is where in the export its file goes.
    """

    split: str
    rows: int
    text: Mapping[str, TextColumn]
    labels: NumberColumn
    numbers: Mapping[str, NumberColumn]
    picture: tuple[int, ...]
    folder: str = ""

    def __len__(self) -> int:
        return self.rows


@dataclass(frozen=True)
class ExportAttributes:
    """What every file of an export says about itself."""

    class_names: tuple[str, ...]
    class_weights: NDArray[np.float64]
    scalars: Mapping[str, str]
    online: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class ImageRange:
    """Where a split's pictures lie: the file, the byte offset of the first, bytes of one."""

    path: Path
    offset: int
    item: int


def write_tables(
    folder: Path,
    tables: Sequence[SplitTable],
    attributes: Mapping[str, ExportAttributes],
    layout: str,
) -> list[ImageRange]:
    """Write all split files without pictures; return where each table's pictures belong.

    ``attributes`` has one entry for each table's ``folder``.

    Raises:
        OSError: the disk is full or the folder cannot be written.
    """
    by_file: dict[Path, list[SplitTable]] = {}
    for table in tables:
        path = folder / table.folder / file_name(table.split, layout)
        by_file.setdefault(path, []).append(table)
    ranges: dict[int, ImageRange] = {}
    for path, members in by_file.items():
        path.parent.mkdir(exist_ok=True)
        with new_hdf5(path) as file:
            found = attributes[members[0].folder]
            _write_attributes(file, found, layout, [table.split for table in members])
            for name in ("mean", "std"):  # known only when all pictures are written
                file.attrs[name] = np.zeros((*members[0].picture, 1)[2])
            for table in members:
                images = _write_table(file, table, dataset_names(table.split, layout))
                item = int(np.prod(table.picture))
                ranges[id(table)] = ImageRange(path, images.id.get_offset() or 0, item)
    return [ranges[id(table)] for table in tables]


def _write_attributes(
    file: h5py.File, attributes: ExportAttributes, layout: str, splits: list[str]
) -> None:
    file.attrs["type"] = EXPORT_TYPE
    file.attrs["format_version"] = FORMAT_VERSION
    file.attrs["layout"] = layout
    file.attrs["splits"] = splits
    file.attrs["class_names"] = list(attributes.class_names)
    file.attrs["class_weights"] = attributes.class_weights
    file.attrs["online_augmentation"] = json.dumps(attributes.online, sort_keys=True)
    for name, value in attributes.scalars.items():
        file.attrs[name] = value


def _write_table(file: h5py.File, table: SplitTable, names: Mapping[str, str]) -> h5py.Dataset:
    for column in TEXT_ROWS:
        _write_text_column(file, names[column], table.text[column], len(table))
    for column, values in {"labels": table.labels, **table.numbers}.items():
        shape = (len(table), *values.shape)
        written = file.create_dataset(names[column], shape=shape, dtype=values.dtype)
        _write_blocks(written, values.blocks())
    return _reserve(file, names["images"], (len(table), *table.picture))


def _write_text_column(file: h5py.File, name: str, column: TextColumn, rows: int) -> None:
    kind = text_type(column.width)
    written = file.create_dataset(name, shape=(rows,), dtype=kind)
    _write_blocks(written, (block.astype(kind) for block in column.blocks()))


def _write_blocks(written: h5py.Dataset, blocks: Iterator[NDArray[Any]]) -> None:
    start = 0
    for block in blocks:
        written[start : start + len(block)] = block
        start += len(block)


def _reserve(file: h5py.File, name: str, shape: tuple[int, ...]) -> h5py.Dataset:
    """Create a contiguous uint8 dataset whose space is allocated and not written."""
    creation = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    creation.set_layout(h5py.h5d.CONTIGUOUS)
    creation.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    creation.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
    creation.set_obj_track_times(False)  # a time stamp would make every build differ
    space = h5py.h5s.create_simple(shape)
    made = h5py.h5d.create(file.id, name.encode(), h5py.h5t.STD_U8LE, space, creation)
    return h5py.Dataset(made)


class ImageSink:
    """Writes pictures to their reserved place; safe to use from several threads."""

    def __init__(self, target: ImageRange, rows: int) -> None:
        self._range = target
        self._descriptor = os.open(target.path, os.O_RDWR | os.O_CLOEXEC)
        if rows and hasattr(os, "posix_fallocate"):
            os.posix_fallocate(self._descriptor, target.offset, rows * target.item)

    def write(self, first_row: int, batch: NDArray[np.uint8]) -> None:
        """Write pictures (N, ...) as the rows from ``first_row`` on."""
        view = memoryview(np.ascontiguousarray(batch).data).cast("B")
        offset = self._range.offset + first_row * self._range.item
        while view:
            written = os.pwrite(self._descriptor, view, offset)
            view, offset = view[written:], offset + written

    def __enter__(self) -> "ImageSink":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                os.fsync(self._descriptor)
        finally:
            os.close(self._descriptor)


def set_statistics(paths: Sequence[Path], mean: Sequence[float], std: Sequence[float]) -> None:
    """Write mean and std of train's pixels, on the scale 0..1 and per channel, to all files.

    The values take the place of the zeros that ``write_tables`` left for them.
    """
    for path in paths:
        with h5py.File(path, "r+") as file:
            file.attrs.modify("mean", np.array(mean, dtype=np.float64))
            file.attrs.modify("std", np.array(std, dtype=np.float64))
