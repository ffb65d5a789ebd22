"""Are synthetic faces plausible? Measured on some of each class, against real ones."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.plan import BuildPlan
from fercurate.domain.segments.base import Rows
from fercurate.domain.segments.kinds import Mixtures
from fercurate.pipeline.building.picture_maker import StoredPictureMaker

SAMPLE = 100
"""Synthetic rows of each class that are looked at, evenly chosen."""

_BLOCK = 1024


@dataclass(frozen=True, slots=True)
class SyntheticFacts:
    """What synthetic rows of a class are like; gray levels are 0..255.

    ``outside_parents`` counts pixels beyond their parents' range. ``gradient_energy`` is the mean
    squared difference of neighboring pixels, divided by that of real pictures: below 1 they are
    smoother. ``nearest_real`` is the root mean square difference from the nearest real picture of
    the class, the median over rows, and ``nearest_among_real`` the same of real pictures from
    each other. ``copies`` is the share of rows that equal a real picture.
    """

    rows: int
    looked_at: int
    lowest: int
    highest: int
    outside_parents: int
    gradient_energy: float
    nearest_real: float
    nearest_among_real: float
    copies: float


def synthetic_facts(
    build: BuildPlan, classes: tuple[str, ...], maker: StoredPictureMaker
) -> dict[str, dict[str, Any]]:
    """Return the facts of train's synthetic rows by class, JSON-ready; empty if it has none."""
    plan, labels = build.train, build.labels
    facts: dict[str, dict[str, Any]] = {}
    real = plan.originals.rows
    for mixtures in plan.mixtures:
        for code, name in enumerate(classes):
            chosen = np.flatnonzero(labels[mixtures.rows] == code)
            if len(chosen):
                found = _class_facts(mixtures, chosen, real[labels[real] == code], maker)
                facts[name] = asdict(found)
    return facts


def _class_facts(
    mixtures: Mixtures, chosen: Rows, real: Rows, maker: StoredPictureMaker
) -> SyntheticFacts:
    some = mixtures.take(chosen[_evenly(len(chosen))])
    first, second = maker.made(some.first), maker.made(some.second)
    made, _ = some.make(maker)
    low, high = np.minimum(first, second), np.maximum(first, second)
    probes = real[_evenly(len(real))]
    genuine = maker.normalized(probes) if len(probes) else first
    own = np.concatenate([np.full(len(made), -1), probes])
    nearest, among = np.split(
        _nearest(np.concatenate([made, genuine]), own, real, maker), [len(made)]
    )
    return SyntheticFacts(
        rows=len(chosen),
        looked_at=len(made),
        lowest=int(made.min()),
        highest=int(made.max()),
        outside_parents=int(((made < low) | (made > high)).sum()),
        gradient_energy=_rounded(_gradient_energy(made) / max(_gradient_energy(genuine), 1e-9)),
        nearest_real=_rounded(float(np.median(nearest))),
        nearest_among_real=_rounded(float(np.median(among))),
        copies=_rounded(float((nearest == 0).mean())),
    )


def _evenly(count: int) -> NDArray[np.int64]:
    """Up to ``SAMPLE`` positions, spread over all."""
    return np.unique(np.linspace(0, count - 1, min(count, SAMPLE)).astype(np.int64))


def _rounded(value: float) -> float:
    return round(value, 4)


def _gradient_energy(pictures: NDArray[np.uint8]) -> float:
    """Mean squared difference of neighboring pixels, across and down."""
    gray = pictures.astype(np.float64)
    across, down = np.diff(gray, axis=2), np.diff(gray, axis=1)
    return float((across**2).mean() + (down**2).mean())


def _nearest(
    pictures: NDArray[np.uint8],
    own: NDArray[np.int64],
    real: NDArray[np.int64],
    maker: StoredPictureMaker,
) -> NDArray[np.float64]:
    """Root mean square difference (M,) from the nearest of real rows other than ``own`` (M,).

    Squared differences are whole numbers below 2^53, so they are exact on every machine.
    """
    flat = pictures.reshape(len(pictures), -1).astype(np.float64)
    squares = (flat**2).sum(axis=1)
    best = np.full(len(flat), np.inf)
    for start in range(0, len(real), _BLOCK):
        rows = real[start : start + _BLOCK]
        others = maker.normalized(rows).reshape(len(rows), -1).astype(np.float64)
        distance = squares[:, None] + (others**2).sum(axis=1) - 2 * flat @ others.T
        distance[own[:, None] == rows] = np.inf
        best = np.minimum(best, distance.min(axis=1))
    return np.sqrt(np.where(np.isfinite(best), best, 0.0) / flat.shape[1])
