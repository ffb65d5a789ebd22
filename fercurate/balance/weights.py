"""Class weights from the label counts of train."""

import numpy as np
from numpy.typing import NDArray


def balanced_weights(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return weights (C,) inversely proportional to the counts (C,): n / (C * n_c).

    The same as scikit-learn's ``class_weight="balanced"`` (King & Zeng, 2001). A class without
    samples gets weight 0.
    """
    present = counts > 0
    weights = np.zeros(len(counts), dtype=np.float64)
    weights[present] = counts.sum() / (len(counts) * counts[present])
    return weights


def imbalance_ratio(counts: NDArray[np.int64]) -> float:
    """Return the largest class count over the smallest; infinite if a class is empty."""
    if not counts.size or counts.max() == 0:
        return 1.0
    return float(counts.max() / counts.min()) if counts.min() > 0 else float("inf")
