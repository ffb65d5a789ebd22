"""Judging stored samples by their measurements: instant, and the same every time."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fercurate.errors import StoreError
from fercurate.pipeline.events import Listener
from fercurate.pipeline.measure.measure import MeasureRequest, measure
from fercurate.pipeline.measure.models import find_face_model
from fercurate.pipeline.measure.whole_store import WHOLE_MEASURES, WholeMeasure
from fercurate.screening.base import Measure, Values
from fercurate.screening.judge import Scores
from fercurate.screening.registry import BY_NAME, measures
from fercurate.store.store import Store

VOTES = "votes"
"""The kind of measurement that is not measured but ingested: FER+'s votes."""


@dataclass(frozen=True)
class Instruments:
    """The measures that some criteria rest on: of single pictures, and of all together."""

    single: tuple[Measure, ...]
    together: tuple[WholeMeasure, ...]

    def request(self, store: Path, jobs: int) -> MeasureRequest:
        """What has to be measured in a store."""
        return MeasureRequest(store, self.single, self.together, jobs)


def instruments(criteria: Sequence[str], face_model: Path | None) -> Instruments:
    """The measures that criteria need.

    ``face_model`` is YuNet's file; without it a fetched one is taken, else Haar cascades.

    Raises:
        InputError: the file is no such model.
    """
    kinds = {BY_NAME[name].kind for name in criteria}
    model = find_face_model(face_model) if "face" in kinds else None
    return Instruments(
        tuple(m for m in measures(model) if m.kind in kinds),
        tuple(m for m in WHOLE_MEASURES if m.kind in kinds),
    )


def ensure_measured(
    store: Path, criteria: Sequence[str], face_model: Path | None, jobs: int, listen: Listener
) -> Instruments:
    """Measure what a store lacks for some criteria, and keep it there."""
    found = instruments(criteria, face_model)
    measure(found.request(store, jobs), listen)
    return found


def raw_values(store: Store, found: Instruments) -> dict[str, Values]:
    """Measurements (N, K) by kind, with FER+'s votes as one more kind.

    Raises:
        StoreError: something is not measured.
    """
    methods = {m.kind: m.method for m in found.single}
    methods |= {m.kind: m.method(store) for m in found.together}
    values = {kind: _measured(store, kind, method) for kind, method in methods.items()}
    return values | {VOTES: store.votes.astype(np.float32)}


def _measured(store: Store, kind: str, method: str) -> Values:
    measured = store.measured(kind, method)
    if measured is None or not measured.known.all():
        raise StoreError(
            f"{kind} is not measured by {method}",
            where=str(store.path),
            fix=f"Run: fercurate filter {store.path}",
        )
    return measured.values


def scores_of(values: dict[str, Values], criteria: Sequence[str]) -> Scores:
    """Scores (N,) float64 of criteria, from the measurements (N, K) of their kinds."""
    return {name: BY_NAME[name].score(values[BY_NAME[name].kind]) for name in criteria}
