"""The criterion of copies: later ones of a group of identical or nearly identical pictures."""

import numpy as np

from fercurate.screening.base import Values
from fercurate.screening.criteria import Criterion, Score

NEAR = 0.95
"""Score of a sample that is only nearly identical to an earlier one."""


def _copy_score(values: Values) -> Score:
    """Scores (N,) from measurements (N, 2) of the kind ``twins``."""
    kinds = np.array([0.0, NEAR, 1.0])
    return kinds[values[:, 1].astype(np.int64)]


COPY_CRITERIA: tuple[Criterion, ...] = (
    Criterion(
        "duplicate", "twins", "a copy of a sample that stands earlier in the store", _copy_score
    ),
)
