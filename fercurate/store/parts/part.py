"""Writing one immutable part: the samples of a chunk with their pixels, or an array column."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

from fercurate.domain.manifest import ARRAY_COLUMNS, NUMBER_COLUMNS, TEXT_COLUMNS
from fercurate.domain.measurement import Measurements
from fercurate.domain.sample import EncodedImage, Reject, Sample
from fercurate.files.digest import ByteRanges
from fercurate.files.hdf5 import new_hdf5, write_text
from fercurate.store.heads.head_format import PartEntry
from fercurate.store.layout import (
    COLUMNS,
    FORMAT_VERSION,
    HEAP,
    MEASUREMENTS,
    PART_TYPE,
    REJECT_COLUMNS,
    REMOVALS,
    SAMPLES,
)
from fercurate.store.removals import Removal


@dataclass
class Chunk:
    """Samples and rejects that wait to become a part; ``replaced`` are rows that they replace."""

    samples: list[Sample] = field(default_factory=list)
    digests: list[str] = field(default_factory=list)
    rejects: list[tuple[str, Reject]] = field(default_factory=list)
    replaced: list[int] = field(default_factory=list)
    size: int = 0

    def add(self, sample: Sample, digest: str) -> None:
        """Take in a sample; ``size`` grows by the bytes its picture will fill."""
        self.samples.append(sample)
        self.digests.append(digest)
        image = sample.image
        self.size += len(image.content) if isinstance(image, EncodedImage) else image.nbytes

    def add_reject(self, source: str, reject: Reject) -> None:
        """Take in a reject of a source."""
        self.rejects.append((source, reject))

    def __bool__(self) -> bool:
        return bool(self.samples or self.rejects)


def write_chunk(paths: Sequence[Path], chunk: Chunk, gone: NDArray[np.int64]) -> list[PartEntry]:
    """Write a chunk; before it what it replaces, so that no id stands there twice."""
    entries, places = [], iter(paths)
    if len(gone):
        path = next(places)
        write_removal_part(path, Removal(gone))
        entries.append(PartEntry.of(path, REMOVALS, 0))
    path = next(places)
    pixels = write_samples_part(path, chunk)
    return [*entries, PartEntry.of(path, SAMPLES, len(chunk.samples), pixels)]


def write_samples_part(path: Path, chunk: Chunk) -> ByteRanges:
    """Write a chunk as a new part; return the bytes of its pictures in it."""
    with new_hdf5(path) as file:
        mark_part(file, SAMPLES)
        _write_columns(file.create_group("samples"), chunk)
        pools = _write_pixels(file, chunk.samples)
        for name in ARRAY_COLUMNS:
            _write_array(file, name, chunk.samples)
        _write_rejects(file.create_group("rejects"), chunk.rejects)
        return pixel_ranges(pools)


def pixel_ranges(pools: Sequence[h5py.Dataset]) -> ByteRanges:
    """The bytes of pictures in a part that is being written; ``pools`` hold them."""
    places = [(pool.id.get_offset(), pool.id.get_storage_size()) for pool in pools]
    return tuple(sorted((offset, size) for offset, size in places if size))


def write_columns_part(path: Path, rows: NDArray[np.int64], arrays: Mapping[str, object]) -> None:
    """Write array columns for stored samples; ``rows`` (N,) are positions in the manifest."""
    with new_hdf5(path) as file:
        mark_part(file, COLUMNS)
        file.create_dataset("rows", data=rows)
        group = file.create_group("columns")
        for name, values in arrays.items():
            group.create_dataset(name, data=values)


def write_measurements_part(path: Path, found: Sequence[Measurements]) -> None:
    """Write measurements of stored samples, one entry a kind."""
    with new_hdf5(path) as file:
        mark_part(file, MEASUREMENTS)
        for one in found:
            group = file.create_group(f"measurements/{one.kind}")
            group.attrs["method"] = one.method
            write_text(group, "columns", one.columns)
            group.create_dataset("rows", data=one.rows)
            group.create_dataset("values", data=one.values)


def write_removal_part(path: Path, removal: Removal) -> None:
    """Write which stored samples are gone, and which pictures must not come back."""
    with new_hdf5(path) as file:
        mark_part(file, REMOVALS)
        group = file.create_group("removals")
        group.create_dataset("rows", data=removal.rows.astype(np.int64))
        write_text(group, "digests", removal.tombstones)
        write_text(group, "sources", removal.sources)


def mark_part(file: h5py.File, kind: str) -> None:
    """Write down that a file is a part, and of which kind."""
    file.attrs["type"] = PART_TYPE.name
    file.attrs["format_version"] = FORMAT_VERSION
    file.attrs["kind"] = kind


def _write_columns(group: h5py.Group, chunk: Chunk) -> None:
    for name in TEXT_COLUMNS:
        if name != "digest":
            write_text(group, name, [getattr(sample, name) for sample in chunk.samples])
    write_text(group, "digest", chunk.digests)
    sizes = np.array([s.shape[:2] for s in chunk.samples], dtype=np.int32).reshape(-1, 2)
    group.create_dataset("height", data=sizes[:, 0])
    group.create_dataset("width", data=sizes[:, 1])
    for name in ("row", "line", "frame", "valence", "arousal"):
        values = [getattr(sample, name) for sample in chunk.samples]
        group.create_dataset(name, data=np.array(values, dtype=NUMBER_COLUMNS[name]))


def _write_pixels(file: h5py.File, samples: Sequence[Sample]) -> list[h5py.Dataset]:
    """Arrays go to one pool a shape, files to the heap; three columns say where each lies."""
    pools: dict[str, list[NDArray[np.uint8]]] = {}
    heap: list[bytes] = []
    heap_size = 0
    ranges: list[tuple[str, int, int]] = []
    for sample in samples:
        if isinstance(sample.image, EncodedImage):
            ranges.append((HEAP, heap_size, len(sample.image.content)))
            heap.append(sample.image.content)
            heap_size += len(sample.image.content)
        else:
            pool = pools.setdefault("x".join(map(str, sample.image.shape)), [])
            ranges.append((pool_name(sample.image.shape), len(pool), 1))
            pool.append(sample.image)
    group = file["samples"]
    write_text(group, "pool", [one[0] for one in ranges])
    group.create_dataset("offset", data=np.array([one[1] for one in ranges], dtype=np.int64))
    group.create_dataset("length", data=np.array([one[2] for one in ranges], dtype=np.int64))
    written = [
        file.create_dataset(f"images/{name}", data=np.stack(images))
        for name, images in pools.items()
    ]
    return [*written, file.create_dataset(HEAP, data=np.frombuffer(b"".join(heap), np.uint8))]


def pool_name(shape: tuple[int, ...]) -> str:
    """Dataset that holds the pictures of a shape: ``images/48x48``."""
    return "images/" + "x".join(map(str, shape))


def _write_array(file: h5py.File, name: str, samples: Sequence[Sample]) -> None:
    """Write an array column: only for the samples that have it, with their rows in this part."""
    rows = [row for row, sample in enumerate(samples) if getattr(sample, name) is not None]
    if rows:
        column = ARRAY_COLUMNS[name]
        values = np.array([getattr(samples[row], name) for row in rows], dtype=column.dtype)
        file.create_dataset(f"arrays/{name}/rows", data=np.array(rows, dtype=np.int64))
        file.create_dataset(f"arrays/{name}/values", data=values.reshape(-1, *column.shape))


def _write_rejects(group: h5py.Group, rejects: Sequence[tuple[str, Reject]]) -> None:
    rows = [(source, r.origin, str(r.code), r.message) for source, r in rejects]
    for position, name in enumerate(REJECT_COLUMNS):
        write_text(group, name, [row[position] for row in rows])
    lines = np.array([reject.line for _, reject in rejects], dtype=np.int64)
    group.create_dataset("line", data=lines)
