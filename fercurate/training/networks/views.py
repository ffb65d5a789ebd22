"""Views of pictures that a network is tested on: as they are, mirrored, shifted.

A prediction is the mean of the probabilities that all views are given. That costs as many
times as much as one view, and is done only where the settings say so.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Pictures = NDArray[np.uint8]
"""(N, H, W) or (N, H, W, C)."""

SHIFT, SIDE = 2, 48
"""Pixels of a step, of pictures with this side; larger ones are moved by as large a share."""


@dataclass(frozen=True, slots=True)
class View:
    """Pictures moved by steps, and mirrored after it; what a border leaves empty repeats it."""

    right: int = 0
    down: int = 0
    mirror: bool = False

    def __call__(self, pictures: Pictures, _places: object = None) -> Pictures:
        """Return this view of pictures."""
        high, wide = pictures.shape[1:3]
        if self.right or self.down:
            rows = _moved(high, self.down)
            pictures = pictures[:, rows][:, :, _moved(wide, self.right)]
        return pictures[:, :, ::-1] if self.mirror else pictures


def _moved(side: int, steps: int) -> NDArray[np.int64]:
    """Where each of a side's pixels is taken from."""
    step = max(1, round(SHIFT * side / SIDE))
    return np.clip(np.arange(side) - steps * step, 0, side - 1)


ONE = View()

_PLACES = ((0, 0), (-1, 0), (1, 0), (0, -1), (0, 1))

VIEWS: dict[str, tuple[View, ...]] = {
    "one": (ONE,),
    "mirror": (ONE, View(mirror=True)),
    "shifts": tuple(View(*place, mirror) for place in _PLACES for mirror in (False, True)),
}
"""One view, two, or ten: in place and moved to four sides, mirrored and not."""


def mean_of_views(predict: Callable[[View], NDArray[np.float64]], name: str) -> NDArray[np.float64]:
    """The mean over the views of a name of what ``predict`` says, probabilities (N, classes)."""
    first, *others = VIEWS[name]
    found = predict(first)
    for view in others:
        found = found + predict(view)
    return found / len(VIEWS[name])
