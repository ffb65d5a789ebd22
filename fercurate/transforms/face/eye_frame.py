"""The square in which eyes have fixed places."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

EYE_DISTANCE, EYE_HEIGHT = 0.4, 0.35
"""Where the eyes of an expression picture stand by default, as shares of the side.

Shan, Gong and McOwan ("Facial expression recognition based on Local Binary Patterns", Image and
Vision Computing 2009) cut 110 x 150 pixels about eyes that are 55 apart: two eye distances wide,
three high. The square here is 2.5 wide, so that brows and a mouth wide open stay inside. YuNet sees
FER-2013's own eyes 0.36 apart at a height of 0.39 (medians of every 60th picture).
"""


@dataclass(frozen=True, slots=True)
class EyeFrame:
    """A square of ``size`` pixels with the eyes level and centered in it.

    ``eye_distance`` between their centers and ``eye_height`` below the top edge are shares of the
    side, so that a picture of any size shows the same.

    Raises:
        ValueError: a size outside 8..1024, or a share outside 0.1..0.9.
    """

    size: int
    eye_distance: float = EYE_DISTANCE
    eye_height: float = EYE_HEIGHT

    def __post_init__(self) -> None:
        if not 8 <= self.size <= 1024:
            raise ValueError(f"size is {self.size}; expected 8..1024 pixels")
        for name in ("eye_distance", "eye_height"):
            share = getattr(self, name)
            if not 0.1 <= share <= 0.9:
                raise ValueError(f"{name} is {share:g}; expected 0.1..0.9, a share of the side")

    def pixels(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Pixels (..., 2) of points (..., 2) in eye units.

        Their origin lies between the eyes, and the eyes are 1 apart. The center of the top left
        pixel is (0, 0).
        """
        middle = np.array([0.5, self.eye_height])
        return (middle + points * self.eye_distance) * self.size - 0.5

    def across(self, samples: int) -> NDArray[np.float64]:
        """Return x in eye units of ``samples`` places in each pixel of a row, (size x samples,)."""
        return (self._shares(samples) - 0.5) / self.eye_distance

    def down(self, samples: int) -> NDArray[np.float64]:
        """Return y in eye units of so many places in each pixel of a column, (size x samples,)."""
        return (self._shares(samples) - self.eye_height) / self.eye_distance

    def _shares(self, samples: int) -> NDArray[np.float64]:
        count = self.size * samples
        return (np.arange(count) + 0.5) / count
