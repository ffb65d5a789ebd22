"""What was measured of a store last, kind by kind; nothing is measured here."""

from collections.abc import Iterable

import numpy as np

from fercurate.pipeline.measure.whole_store import WholeMeasure
from fercurate.screening.base import Criterion, Score, Values
from fercurate.store.store import Store

VOTES = "votes"
"""The kind of measurement that is not measured but ingested: FER+'s votes."""


def latest_values(
    store: Store, kinds: set[str], whole: Iterable[WholeMeasure]
) -> dict[str, Values]:
    """Measurements (N, K) by kind, as far as they are known; FER+'s votes among them.

    Of a kind that several methods measured, those of the one that measured last; what rests on
    ``whole`` stores only as it stands for the store as it is now.
    """
    methods = {kind: method for kind, method in store.measured_kinds() if kind in kinds}
    now = {one.kind: one.method(store) for one in whole if one.kind in methods}
    values: dict[str, Values] = {}
    for kind, method in (methods | now).items():
        measured = store.measured(kind, method)
        if measured is not None:
            values[kind] = measured.values
    if VOTES in kinds:
        values[VOTES] = store.votes.astype(np.float32)
    return values


def latest_scores(
    store: Store, criteria: Iterable[Criterion], whole: Iterable[WholeMeasure]
) -> dict[str, Score]:
    """Scores (N,) of the criteria that something is known of, NaN for samples not measured."""
    chosen = list(criteria)
    values = latest_values(store, {one.kind for one in chosen}, whole)
    return {one.name: one.score(values[one.kind]) for one in chosen if one.kind in values}
