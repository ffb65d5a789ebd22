"""Parts written anew with fewer rows: what was removed or replaced is not in the copy."""

from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

from fercurate.domain.manifest import ARRAY_COLUMNS, NUMBER_COLUMNS, TEXT_COLUMNS
from fercurate.files.digest import ByteRanges
from fercurate.files.hdf5 import dataset, new_hdf5, read_encoded, read_text, subgroup, write_text
from fercurate.store.layout import HEAP, REJECT_COLUMNS, SAMPLES
from fercurate.store.parts.part import mark_part, pixel_ranges
from fercurate.store.parts.part_reader import own_array

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class RowsKept:
    """What a copy of a samples part holds: rows (K,) of it, and some of its rejects (a mask)."""

    rows: Rows
    rejects: NDArray[np.bool_]


def copy_samples_part(source: h5py.File, path: Path, kept: RowsKept) -> ByteRanges:
    """Write some samples of an open part as a new part; return the bytes of its pictures in it."""
    with new_hdf5(path) as file:
        mark_part(file, SAMPLES)
        old, new = subgroup(source, "samples"), file.create_group("samples")
        for name in TEXT_COLUMNS:
            write_text(new, name, read_encoded(old, name)[kept.rows])
        for name in NUMBER_COLUMNS:
            new.create_dataset(name, data=dataset(old, name)[:][kept.rows])
        pools = _copy_pixels(source, file, kept.rows)
        for name in ARRAY_COLUMNS:
            _copy_array(source, file, name, kept.rows)
        _copy_rejects(subgroup(source, "rejects"), file.create_group("rejects"), kept)
        return pixel_ranges(pools)


def _copy_pixels(source: h5py.File, file: h5py.File, rows: Rows) -> list[h5py.Dataset]:
    """Copy the pictures of some rows, pool by pool, end to end again."""
    old, new = subgroup(source, "samples"), file["samples"]
    pools = read_text(old, "pool")[rows]
    starts, lengths = (dataset(old, name)[:][rows] for name in ("offset", "length"))
    moved = np.zeros(len(rows), dtype=np.int64)
    written: list[h5py.Dataset] = []
    for pool in dict.fromkeys(pools.tolist()):
        here = np.flatnonzero(pools == pool)
        pieces, place = [], 0
        stored = _pool(source, pool)[:]
        for row in here:
            start, length = int(starts[row]), int(lengths[row])
            pieces.append(stored[start : start + length])
            moved[row], place = place, place + length
        written.append(file.create_dataset(pool, data=np.concatenate(pieces)))
    if HEAP not in pools:
        written.append(file.create_dataset(HEAP, data=np.empty(0, np.uint8)))
    write_text(new, "pool", pools)
    new.create_dataset("offset", data=moved)
    new.create_dataset("length", data=lengths)
    return written


def _pool(source: h5py.File, name: str) -> h5py.Dataset:
    folder, _, pool = name.rpartition("/")
    return dataset(subgroup(source, folder) if folder else source, pool)


def _copy_array(source: h5py.File, file: h5py.File, name: str, rows: Rows) -> None:
    found = own_array(source, name, len(dataset(subgroup(source, "samples"), "offset")))
    if found is None:
        return
    owners, values = found
    place = {int(row): number for number, row in enumerate(rows)}
    kept = [number for number, owner in enumerate(owners.tolist()) if owner in place]
    if kept:
        own = np.array([place[int(owners[number])] for number in kept], dtype=np.int64)
        file.create_dataset(f"arrays/{name}/rows", data=own)
        file.create_dataset(f"arrays/{name}/values", data=values[kept])


def _copy_rejects(old: h5py.Group, new: h5py.Group, kept: RowsKept) -> None:
    for name in REJECT_COLUMNS:
        write_text(new, name, read_encoded(old, name)[kept.rejects])
    new.create_dataset("line", data=dataset(old, "line")[:][kept.rejects])
