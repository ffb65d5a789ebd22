"""From rows of an export to a fitted classifier: features, search, fit."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..shared.errors import ExportError
from ..shared.export import Export
from ..shared.running import RunRows
from .checkpoint import Classifier
from .features import FEATURES, extract
from .grid import GridPoint, SvmSettings
from .inner_folds import inner_folds
from .search import SearchResult, draw_rows, hold_out, search
from .svm import Codes, Machines, Numbers, Preparation, fit

FIT_ROWS, PAIR_ROWS = 30_000, 16_000
"""Rows to fit at most if nothing is said, in all and of any two classes: 2 GB a thread."""


class Clock:
    """Counts the seconds of steps, one after the other."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._start = time.perf_counter()

    def lap(self, step: str) -> float:
        """Write down and return the seconds since the last step."""
        now = time.perf_counter()
        self.seconds[step] = round(now - self._start, 2)
        self._start = now
        return self.seconds[step]


@dataclass(frozen=True)
class FittingJob:
    """What a classifier is fitted to, and where it goes."""

    export: Export
    parts: RunRows
    path: Path


@dataclass
class FittedClassifier:
    """A classifier, the results of the search, and how many rows and seconds each step took."""

    classifier: Classifier
    results: list[SearchResult]
    rows: dict[str, int]
    clock: Clock

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for a file."""
        machines = self.classifier.machines
        return {
            "chosen": machines.point.to_dict() | {"gamma_absolute": machines.gamma},
            "vectors": len(machines.vectors),
            "rows": self.rows,
            "search": [result.to_dict() for result in self.results],
            "seconds": self.clock.seconds,
        }


def train_classifier(run: FittingJob, settings: SvmSettings, jobs: int) -> FittedClassifier:
    """Search the grid on a part of the rows of train, and fit the best point to all of them.

    Raises:
        ExportError: there is only one class, or nothing to hold out.
    """
    clock, export, train = Clock(), run.export, run.parts.train
    searched, fitted = rows_to_use(train.labels, settings)
    labels = train.labels[fitted]
    if len(np.unique(labels)) < 2:
        raise ExportError(f"{train.split.path}: rows of two classes or more are needed to learn")
    weights = class_weights(export, train.labels, settings)
    features = extract(settings.features, train.split.pictures(), train.rows[fitted])
    print(f"{features.shape[1]:,} numbers a row of {len(fitted):,}  {clock.lap('features'):.0f} s")
    results: list[SearchResult] = []
    if len(searched):
        folds = inner_folds(train, settings.folds, settings.seed).take(fitted[searched])
        held = hold_out(features[searched], labels[searched], folds, _preparation(settings))
        print(f"searching {len(settings.points)} points on {len(searched):,} rows")
        results = list(_told(search(settings.points, held, weights, jobs)))
    point = best(results, settings)
    print(f"chosen: {point}  {clock.lap('search'):.0f} s", flush=True)
    prepare = Preparation.learned(features, **_preparation(settings))
    machines = fit(point, prepare(features), labels, weights, jobs)
    print(f"fitted: {len(machines.vectors):,} vectors  {clock.lap('fit'):.0f} s", flush=True)
    rows = {"train": len(train), "search": len(searched), "fit": len(fitted)}
    return FittedClassifier(_classifier(run, settings, prepare, machines), results, rows, clock)


def best(results: list[SearchResult], settings: SvmSettings) -> GridPoint:
    """Return the point with the highest mean accuracy, of equal ones the first."""
    if not results:
        return settings.points[0]
    return max(results, key=lambda result: result.mean).point


def _told(results: Iterator[SearchResult]) -> Iterator[SearchResult]:
    """Print a line for every result that passes."""
    for result in results:
        values = np.array(result.accuracies)
        line = f"  {result.point!s:<32} accuracy {values.mean():.2%}, deviation {values.std():.2%}"
        print(f"{line}  {result.seconds:.0f} s", flush=True)
        yield result


def rows_to_use(labels: Codes, settings: SvmSettings) -> tuple[Codes, Codes]:
    """Return the rows to search on and those to fit, as positions.

    The first (S,) are positions among the second (M,); there are none if there is but one point.
    Without a number of rows to fit, they are as many as memory allows.
    """
    most = settings.fit_rows
    if most is None:
        pair = int(np.sort(np.bincount(labels))[-2:].sum())
        share = min(1.0, FIT_ROWS / max(len(labels), 1), PAIR_ROWS / max(pair, 1))
        most = int(share * len(labels))
    fitted = draw_rows(labels, most, settings.seed)
    if len(settings.points) == 1:
        return np.empty(0, dtype=np.int64), fitted
    return draw_rows(labels[fitted], settings.search_rows, settings.seed), fitted


def class_weights(export: Export, labels: Codes, settings: SvmSettings) -> Numbers:
    """Return the weight (C,) of each class."""
    if settings.class_weights == "export":
        return export.weights
    if settings.class_weights == "none":
        return np.ones(len(export.classes))
    counts = np.bincount(labels, minlength=len(export.classes))
    return len(labels) / (np.count_nonzero(counts) * np.maximum(counts, 1))


def _preparation(settings: SvmSettings) -> dict[str, Any]:
    pca = FEATURES[settings.features].components
    components = settings.components if pca else 0
    return {"scaling": settings.scaling, "components": components, "seed": settings.seed}


def _classifier(
    run: FittingJob, settings: SvmSettings, prepare: Preparation, machines: Machines
) -> Classifier:
    export = run.export
    return Classifier(
        path=run.path,
        model=f"SVM ({machines.point}) on {settings.features}",
        classes=export.classes,
        channels=export.channels,
        size=export.size,
        recipe_sha256=export.recipe_sha256,
        identity=export.identity,
        normalize=export.normalize,
        mean=tuple(export.mean.tolist()),
        std=tuple(export.std.tolist()),
        fold=run.parts.fold,
        features=settings.features,
        prepare=prepare,
        machines=machines,
    )
