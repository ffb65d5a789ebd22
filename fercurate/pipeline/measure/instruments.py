"""Instruments: what makes the measurements that some criteria rest on, and the scores they give."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fercurate.errors import StoreError
from fercurate.pipeline.engine.choice import ClusterEngine
from fercurate.pipeline.measure.latest import VOTES
from fercurate.pipeline.measure.measure import MeasureRequest
from fercurate.pipeline.measure.models import find_face_model
from fercurate.pipeline.measure.whole_measures import WHOLE_MEASURES
from fercurate.pipeline.measure.whole_store import WholeMeasure
from fercurate.screening.base import Measure, Values
from fercurate.screening.duplicates.thumbnails import ThumbnailPixels
from fercurate.screening.judge import Scores
from fercurate.screening.learned.features import ScreenerFeatures, ScreenerViews
from fercurate.screening.registry import CRITERIA_BY_NAME, measures
from fercurate.screening.screener import Screener
from fercurate.store.store import Store


@dataclass(frozen=True)
class Instruments:
    """The measures that some criteria rest on: of single pictures, and of all together.

    ``duplicates``: duplicates are looked for, and so a store may well keep thumbnails.
    ``face_model`` is YuNet's file, if it is looked with.
    ``finds_eyes``: faces are looked for with YuNet; the Haar cascades find them without eyes.
    """

    single: tuple[Measure, ...]
    together: tuple[WholeMeasure, ...]
    duplicates: bool = False
    finds_eyes: bool = False
    face_model: Path | None = None

    def request(self, jobs: int, engine: ClusterEngine | None = None) -> MeasureRequest:
        """What has to be measured in a store, and by which engine if not by threads."""
        shrinking = (ThumbnailPixels(),) if self.duplicates else ()
        return MeasureRequest(self.single, self.together, shrinking, jobs, self.face_model, engine)

    @property
    def columns(self) -> dict[str, tuple[str, ...]]:
        """The names of the quantities by kind."""
        columns = {one.kind: one.columns for one in self.single}
        return columns | {one.kind: one.columns for one in self.together}


def choose_instruments(
    criteria: Sequence[str], face_model: Path | None, *, duplicates: bool = False
) -> Instruments:
    """The measures that criteria need; made once a command, for a face model is tried then.

    ``face_model`` is YuNet's file; without it a fetched one is taken, else Haar cascades.
    ``duplicates`` are looked for also by what is no criterion.

    Raises:
        InputError: the file is no such model.
    """
    kinds = {CRITERIA_BY_NAME[name].kind for name in criteria}
    learned = any(CRITERIA_BY_NAME[name].from_answers for name in criteria)
    kinds |= {"screener"} if learned else set()
    model = find_face_model(face_model) if "face" in kinds else None
    together = tuple(m for m in WHOLE_MEASURES if m.kind in kinds)
    return Instruments(
        (
            *(m for m in measures(model) if m.kind in kinds),
            *((ScreenerViews(Screener()), ScreenerFeatures(Screener())) if learned else ()),
        ),
        together,
        duplicates or bool(together),
        finds_eyes=model is not None,
        face_model=model,
    )


def measured_values(store: Store, instruments: Instruments) -> dict[str, Values]:
    """Measurements (N, K) by kind, with FER+'s votes as one more kind.

    Raises:
        StoreError: something is not measured.
    """
    methods = {m.kind: m.method for m in instruments.single}
    methods |= {m.kind: m.method(store) for m in instruments.together}
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


def criterion_scores(values: dict[str, Values], criteria: Sequence[str]) -> Scores:
    """Scores (N,) float64 of criteria, from the measurements (N, K) of their kinds."""
    chosen = [CRITERIA_BY_NAME[name] for name in criteria]
    return {criterion.name: criterion.score(values[criterion.kind]) for criterion in chosen}
