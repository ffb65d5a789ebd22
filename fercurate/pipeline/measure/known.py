"""Scores of a store from what has been measured of it already; nothing is measured here."""

from fercurate.pipeline.measure.latest import latest_scores, latest_values
from fercurate.pipeline.measure.whole_measures import WHOLE_MEASURES
from fercurate.screening.base import Score, Values
from fercurate.screening.registry import CRITERIA
from fercurate.store.store import Store


def known_scores(store: Store) -> dict[str, Score]:
    """Scores (N,) of the criteria that something is known of, NaN for samples not measured.

    Of a kind that several methods measured, those of the one that measured last.
    """
    return latest_scores(store, CRITERIA, WHOLE_MEASURES)


def known_values(store: Store, kinds: set[str]) -> dict[str, Values]:
    """Measurements (N, K) by kind, as far as they are known; FER+'s votes among them."""
    return latest_values(store, kinds, WHOLE_MEASURES)
