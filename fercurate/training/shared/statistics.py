"""Mean and standard deviation of pixels."""

from typing import Self

import numpy as np
from numpy.typing import NDArray


class PixelStatistics:
    """Exact mean and standard deviation of pixels, whatever the order in which they come.

    The sums are of whole numbers, so they do not depend on how pictures are put into batches.
    """

    def __init__(self) -> None:
        self._count = 0
        self._sum: NDArray[np.int64] = np.zeros(1, np.int64)
        self._squares: NDArray[np.int64] = np.zeros(1, np.int64)

    def add(self, pictures: NDArray[np.uint8]) -> Self:
        """Add pictures (N, H, W) or (N, H, W, 3) uint8."""
        axes = (0, 1, 2)
        self._count += int(np.prod(pictures.shape[:3]))
        self._sum = self._sum + pictures.sum(axis=axes, dtype=np.int64)
        squares = np.square(pictures, dtype=np.uint16).sum(axis=axes, dtype=np.int64)
        self._squares = self._squares + squares
        return self

    def merge(self, other: Self) -> None:
        """Add what another one has seen."""
        self._count += other._count
        self._sum = self._sum + other._sum
        self._squares = self._squares + other._squares

    def mean_std(self) -> tuple[list[float], list[float]]:
        """Return mean and standard deviation of each channel, on the scale 0..1."""
        count = max(self._count, 1)
        mean = self._sum / count
        variance = np.maximum(self._squares / count - mean**2, 0.0)
        return [float(m) / 255 for m in mean], [float(v) ** 0.5 / 255 for v in variance]
