"""Measuring as units of work: 2,048 pictures each, done anywhere, the same bytes everywhere.

A result holds the values (M, K) of each kind as float32, little-endian, one kind after another.
"""

import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.measurement import Measurements
from fercurate.errors import StoreError
from fercurate.export.lock import tool_versions
from fercurate.files.digest import sha256_of
from fercurate.pipeline.engine.stages import CANARY, VERSIONS, canary_pictures
from fercurate.pipeline.engine.unit import Unit
from fercurate.pipeline.measure.block_reader import BlockReader, Rows
from fercurate.pipeline.measure.face_reader import FaceReader
from fercurate.pipeline.measure.tools import measures_by_method
from fercurate.screening.base import Measure
from fercurate.store.store import Store

STAGE = "measure"
_VALUE = np.dtype("<f4")


class Tools:
    """The measures of a run by their methods, and the digest of their canary."""

    def __init__(self, measures: Sequence[Measure], face_model: Path | None) -> None:
        self.measures = tuple(measures)
        self.face_model = "" if face_model is None else str(face_model.absolute())

    def arguments(self) -> dict[str, Any]:
        """What every unit is told of them."""
        methods = [[one.kind, one.method] for one in self.measures]
        canary = {"methods": methods, "digest": _digest_of(self.measures)}
        return {"methods": methods, CANARY: canary, VERSIONS: tool_versions()}


def measure_units(
    store: Store, chunks: Sequence[Rows], missing: Mapping[str, NDArray[np.bool_]], tools: Tools
) -> list[Unit]:
    """The units of chunks of rows; ``missing`` (N,) by kind says which rows lack it."""
    head, arguments = sha256_of(store.path), tools.arguments()
    units = []
    for chunk in chunks:
        wanted = {one.kind: chunk[missing[one.kind][chunk]] for one in tools.measures}
        size = sum(
            len(wanted[one.kind]) * len(one.columns) * _VALUE.itemsize for one in tools.measures
        )
        told = {kind: _ranges(rows) for kind, rows in wanted.items()}
        units.append(
            Unit(
                STAGE,
                head[:16],
                {**arguments, "head": head, "rows": told},
                {"store": str(store.path), "face_model": tools.face_model},
                rows=len(chunk),
                size=size,
            )
        )
    return units


def measured(unit: Unit, tools: Tools, content: bytes) -> list[Measurements]:
    """What a unit has measured, kind by kind."""
    found, place = [], 0
    for one in tools.measures:
        rows = _rows(unit.arguments["rows"][one.kind])
        end = place + len(rows) * len(one.columns) * _VALUE.itemsize
        values = np.frombuffer(content[place:end], _VALUE).reshape(len(rows), len(one.columns))
        found.append(
            Measurements(one.kind, one.method, one.columns, rows, values.astype(np.float32))
        )
        place = end
    return found


def done(unit: Unit) -> bytes:
    """Measure the pictures of a unit.

    Raises:
        StoreError: the store is another one here, or damaged.
        InputError: there is no such face model here.
    """
    place = unit.context["store"], unit.arguments["head"]
    store = opened_store(*place)
    tools = _measures(unit)
    wanted = {kind: _rows(ranges) for kind, ranges in unit.arguments["rows"].items()}
    every = np.unique(np.concatenate(list(wanted.values())))
    missing = {}
    for kind, rows in wanted.items():
        missing[kind] = np.zeros(len(store), dtype=bool)
        missing[kind][rows] = True
    reader = BlockReader(store, tools, missing, _faces(*place))
    parts: dict[str, list[NDArray[np.float32]]] = {one.kind: [] for one in tools}
    for block in reader.blocks(every):
        for one in reader.measure(block):
            parts[one.kind].append(one.values)
    return b"".join(np.concatenate(parts[one.kind]).astype(_VALUE).tobytes() for one in tools)


def canary(unit: Unit) -> str:
    """Measure drawn pictures, and return the digest of the values."""
    return _digest_of(_measures(unit))


def _digest_of(measures: Sequence[Measure]) -> str:
    digest = hashlib.sha256()
    pictures = canary_pictures()
    for one in measures:
        values = np.asarray(one.measure(pictures), dtype=_VALUE)
        digest.update(one.method.encode() + b"\0" + values.tobytes())
    return digest.hexdigest()


def _measures(unit: Unit) -> tuple[Measure, ...]:
    model = unit.context["face_model"]
    return _tools(tuple(map(tuple, unit.arguments["methods"])), model)


@lru_cache(maxsize=4)
def _tools(methods: tuple[tuple[str, str], ...], face_model: str) -> tuple[Measure, ...]:
    return measures_by_method(methods, Path(face_model) if face_model else None)


@lru_cache(maxsize=2)
def opened_store(path: str, head: str) -> Store:
    """The store of a worker, opened once; ``head`` is the SHA-256 of the head that is meant.

    Raises:
        StoreError: there is another one, or none.
    """
    found = sha256_of(Path(path)) if Path(path).is_file() else ""
    if found != head:
        raise StoreError(
            "is not the store that the coordinator reads" if found else "no such store",
            where=path,
            expected="the store's folder shared by all machines, by the same path",
        )
    return Store.open(path)


@lru_cache(maxsize=2)
def _faces(path: str, head: str) -> FaceReader:
    return FaceReader(opened_store(path, head))


def _ranges(rows: Rows) -> list[list[int]]:
    """Ascending rows (M,) as runs [first, last]."""
    if not len(rows):
        return []
    starts = np.flatnonzero(np.diff(rows, prepend=rows[0] - 2) != 1)
    ends = np.append(starts[1:], len(rows)) - 1
    return [[int(rows[a]), int(rows[b])] for a, b in zip(starts, ends, strict=True)]


def _rows(ranges: Sequence[Sequence[int]]) -> Rows:
    if not ranges:
        return np.empty(0, np.int64)
    return np.concatenate([np.arange(first, last + 1) for first, last in ranges]).astype(np.int64)
