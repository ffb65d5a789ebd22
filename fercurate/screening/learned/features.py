"""Numbers of a picture to learn from: what the screener's last but one layer makes of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from fercurate.screening.base import Gray, Values, View
from fercurate.screening.screener import Screener

FEATURES = 256
KIND = "screener_features"


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
