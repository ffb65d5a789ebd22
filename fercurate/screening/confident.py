"""Confident learning: which labels are likely wrong, by the probabilities of any model.

After Northcutt, Jiang and Chuang, "Confident Learning: Estimating Uncertainty in Dataset Labels",
JAIR 70, 2021. A class is confident where its probability reaches the mean that the model gives it
on the samples with that label; so a class of which the model is seldom sure asks for less. The
model must not have learned from the samples: it would know their labels by heart.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fercurate.screening.base import Score

Labels = NDArray[np.int64]
"""Labels (N,) int64: positions in the classes, -1 where there is none."""

Probabilities = NDArray[np.floating]
"""Probabilities (N, K) of every class, 0..1; NaN in the rows of samples without predictions."""

_ROUNDING = 1e-6
"""A mean of equal probabilities may lie a little above each of them."""


@dataclass(frozen=True, eq=False)
class LabelErrors:
    """What confident learning says of each sample.

    Attributes:
        scores: (N,) float64, 0..1, higher is more likely a wrong label: flagged samples 0.75..1,
            others 0..0.5; NaN without a label or predictions.
        flagged: (N,) bool, likely wrong labels.
        predicted: (N,) int64, the likeliest class, the first of equal ones; -1 without predictions.
    """

    scores: Score
    flagged: NDArray[np.bool_]
    predicted: NDArray[np.int64]


def label_error_scores(labels: Labels, probabilities: Probabilities) -> LabelErrors:
    """Find likely label errors.

    Flagged is a sample off the diagonal of the confident joint, the paper's count of label by
    confident class, unless its label is the likeliest class all the same. Scores order by the
    normalized margin: how far the label's probability lies below the highest other one.

    Args:
        labels: (N,) int64, positions in the K classes; -1 without a label.
        probabilities: (N, K), rows of sum 1; NaN rows without predictions.

    Raises:
        ValueError: lengths differ, there are fewer than two classes, or a label is none of them.
    """
    _check(labels, probabilities)
    known = ~np.isnan(probabilities).any(axis=1)
    compared = np.flatnonzero(known & (labels >= 0))
    predicted = np.full(len(labels), -1, dtype=np.int64)
    predicted[known] = probabilities[known].argmax(axis=1)
    given = labels[compared]
    values = probabilities[compared].astype(np.float64)
    confident = confident_classes(values, class_thresholds(given, values))
    wrong = (confident >= 0) & (confident != given) & (predicted[compared] != given)
    scores = np.full(len(labels), np.nan)
    scores[compared] = (wrong + _doubt(given, values)) / 2
    flagged = np.zeros(len(labels), dtype=bool)
    flagged[compared] = wrong
    return LabelErrors(scores, flagged, predicted)


def class_thresholds(labels: Labels, probabilities: Probabilities) -> NDArray[np.float64]:
    """Return the mean probability (K,) of each class among the samples labeled with it.

    Args:
        labels: (M,) int64, every sample with a label.
        probabilities: (M, K), finite. A class that labels no sample has the threshold infinity.
    """
    classes = probabilities.shape[1]
    own = probabilities[np.arange(len(labels)), labels]
    counts = np.bincount(labels, minlength=classes)
    sums = np.bincount(labels, weights=own, minlength=classes)
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.inf)


def confident_classes(
    probabilities: Probabilities, thresholds: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Return the likeliest class (M,) of those that reach their threshold (K,), -1 if none does."""
    reached = np.where(probabilities >= thresholds - _ROUNDING, probabilities, -1.0)
    return np.where((reached >= 0).any(axis=1), reached.argmax(axis=1), -1)


def _doubt(labels: Labels, probabilities: Probabilities) -> NDArray[np.float64]:
    """One minus the normalized margin (M,), 0..1: above a half if another class is likelier."""
    rows = np.arange(len(labels))
    own = probabilities[rows, labels]
    others = probabilities.copy()
    others[rows, labels] = -np.inf
    return np.asarray(np.clip((1 - own + others.max(axis=1)) / 2, 0, 1))


def _check(labels: Labels, probabilities: Probabilities) -> None:
    shape = probabilities.shape
    if len(shape) != 2 or shape[0] != len(labels) or shape[1] < 2:
        raise ValueError(f"probabilities {shape} for {len(labels)} labels; expected (N, K), K >= 2")
    if labels.size and not -1 <= labels.min() <= labels.max() < shape[1]:
        raise ValueError(f"a label outside -1..{shape[1] - 1}")
