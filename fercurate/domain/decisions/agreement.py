"""How far several readers agree on nominal answers, beyond what chance would give.

Cohen, Educational and Psychological Measurement 20 (1960); Fleiss, Psychological Bulletin 76
(1971); Krippendorff, Content Analysis (1980), for nominal data with missing answers.
"""

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int64]
"""Answers (N, R) of R readers about N samples as numbers from 0; -1 where one did not answer."""

Counts = NDArray[np.integer] | NDArray[np.floating]
"""How many votes (N, K) each of K answers has for N samples."""


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
    return fleiss_kappa_of_counts(_counts(codes[(codes >= 0).all(axis=1)]))


def fleiss_kappa_of_counts(counts: Counts) -> float:
    """Fleiss' kappa of votes by answer, over the samples with at least two; NaN without any.

    Where samples have different numbers of votes, each agrees as much as a pair of its own votes
    does, and all samples weigh the same.
    """
    counts, votes = _shared(counts)
    if not len(counts):
        return float("nan")
    agreed = ((counts**2).sum(axis=1) - votes) / (votes * (votes - 1))
    shares = counts.sum(axis=0) / counts.sum()
    return _beyond_chance(float(agreed.mean()), float((shares**2).sum()))


def krippendorff_alpha(codes: Codes) -> float:
    """Krippendorff's alpha for nominal answers, over the samples with at least two of them."""
    return krippendorff_alpha_of_counts(_counts(codes))


def krippendorff_alpha_of_counts(counts: Counts) -> float:
    """Krippendorff's alpha of votes by answer, over the samples with at least two."""
    counts, votes = _shared(counts)
    if not len(counts):
        return float("nan")
    total, sums = votes.sum(), counts.sum(axis=0)
    pairs = votes**2 - (counts**2).sum(axis=1)
    observed = float((pairs / (votes - 1)).sum() / total)
    expected = float((total**2 - (sums**2).sum()) / (total * (total - 1)))
    return float("nan") if expected == 0 else 1 - observed / expected


def class_kappa(first: Codes, second: Codes, code: int) -> float:
    """Cohen's kappa of two readers on one class against all others."""
    return cohen_kappa(_against(first, code), _against(second, code))


def class_alpha(codes: Codes, code: int) -> float:
    """Krippendorff's alpha on one class against all others."""
    return krippendorff_alpha(_against(codes, code))


def class_alpha_of_counts(counts: Counts, code: int) -> float:
    """Krippendorff's alpha of votes by answer on one class against all others."""
    own = counts[:, code]
    return krippendorff_alpha_of_counts(np.stack([own, counts.sum(axis=1) - own], axis=1))


def _against(codes: Codes, code: int) -> Codes:
    return np.where(codes < 0, -1, codes == code).astype(np.int64)


def _shared(counts: Counts) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Counts (M, K) of the samples with at least two votes, and how many votes (M,) each has."""
    votes = counts.sum(axis=1)
    some = counts[votes >= 2].astype(np.float64)
    return some, some.sum(axis=1)


def _counts(codes: Codes) -> NDArray[np.float64]:
    """How many readers gave each answer (N, K)."""
    size = max(int(codes.max(initial=0)) + 1, 1)
    counts = np.zeros((len(codes), size))
    rows, readers = np.nonzero(codes >= 0)
    np.add.at(counts, (rows, codes[rows, readers]), 1.0)
    return counts


def _beyond_chance(observed: float, expected: float) -> float:
    return float("nan") if expected >= 1 else (observed - expected) / (1 - expected)
