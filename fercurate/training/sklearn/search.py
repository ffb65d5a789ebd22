"""The search of a grid by cross-validation inside train."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from joblib import cpu_count
from numpy.typing import NDArray

from ..shared.errors import ExportError
from .features import Features
from .grid import GridPoint
from .inner_folds import InnerFolds
from .svm import Codes, Numbers, Preparation, fit


@dataclass(frozen=True)
class SearchResult:
    """The accuracies of a point of the grid, one a fold, and how long they took."""

    point: GridPoint
    accuracies: tuple[float, ...]
    seconds: float

    @property
    def mean(self) -> float:
        """The mean accuracy."""
        return float(np.mean(self.accuracies))

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for a file."""
        return self.point.to_dict() | {
            "accuracies": [round(one, 6) for one in self.accuracies],
            "mean": round(self.mean, 6),
            "seconds": round(self.seconds, 2),
        }


@dataclass(frozen=True)
class Held:
    """One inner fold, prepared: features and labels to learn from, and to test on."""

    features: Features
    labels: Codes
    tested: Features
    answers: Codes


def draw_rows(labels: Codes, most: int, seed: int) -> Codes:
    """Return positions of at most so many rows, in order; 0 is all.

    Classes keep their shares, but a rare one has at least 20 rows if it can.
    """
    if not 0 < most < len(labels):
        return np.arange(len(labels))
    order = np.random.default_rng(seed).permutation(len(labels))
    place = np.empty(len(labels))
    for code in np.unique(labels):
        own = order[labels[order] == code]
        rank = np.arange(len(own))
        place[own] = np.where(rank < min(20, most // 10), rank / 1e6, (rank + 1) / len(own))
    return np.sort(np.argsort(place, kind="stable")[:most])


def hold_out(
    features: Features, labels: Codes, folds: InnerFolds, prepare: dict[str, Any]
) -> list[Held]:
    """Prepare every fold by its own rows alone; ``prepare`` are terms of `Preparation.learned`.

    Raises:
        ExportError: no fold has rows of two classes to learn from and rows to test on.
    """
    found = []
    for fold in range(folds.count):
        learned, tested = folds.sides(fold)
        if len(tested) and len(np.unique(labels[learned])) > 1:
            one = Preparation.learned(features[learned], **prepare)
            inside, outside = one(features[learned]), one(features[tested])
            found.append(Held(inside, labels[learned], outside, labels[tested]))
    if not found:
        raise ExportError("too few rows for a search; name one value each for --C and --gamma")
    return found


def search(
    points: tuple[GridPoint, ...], held: list[Held], weights: NDArray[np.float64], jobs: int
) -> Iterator[SearchResult]:
    """Yield the result of every point, in order, as soon as it is known."""
    with ThreadPoolExecutor(jobs) as threads:
        yield from threads.map(partial(_tried, held, weights), points)


def _tried(held: list[Held], weights: Numbers, point: GridPoint) -> SearchResult:
    start = time.perf_counter()
    accuracies = []
    for one in held:
        machines = fit(point, one.features, one.labels, weights)
        accuracies.append(float((machines.predict(one.tested) == one.answers).mean()))
    return SearchResult(point, tuple(accuracies), time.perf_counter() - start)


def default_jobs() -> int:
    """Return how many threads to use if nothing is said: up to four, as each takes memory."""
    return min(4, int(cpu_count()))
