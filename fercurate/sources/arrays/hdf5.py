"""Arrays in an HDF5 file: its datasets, and what its attributes say of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fercurate.errors import FormatError, InputError
from fercurate.files.foreign.hdf5 import (
    ForeignDataset,
    dataset_blocks,
    foreign_datasets,
    foreign_hdf5,
    text_attributes,
)
from fercurate.sources.arrays.columns import ArrayColumn, extent_fault, inflation_fault

HDF5_SUFFIXES: frozenset[str] = frozenset((".h5", ".hdf5", ".hdf", ".he5"))


@dataclass(frozen=True, slots=True)
class Hdf5Contents:
    """The arrays of a file, its attributes that are words, and the one named ``type`` (or "")."""

    columns: tuple[ArrayColumn, ...]
    attributes: dict[str, tuple[str, ...]]
    type: str


def read_hdf5(path: Path, folders: tuple[str, ...]) -> Hdf5Contents:
    """What lies in an HDF5 file; no values are read.

    Raises:
        InputError: no HDF5 file, or a damaged one.
    """
    try:
        with foreign_hdf5(path) as file:
            datasets = foreign_datasets(file)
            attributes = text_attributes(file)
    except FormatError as error:
        raise InputError(error.found, where=error.where, fix=error.fix) from None
    kind = attributes.get("type", ())
    columns = tuple(_column(path, folders, entry) for entry in datasets)
    return Hdf5Contents(columns, attributes, kind[0] if len(kind) == 1 else "")


def _column(path: Path, folders: tuple[str, ...], entry: ForeignDataset) -> ArrayColumn:
    if entry.dtype is None:
        return ArrayColumn(path, folders, entry.key, fault=entry.fault)
    column = ArrayColumn(path, folders, entry.key, entry.shape, entry.dtype)
    declared = column.rows * column.row_bytes if entry.dtype.itemsize else 0
    fault = extent_fault(entry.shape, entry.dtype) or inflation_fault(declared, entry.stored)
    blocks = partial(_blocks, path, entry.key, column.origin)
    return ArrayColumn(path, folders, entry.key, entry.shape, entry.dtype, blocks, fault)


def _blocks(path: Path, key: str, origin: str, rows: int) -> Iterator[NDArray[Any]]:
    try:
        for block in dataset_blocks(path, key, rows):
            yield np.ascontiguousarray(block)
    except FormatError as error:
        raise InputError(error.found, where=origin, fix=error.fix) from None
