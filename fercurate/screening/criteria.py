"""The criteria: what can be wrong with a sample, as one score each from its measurements."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fercurate.screening.base import Values

Score = NDArray[np.float64]
"""Scores (N,) of a criterion: 0..1, higher is worse, NaN where it cannot be told."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that can be wrong, scored from the measurements (N, K) of one kind."""

    name: str
    kind: str
    meaning: str
    score: Callable[[Values], Score]
