"""Reading one part: arrays, measurements, and where its pixels lie, each checked before use."""

import re
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from fercurate.domain.manifest import ARRAY_COLUMNS, NUMBER_COLUMNS
from fercurate.domain.measurement import Measured, Measurements
from fercurate.errors import StoreError
from fercurate.files.hdf5 import column, dataset, read_text, subgroup
from fercurate.store.layout import HEAP, REJECT_COLUMNS
from fercurate.store.removals import Removal

_INT64 = np.dtype(np.int64)
_DIGEST = re.compile("[0-9a-f]{64}")


Array = tuple[NDArray[np.int64], NDArray[Any]]
"""Rows (V,) and their values (V, ...) of an array column."""


def own_array(file: h5py.File, name: str, count: int) -> Array | None:
    """An array column of the part's own samples, if it has it; rows lie in 0..count-1."""
    if name not in file.get("arrays", ()):
        return None
    group = subgroup(subgroup(file, "arrays"), name)
    return _array(dataset(group, "values"), dataset(group, "rows"), name, count)


def later_array(file: h5py.File, name: str, count: int) -> Array | None:
    """An array column that a ``columns`` part gives to rows 0..count-1 of the store, if it does."""
    group = subgroup(file, "columns")
    if name not in group:
        return None
    return _array(dataset(group, name), dataset(file, "rows"), name, count)


def _array(values: h5py.Dataset, rows: h5py.Dataset, name: str, count: int) -> Array:
    wanted = ARRAY_COLUMNS[name]
    fits = values.dtype == wanted.dtype and values.shape == (*rows.shape, *wanted.shape)
    if not fits or rows.dtype != _INT64 or rows.ndim != 1:
        raise StoreError(
            f"{values.name} is {values.dtype} {values.shape}", where=values.file.filename
        )
    return _checked_rows(rows, count), values[:]


def _checked_rows(rows: h5py.Dataset, count: int) -> NDArray[np.int64]:
    numbers: NDArray[np.int64] = rows[:]
    if numbers.size and not (numbers.min() >= 0 and numbers.max() < count):
        raise StoreError(f"{rows.name} names rows outside the store", where=rows.file.filename)
    return numbers


def part_measurements(file: h5py.File, kind: str, count: int) -> Measurements | None:
    """Measurements of a kind that a part gives to rows 0..count-1 of the store, if it does.

    Raises:
        StoreError: other shapes or types than the format says, or rows outside the store.
    """
    everything = subgroup(file, "measurements")
    if kind not in everything:
        return None
    group = subgroup(everything, kind)
    names, method = tuple(map(str, read_text(group, "columns"))), group.attrs["method"]
    rows, values = dataset(group, "rows"), dataset(group, "values")
    fits = values.dtype == np.float32 and values.shape == (*rows.shape, len(names))
    if not fits or rows.dtype != _INT64 or not isinstance(method, str):
        raise StoreError(
            f"{values.name} is {values.dtype} {values.shape}", where=values.file.filename
        )
    numbers, measured = _checked_rows(rows, count), values[:]
    if len(np.unique(numbers)) != len(numbers) or np.isinf(measured).any():
        raise StoreError(
            f"{group.name} repeats rows or holds infinite values", where=group.file.filename
        )
    return Measurements(kind, method, names, numbers, measured)


def part_measured_row(file: h5py.File, row: int) -> dict[tuple[str, str], Measured]:
    """What a part has measured of one stored row, by kind and method: values (1, K)."""
    everything, measured = subgroup(file, "measurements"), {}
    for kind in everything:
        group = subgroup(everything, kind)
        places = np.flatnonzero(dataset(group, "rows")[:] == row)
        if len(places):
            columns = tuple(map(str, read_text(group, "columns")))
            values = dataset(group, "values")[int(places[0]) : int(places[0]) + 1]
            known = Measured(columns, values.astype(np.float32), np.ones(1, dtype=bool))
            measured[str(kind), str(group.attrs["method"])] = known
    return measured


def part_kinds(file: h5py.File) -> list[tuple[str, str]]:
    """The kinds of measurements in a part, each with its method."""
    everything = subgroup(file, "measurements")
    return [(str(kind), str(subgroup(everything, kind).attrs["method"])) for kind in everything]


