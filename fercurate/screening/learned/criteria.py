"""Criteria of a head that learned from a reviewer: ``reviewed_occluded`` and its like."""

import numpy as np

from fercurate.screening.base import Criterion, Score, Values
from fercurate.screening.screener import FAULTS

REVIEWED = "reviewed_"
"""How the names of these criteria, and of their kinds of measurement, begin."""


def _chance(values: Values) -> Score:
    return values[:, 0].astype(np.float64)


REVIEWED_CRITERIA: tuple[Criterion, ...] = tuple(
    Criterion(
        f"{REVIEWED}{fault}",
        f"{REVIEWED}{fault}",
        f"{fault}, as learned in review",
        _chance,
        from_answers=True,
    )
    for fault in FAULTS
)
