"""What every measure and every criterion offers.

A measure gives raw numbers of a picture, which are kept in the store; a criterion makes one score
of them each time, and thresholds judge that.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Gray = NDArray[np.uint8]
"""A gray picture (H, W) uint8, values 0..255."""

Values = NDArray[np.float32]
"""Measurements (N, K) float32: one row a picture, one column a quantity; NaN where undefined."""

Score = NDArray[np.float64]
"""Scores (N,) of a criterion: 0..1, higher is worse, NaN where it cannot be told."""

View = Literal["face", "whole"]
"""What a measure looks at: the picture inside its face box, or the picture as stored."""


class Measure(Protocol):
    """A way to measure pictures, one by one and independently of each other.

    ``kind`` names the group of measurements and ``method`` how it was measured: values of
    different methods are never mixed, so a method that gives other values needs another name.
    """

    @property
    def kind(self) -> str:
        """Name of the group: ``exposure``."""
        ...

    @property
    def method(self) -> str:
        """Name and version of the method, of letters, digits, dots, ``_`` and ``-``."""
        ...

    @property
    def view(self) -> View:
        """What the measure looks at."""
        ...

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the K quantities."""
        ...

    def measure(self, pictures: Sequence[Gray]) -> Values:
        """Return the measurements (N, K) of N gray pictures of any sizes.

        Called from several threads at a time; equal pictures give equal values in any company.
        """
        ...


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that can be wrong, scored from the measurements (N, K) of one kind.

    ``from_answers``: it was learned from what people answered, so it is scored only where it is
    named, and is no question to people itself.
    """

    name: str
    kind: str
    meaning: str
    score: Callable[[Values], Score]
    from_answers: bool = False
