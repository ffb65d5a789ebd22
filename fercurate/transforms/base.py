"""What every transform offers."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Batch = NDArray[np.uint8]
"""Pictures of one size: (N, H, W) or (N, H, W, 3) uint8, values 0..255."""


class Transform(Protocol):
    """A deterministic change of pictures; its fields are its parameters in a recipe."""

    @property
    def kind(self) -> str:
        """Name of the transform in recipes."""
        ...

    @property
    def label(self) -> str:
        """Name with parameters, as recorded in exports: ``rotate(degrees=90)``."""
        ...

    def apply(self, batch: Batch) -> Batch:
        """Return the changed pictures; the input is not modified."""
        ...
