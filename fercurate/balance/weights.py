"""Class weights from the label counts of train."""

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Weights = NDArray[np.float64]

BETA = 0.9999
"""The chance that one more sample of a class brings nothing new is about n times 1 - BETA."""


def balanced_weights(counts: Counts) -> Weights:
    """Return weights (C,) inversely proportional to the counts (C,): n / (C * n_c).

    The same as scikit-learn's ``class_weight="balanced"`` (King & Zeng, 2001). A class without
    samples gets weight 0.
    """
    present = counts > 0
    weights = np.zeros(len(counts), dtype=np.float64)
    weights[present] = counts.sum() / (len(counts) * counts[present])
    return weights


def inverse_sqrt_weights(counts: Counts) -> Weights:
    """Return weights (C,) proportional to 1 / sqrt(n_c), of mean 1 over the samples.

    A milder form of ``balanced_weights``, as in Mahajan et al., "Exploring the Limits of Weakly
    Supervised Pretraining" (ECCV 2018). A class without samples gets weight 0.
    """
    present = counts > 0
    weights = np.zeros(len(counts), dtype=np.float64)
    weights[present] = 1 / np.sqrt(counts[present])
    scale: float = counts.sum() / max(float((weights * counts).sum()), 1e-300)
    return weights * scale


def effective_number(counts: Counts, beta: float = BETA) -> Weights:
    """Return the effective number of samples (C,): (1 - beta^n) / (1 - beta).

    It grows like n at first and never exceeds 1 / (1 - beta): samples overlap (Cui et al.,
    "Class-Balanced Loss Based on Effective Number of Samples", CVPR 2019). ``beta`` is 0..1.
    """
    if beta == 0:
        return np.minimum(counts, 1).astype(np.float64)
    return np.asarray(np.expm1(counts * np.log(beta)) / (beta - 1), dtype=np.float64)


def effective_number_weights(counts: Counts) -> Weights:
    """Return weights (C,) inverse to the effective number of samples, of sum C as published.

    A class without samples gets weight 0, and the others sum to their number.
    """
    present = counts > 0
    weights = np.zeros(len(counts), dtype=np.float64)
    weights[present] = 1 / effective_number(counts[present])
    scale: float = present.sum() / max(float(weights.sum()), 1e-300)
    return weights * scale


def _equal(counts: Counts) -> Weights:
    return np.ones(len(counts), dtype=np.float64)


ClassWeighting = Literal["none", "balanced", "inverse_sqrt", "effective_number"]
"""How classes are weighed, as recipes say it."""

WEIGHTINGS: dict[ClassWeighting, Callable[[Counts], Weights]] = {
    "none": _equal,
    "balanced": balanced_weights,
    "inverse_sqrt": inverse_sqrt_weights,
    "effective_number": effective_number_weights,
}
"""The rule of each way to weigh classes."""
