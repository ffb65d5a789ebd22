"""Measuring stored pictures: what is missing is measured once and kept in the store."""

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from fercurate import __version__
from fercurate.domain.lineage import LineageEntry
from fercurate.domain.measurement import Measurements
from fercurate.errors import StoreError
from fercurate.files.parallel import worker_count
from fercurate.pipeline.engine.choice import ClusterEngine
from fercurate.pipeline.engine.unit import Unit
from fercurate.pipeline.events import Advanced, Finished, Listener, Started, ignore, warn_by
from fercurate.pipeline.measure.block_reader import BlockReader, Rows
from fercurate.pipeline.measure.units import Tools, measure_units, measured
from fercurate.pipeline.measure.whole_store import WholeMeasure
from fercurate.screening.base import Measure
from fercurate.store.heads.head import refuse_interrupted
from fercurate.store.store import Store
from fercurate.store.writer import StoreWriter, open_writer

SESSION = "filter"
"""Name of the change: whatever was measured before an interruption is kept by its method."""

CHUNK_ROWS = 2048
"""Samples whose measurements are written together: what an interruption can lose."""

Missing = dict[str, NDArray[np.bool_]]
"""By kind of measurement, the samples (N,) that lack it."""


@dataclass(frozen=True, slots=True)
class MeasureRequest:
    """How to measure a store, and with how many workers (0: one a core).

    ``measures`` look at single pictures, ``together`` at all samples. ``spare`` are measures that
    only save time later: that a store cannot be written is no error where nothing else is missing.
    ``engine`` measures single pictures if there is one; its workers read ``face_model``.
    """

    measures: tuple[Measure, ...]
    together: tuple[WholeMeasure, ...] = ()
    spare: tuple[Measure, ...] = ()
    jobs: int = 0
    face_model: Path | None = None
    engine: ClusterEngine | None = None

    @property
    def single(self) -> tuple[Measure, ...]:
        """All measures of single pictures."""
        return (*self.measures, *self.spare)


@dataclass(frozen=True, slots=True)
class _Unmeasured:
    """What a store lacks of single pictures: its ``rows`` (M,), and which of them each kind."""

    store: Store
    tools: Tools
    rows: Rows
    missing: Missing

    @classmethod
    def of(cls, store: Store, request: MeasureRequest) -> "_Unmeasured":
        """Look what the store lacks of what is asked for."""
        missing = _missing(store, request.single)
        rows = np.flatnonzero(np.any(list(missing.values()), axis=0))
        return cls(store, Tools(request.single, request.face_model), rows, missing)

    @property
    def chunks(self) -> list[Rows]:
        """The rows, as many at a time as are written together."""
        rows = self.rows
        return [rows[start : start + CHUNK_ROWS] for start in range(0, len(rows), CHUNK_ROWS)]

    def units(self) -> list[Unit]:
        """The chunks as units of an engine."""
        return measure_units(self.store, self.chunks, self.missing, self.tools)


def lacking(store: Store, request: MeasureRequest) -> dict[str, int]:
    """How many samples of a store have not been measured as requested, by kind."""
    counts = {kind: int(rows.sum()) for kind, rows in _missing(store, request.single).items()}
    for one in request.together:
        known = store.measured(one.kind, one.method(store)) is not None
        counts[one.kind] = 0 if known else len(store)
    return counts


def measure(store: Store, request: MeasureRequest, listen: Listener = ignore) -> Store:
    """Measure what a store lacks, and return it as it is then: the same if nothing was missing.

    An interrupted run is resumed: at most one chunk is lost. Values do not depend on ``jobs``.

    Raises:
        StoreError: the store is busy or damaged, or holds a file that does not decode.
    """
    counts = lacking(store, request)
    if not any(counts.values()):
        return store
    if request.engine is not None and request.engine.is_part:
        _measure_part(store, request, request.engine)
    try:
        return _with_measurements(store, request, counts, listen)
    except (StoreError, OSError) as error:
        spare = {one.kind for one in request.spare}
        needed = [kind for kind, count in counts.items() if count and kind not in spare]
        if needed and isinstance(error.__cause__, PermissionError):
            raise StoreError(
                f"{', '.join(needed)} are not measured yet, and the store may not be changed by "
                "this user",
                where=str(store.path),
                fix=f"Have its owner run: fercurate filter {store.path}",
            ) from None
        if needed:
            raise
        return store


