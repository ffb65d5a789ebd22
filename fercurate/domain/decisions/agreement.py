"""How far several readers agree on nominal answers, beyond what chance would give.

Cohen, Educational and Psychological Measurement 20 (1960); Fleiss, Psychological Bulletin 76
(1971); Krippendorff, Content Analysis (1980), for nominal data with missing answers.
"""

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int64]
"""Answers (N, R) of R readers about N samples as numbers from 0; -1 where one did not answer."""


def cohen_kappa(first: Codes, second: Codes) -> float:
    """Cohen's kappa of two readers' codes (N,) each, over what both answered.

    NaN where nothing was answered by both, or both gave one and the same answer throughout.
    """
    both = (first >= 0) & (second >= 0)
    if not both.any():
        return float("nan")
    size = int(max(first.max(), second.max())) + 1
    table = np.zeros((size, size))
    np.add.at(table, (first[both], second[both]), 1.0)
    return _beyond_chance(
        float(np.trace(table) / table.sum()),
        float((table.sum(axis=0) * table.sum(axis=1)).sum() / table.sum() ** 2),
    )


def fleiss_kappa(codes: Codes) -> float:
    """Fleiss' kappa over the samples that every reader answered; NaN where there is none."""
    full = codes[(codes >= 0).all(axis=1)]
    readers = codes.shape[1]
    if not len(full) or readers < 2:
        return float("nan")
    counts = _counts(full)
    agreed = ((counts**2).sum(axis=1) - readers) / (readers * (readers - 1))
    shares = counts.sum(axis=0) / counts.sum()
    return _beyond_chance(float(agreed.mean()), float((shares**2).sum()))


def krippendorff_alpha(codes: Codes) -> float:
    """Krippendorff's alpha for nominal answers, over the samples with at least two of them."""
    counts = _counts(codes)
    answered = counts.sum(axis=1)
    counts, answered = counts[answered >= 2], answered[answered >= 2]
    if not len(counts):
        return float("nan")
    total, sums = answered.sum(), counts.sum(axis=0)
    pairs = answered**2 - (counts**2).sum(axis=1)
    observed = float((pairs / (answered - 1)).sum() / total)
    expected = float((total**2 - (sums**2).sum()) / (total * (total - 1)))
    return float("nan") if expected == 0 else 1 - observed / expected


def class_kappa(first: Codes, second: Codes, code: int) -> float:
    """Cohen's kappa of two readers on one class against all others."""
    return cohen_kappa(_against(first, code), _against(second, code))


def class_alpha(codes: Codes, code: int) -> float:
    """Krippendorff's alpha on one class against all others."""
    return krippendorff_alpha(_against(codes, code))


def _against(codes: Codes, code: int) -> Codes:
    return np.where(codes < 0, -1, codes == code).astype(np.int64)


def _counts(codes: Codes) -> NDArray[np.float64]:
    """How many readers gave each answer (N, K)."""
    size = max(int(codes.max(initial=0)) + 1, 1)
    counts = np.zeros((len(codes), size))
    rows, readers = np.nonzero(codes >= 0)
    np.add.at(counts, (rows, codes[rows, readers]), 1.0)
    return counts


def _beyond_chance(observed: float, expected: float) -> float:
    return float("nan") if expected >= 1 else (observed - expected) / (1 - expected)
