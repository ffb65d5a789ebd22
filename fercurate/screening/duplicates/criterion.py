"""The criterion of duplicates: later members of a group of (nearly) identical pictures."""

import numpy as np

from fercurate.screening.base import Criterion, Score, Values

NEAR = 0.95
"""Score of a sample that is only nearly identical to an earlier one."""


def _duplicate_score(values: Values) -> Score:
    """Scores (N,) from measurements (N, 2) of the kind ``twins``."""
    kinds = np.array([0.0, NEAR, 1.0])
    return kinds[values[:, 1].astype(np.int64)]


DUPLICATE_CRITERIA: tuple[Criterion, ...] = (
    Criterion(
        "duplicate",
        "twins",
        "a copy of a sample that stands earlier in the store",
        _duplicate_score,
    ),
)
