"""Average precision, curves and thresholds, with 95 % intervals by bootstrap."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Truth = NDArray[np.bool_]
Score = NDArray[np.float64]
Interval = tuple[float, float, float]
"""A figure, and the lower and upper end of its 95 % interval."""

RESAMPLES = 1000
SHOWN = (0.01, 0.02, 0.03, 0.05, 0.07, *np.arange(0.1, 0.96, 0.05).round(2), 0.97, 0.99)
"""Thresholds at which a curve is written down."""


def average_precision(truth: Truth, score: Score) -> float:
    """Mean precision at the ranks of the positives; ties keep their order."""
    ranked = truth[np.argsort(-score, kind="stable")]
    precision = np.cumsum(ranked) / np.arange(1, len(ranked) + 1)
    return float(precision[ranked].mean()) if ranked.any() else float("nan")


def bootstrap(
    figure: Callable[[Truth, Score], float], truth: Truth, score: Score, seed: int = 0
) -> Interval:
    """A figure of samples (N,) and its 95 % percentile interval over resampled samples."""
    rng = np.random.default_rng(seed)
    drawn = []
    for _ in range(RESAMPLES):
        some = rng.integers(len(truth), size=len(truth))
        drawn.append(figure(truth[some], score[some]))
    low, high = np.nanpercentile(drawn, [2.5, 97.5])
    return figure(truth, score), float(low), float(high)


def precision_at(threshold: float) -> Callable[[Truth, Score], float]:
    """Share of those with at least this score that are positive."""
    return lambda truth, score: float(truth[score >= threshold].mean())


def recall_at(threshold: float) -> Callable[[Truth, Score], float]:
    """Share of the positives that have at least this score."""
    return lambda truth, score: float((score[truth] >= threshold).mean())


def curve(truth: Truth, score: Score) -> list[dict[str, float]]:
    """Precision, recall and flagged share at some thresholds."""
    points = []
    for threshold in SHOWN:
        flagged = score >= threshold
        if flagged.any():
            points.append(
                {
                    "threshold": float(threshold),
                    "precision": round(float(truth[flagged].mean()), 4),
                    "recall": round(float(flagged[truth].mean()), 4),
                    "flagged": round(float(flagged.mean()), 4),
                }
            )
    return points


@dataclass(frozen=True, slots=True)
class Aim:
    """What a preset aims at: the lowest precision, or the lowest recall that it may have."""

    precision: float = 0.0
    recall: float = 0.0

    def choose(self, truth: Truth, score: Score) -> float:
        """The lowest threshold of enough precision, or the highest of enough recall."""
        candidates = np.round(np.arange(0.02, 0.99, 0.01), 2)
        if self.recall:
            enough = [t for t in candidates if recall_at(t)(truth, score) >= self.recall]
            return float(max(enough, default=candidates[0]))
        enough = [
            t
            for t in candidates
            if (score >= t).any() and precision_at(t)(truth, score) >= self.precision
        ]
        return float(min(enough, default=candidates[-1]))


def cross_fitted(
    aim: Aim, truth: Truth, score: Score, folds: NDArray[np.int64]
) -> tuple[Truth, float]:
    """Who is dropped (N,) by thresholds chosen without a sample's own fold; and the one of all."""
    dropped = np.zeros(len(truth), dtype=bool)
    for fold in np.unique(folds):
        own = folds == fold
        dropped[own] = score[own] >= aim.choose(truth[~own], score[~own])
    return dropped, aim.choose(truth, score)


def calibrate(truth: NDArray[np.float64], logits: Score) -> tuple[float, float]:
    """Slope and shift of Platt's calibration, by Newton's method with his smoothed targets.

    Source: Platt, "Probabilistic outputs for support vector machines", 1999.
    """
    positives = float((truth > 0.5).sum())
    negatives = len(truth) - positives
    target = np.where(truth > 0.5, (positives + 1) / (positives + 2), 1 / (negatives + 2))
    weights = np.array([1.0, 0.0])
    design = np.stack([logits, np.ones_like(logits)], axis=1)
    for _ in range(50):
        chance = 1 / (1 + np.exp(-(design @ weights)))
        gradient = design.T @ (chance - target)
        curvature = (design * (chance * (1 - chance))[:, None]).T @ design
        weights = weights - np.linalg.solve(curvature + 1e-6 * np.eye(2), gradient)
    return float(weights[0]), float(weights[1])
