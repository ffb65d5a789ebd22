"""What every measure offers: raw numbers a picture, kept in the store and judged later."""

from collections.abc import Sequence
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Gray = NDArray[np.uint8]
"""A gray picture (H, W) uint8, values 0..255."""

Values = NDArray[np.float32]
"""Measurements (N, K) float32: one row a picture, one column a quantity; NaN where undefined."""

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