def _with_measurements(
    store: Store, request: MeasureRequest, counts: dict[str, int], listen: Listener
) -> Store:
    store.verify()
    refuse_interrupted(store.path, SESSION)
    with open_writer(store.path, SESSION, warn_by(listen)) as writer:
        _measure_chunks(writer, request, listen)
        _measure_together(writer, request, listen)
        methods = {one.kind: one.method for one in request.single}
        methods |= {one.kind: one.method(store) for one in request.together}
        writer.commit(_entry(counts, methods))
        return writer.staged()


def _measure_part(store: Store, request: MeasureRequest, engine: ClusterEngine) -> None:
    """Have a part of the units done, and nothing stored; other jobs read the same store.

    Raises:
        PartDone: they are sealed, if anything is missing of single pictures.
    """
    work = _Unmeasured.of(store, request)
    if len(work.rows):
        deque(engine.run(work.units()), maxlen=0)
        engine.end_part()


def _missing(store: Store, measures: Sequence[Measure]) -> Missing:
    missing = {}
    for one in measures:
        found = store.measured(one.kind, one.method)
        missing[one.kind] = np.ones(len(store), dtype=bool) if found is None else ~found.known
    return missing


def _measure_chunks(writer: StoreWriter, request: MeasureRequest, listen: Listener) -> None:
    with writer.staged() as store:
        work = _Unmeasured.of(store, request)
        listen(Started("measuring", len(work.rows), "images"))
        if request.engine is None:
            chunks = _by_threads(work, request.jobs, listen)
        else:
            chunks = _by_engine(work, request.engine, listen)
        for found in chunks:
            writer.add_measurements(found)
        listen(Finished())


def _by_threads(work: _Unmeasured, jobs: int, listen: Listener) -> Iterator[list[Measurements]]:
    """What each chunk lacks, measured by threads of this process."""
    reader = BlockReader(work.store, work.tools.measures, work.missing)
    with _one_thread_each(), ThreadPoolExecutor(worker_count(jobs)) as pool:
        for chunk in work.chunks:
            blocks, measured = list(reader.blocks(chunk)), []
            for block, kinds in zip(blocks, pool.map(reader.measure, blocks), strict=True):
                measured.append(kinds)
                listen(Advanced(len(block)))
            yield _joined(measured)


def _by_engine(
    work: _Unmeasured, engine: ClusterEngine, listen: Listener
) -> Iterator[list[Measurements]]:
    """What each chunk lacks, measured by the workers of an engine."""
    units = work.units()
    for unit, content in zip(units, engine.run(units), strict=True):
        yield measured(unit, work.tools, content)
        listen(Advanced(unit.rows))
    engine.forget()


def _measure_together(writer: StoreWriter, request: MeasureRequest, listen: Listener) -> None:
    for one in request.together:
        with writer.staged() as store:
            method = one.method(store)
            if store.measured(one.kind, method) is not None:
                continue
            values, everyone = one.measure(store, request.jobs, listen), np.arange(len(store))
        writer.add_measurements([Measurements(one.kind, method, one.columns, everyone, values)])


def _joined(blocks: list[list[Measurements]]) -> list[Measurements]:
    """One entry a kind from those of several blocks."""
    return [
        Measurements(
            same[0].kind,
            same[0].method,
            same[0].columns,
            np.concatenate([one.rows for one in same]),
            np.concatenate([one.values for one in same]),
        )
        for same in zip(*blocks, strict=True)
    ]


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Keep OpenCV from starting threads inside each of our own."""
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        cv2.setNumThreads(before)


def _entry(counts: dict[str, int], methods: dict[str, str]) -> LineageEntry:
    return LineageEntry(
        command="fercurate filter",
        source="",
        layout="measurements",
        variant=", ".join(f"{kind} by {methods[kind]}" for kind, count in counts.items() if count),
        version=__version__,
        time=datetime.now(UTC).isoformat(timespec="seconds"),
        records=max(counts.values()),
    )