def part_removal(file: h5py.File, count: int) -> Removal:
    """What a part removes of rows 0..count-1 of the store.

    Raises:
        StoreError: rows outside the store, or digests that are none.
    """
    group = subgroup(file, "removals")
    rows = dataset(group, "rows")
    if rows.dtype != _INT64 or rows.ndim != 1:
        raise StoreError(f"{rows.name} is {rows.dtype} {rows.shape}", where=file.filename)
    digests, sources = (tuple(map(str, read_text(group, n))) for n in ("digests", "sources"))
    if not all(map(_DIGEST.fullmatch, digests)):
        raise StoreError("a digest that is none", where=file.filename)
    return Removal(_checked_rows(rows, count), digests, sources)


def part_rejects(file: h5py.File) -> list[tuple[str, str, int, str, str]]:
    """Rejects of a part as (source, origin, line, code, message)."""
    group = subgroup(file, "rejects")
    source, origin, code, message = (read_text(group, name) for name in REJECT_COLUMNS)
    lines = column(group, "line", _INT64, len(source))
    return list(zip(source, origin, map(int, lines), code, message, strict=True))


def part_pixel_ranges(
    file: h5py.File, rows: int, shapes: dict[tuple[int, ...], int]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Byte offset, byte length and shape code (N,) of each of N = ``rows`` samples.

    ``shapes`` numbers the shapes of pictures met so far; the empty one means encoded files.

    Raises:
        StoreError: a place outside its pool, or a pool of another layout.
    """
    group = subgroup(file, "samples")
    pools = read_text(group, "pool")
    if len(pools) != rows:
        raise StoreError("columns of unequal length", where=file.filename)
    offsets, lengths = (column(group, n, _INT64, rows) for n in ("offset", "length"))
    sizes = np.stack([column(group, n, NUMBER_COLUMNS[n], rows) for n in ("height", "width")])
    codes = np.zeros(len(pools), dtype=np.int64)
    for pool in dict.fromkeys(pools):
        here = np.flatnonzero(pools == pool)
        found, shape = _pool(file, str(pool))
        _check_ranges(found, offsets[here], lengths[here], bool(shape))
        if shape and np.any(np.not_equal(sizes[:, here].T, shape[:2])):
            raise StoreError(f"sizes that are not those of {found.name}", where=file.filename)
        item = int(np.prod(shape, dtype=np.int64))
        offsets[here] = int(found.id.get_offset() or 0) + offsets[here] * item
        lengths[here] *= item
        codes[here] = shapes.setdefault(shape, len(shapes))
    return offsets, lengths, codes


def _check_ranges(
    pool: h5py.Dataset, offsets: NDArray[np.int64], lengths: NDArray[np.int64], pictures: bool
) -> None:
    """Whether all places lie in the pool; a picture is one row of it, a file some bytes."""
    size = len(pool)
    fits = (offsets >= 0) & (offsets < size) & (lengths > 0) & (lengths <= size - offsets)
    if not fits.all() or (pictures and (lengths != 1).any()):
        raise StoreError(f"places outside {pool.name}", where=pool.file.filename)


def _pool(file: h5py.File, name: str) -> tuple[h5py.Dataset, tuple[int, ...]]:
    """The dataset of a pool and the shape of its pictures, empty for encoded files."""
    folder, _, pool = name.rpartition("/")
    pool_pixels = dataset(subgroup(file, folder) if folder else file, pool)
    shape = tuple(int(n) for n in pool_pixels.shape[1:])
    known = name == HEAP if not shape else len(shape) == 2 or (len(shape) == 3 and shape[2] == 3)
    laid_out = (
        pool_pixels.chunks is None
        and pool_pixels.dtype == np.uint8
        and bool(pool_pixels.id.get_offset())
    )
    if not known or (not laid_out and len(pool_pixels)):
        raise StoreError(
            f"{pool_pixels.name} is no contiguous uint8 pool of pictures", where=file.filename
        )
    return pool_pixels, shape


def part_path(file: h5py.File) -> Path:
    """Where an open part lies."""
    return Path(str(file.filename))
