"""Thumbnails of a store's pictures, made by the workers of a cluster and kept by nobody."""

from collections import deque

import numpy as np

from fercurate.pipeline.engine.choice import ClusterEngine
from fercurate.pipeline.events import Advanced, Finished, Listener, Started, ignore
from fercurate.pipeline.measure.units import Tools, measure_units, measured
from fercurate.screening.duplicates.thumbnails import (
    ThumbnailPixels,
    Thumbnails,
    room_for,
    unpacked_thumbnails,
)
from fercurate.store.store import Store

_ROWS = 2048


def cluster_thumbnails(
    store: Store, engine: ClusterEngine, listen: Listener = ignore
) -> Thumbnails:
    """The thumbnails (N) of all pictures; those that threads would make.

    Raises:
        EngineError: the cluster does not answer, or cannot do a unit.
        PartDone: only a part of them was asked for, and is sealed.
    """
    everyone, tools = np.arange(len(store)), Tools((ThumbnailPixels(),), None)
    chunks = [everyone[start : start + _ROWS] for start in range(0, len(store), _ROWS)]
    missing = {ThumbnailPixels.kind: np.ones(len(store), dtype=bool)}
    units = measure_units(store, chunks, missing, tools)
    if engine.is_part:
        deque(engine.run(units), maxlen=0)
        engine.end_part()
    small = room_for(len(store))
    listen(Started("looking for duplicates", len(store), "images"))
    for unit, content in zip(units, engine.run(units), strict=True):
        (found,) = measured(unit, tools, content)
        small[found.rows] = unpacked_thumbnails(found.values)
        listen(Advanced(unit.rows))
    listen(Finished())
    engine.forget()
    return small
