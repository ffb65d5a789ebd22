"""What a review measures beside ``filter``: more views of a picture, and numbers to learn from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from fercurate.screening.base import Gray, Values, View
from fercurate.screening.screener import FAULTS, SIDE, Screener, screener_batch

FEATURES = 256
KIND = "screener_features"

SHIFTS: tuple[tuple[int, int], ...] = ((0, 0), (2, 0), (-2, 0), (0, 2), (0, -2))
"""How a picture is moved, in pixels down and to the right; what comes in repeats its border."""

_FARTHEST = 2
_HOPELESS = -4.0
"""A picture of which every fault has a smaller logit (a chance of 2 %) is looked at once."""


@dataclass(frozen=True, slots=True)
class ScreenerFeatures:
    """Mean and maximum over places (N, 256) of the screener's last channels.

    Only what people answer makes use of them; ``filter`` does not measure them.
    """

    screener: Screener

    kind: ClassVar[str] = KIND
    view: ClassVar[View] = "face"
    columns: ClassVar[tuple[str, ...]] = tuple(f"f{place:03d}" for place in range(FEATURES))

    @property
    def method(self) -> str:
        """Names the very network."""
        return self.screener.method.replace("screener-", "features-")

    def measure(self, pictures: Sequence[Gray]) -> Values:
        """Return features (N, 256) float32 of N gray pictures."""
        return self.screener.features(pictures).astype(np.float32)


@dataclass(frozen=True, slots=True)
class ScreenerViews:
    """Logits (N, 4) of the faults, the mean over five small shifts and their mirror images.

    They order pictures better than one look does, and take ten: so only those are looked at
    again that may be faulty at all.
    """

    screener: Screener

    kind: ClassVar[str] = "screener_views"
    view: ClassVar[View] = "face"
    columns: ClassVar[tuple[str, ...]] = FAULTS

    @property
    def method(self) -> str:
        """Names the very network."""
        return self.screener.method.replace("screener-", "views-1-")

    def measure(self, pictures: Sequence[Gray]) -> Values:
        """Return logits (N, 4) float32 of N gray pictures."""
        batch = screener_batch(pictures)
        logits = self.screener.logits(batch)
        again = np.flatnonzero(logits.max(axis=1, initial=-np.inf) > _HOPELESS)
        if not len(again):
            return logits
        edge = ((0, 0), (_FARTHEST, _FARTHEST), (_FARTHEST, _FARTHEST))
        padded = np.pad(batch[again], edge, mode="edge")
        total = np.zeros((len(again), len(FAULTS)), dtype=np.float64)
        for down, right in SHIFTS:
            top, left = _FARTHEST + down, _FARTHEST + right
            moved = padded[:, top : top + SIDE, left : left + SIDE]
            total += self.screener.logits(moved)
            total += self.screener.logits(moved[:, :, ::-1])
        logits[again] = (total / (2 * len(SHIFTS))).astype(np.float32)
        return logits
