"""Scores of a store from what has been measured of it already; nothing is measured here."""

import numpy as np

from fercurate.pipeline.measure.instruments import VOTES
from fercurate.pipeline.measure.whole_store import WHOLE_MEASURES
from fercurate.screening.base import Score, Values
from fercurate.screening.registry import CRITERIA
from fercurate.store.store import Store


def known_scores(store: Store) -> dict[str, Score]:
    """Scores (N,) of the criteria that something is known of, NaN for samples not measured.

    Of a kind that several methods measured, those of the one that measured last.
    """
    values = known_values(store, {criterion.kind for criterion in CRITERIA})
    return {
        criterion.name: criterion.score(values[criterion.kind])
        for criterion in CRITERIA
        if criterion.kind in values
    }


def known_values(store: Store, kinds: set[str]) -> dict[str, Values]:
    """Measurements (N, K) by kind, as far as they are known; FER+'s votes among them."""
    methods = {kind: method for kind, method in store.measured_kinds() if kind in kinds}
    whole = {one.kind: one.method(store) for one in WHOLE_MEASURES if one.kind in methods}
    values: dict[str, Values] = {}
    for kind, method in (methods | whole).items():
        measured = store.measured(kind, method)
        if measured is not None:
            values[kind] = measured.values
    if VOTES in kinds:
        values[VOTES] = store.votes.astype(np.float32)
    return values
