"""Mixing two pictures: where a synthetic row's pixels come from."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def blend(first: NDArray[Any], second: NDArray[Any], mix: NDArray[np.float64]) -> NDArray[Any]:
    """Return ``first + mix * (second - first)``, pictures (N, ...) of the parents' type.

    Differences are float32, products float64, results float32, as in imbalanced-learn's SMOTE on
    float32. uint8 pictures are then rounded to the nearest even and cut to 0..255, so no pixel
    leaves the range of its parents. ``mix`` (N,) is 0..1.
    """
    start = first.astype(np.float32)
    difference = second.astype(np.float32) - start
    weight = mix.reshape(-1, *[1] * (first.ndim - 1))
    mixed = (start + weight * difference).astype(np.float32)
    if first.dtype != np.uint8:
        return mixed
    return np.clip(np.rint(mixed), 0, 255).astype(np.uint8)
