"""Keras's terms as steps of albumentations."""

import math
from typing import Any

from fercurate.training.shared.augmentation import KerasTerms
from fercurate.transforms.augment.step import Step

_REPLICATE = 1
"""OpenCV's border that repeats the edge, Keras's ``fill_mode="nearest"``."""


def keras_steps(terms: KerasTerms) -> tuple[Step, ...]:
    """Return steps that draw from the ranges that ``ImageDataGenerator`` draws from.

    At most three: an affine map with bilinear sampling and repeated edges, a mirror image with
    probability 1/2, a brightness factor; in this order, Keras's own. Keras divides by its zoom
    (1.2 shows more of the scene), so the scale is drawn from 1 / (1 + z) .. 1 / (1 - z), half of
    the time below 1; and its shear moves rows by sin(angle), albumentations' by tan.
    ``docs/augmentation.md`` lists what remains different.

    Source: Keras 3, ``keras/src/legacy/preprocessing/image.py``.
    """
    steps = []
    if affine := _affine(terms):
        steps.append(Step("Affine", {**affine, "border_mode": _REPLICATE}))
    if terms.horizontal_flip:
        steps.append(Step("HorizontalFlip", {"p": 0.5}))
    if terms.brightness is not None:
        steps.append(Step("MultiplicativeNoise", {"multiplier": list(terms.brightness)}))
    return tuple(steps)


def _affine(terms: KerasTerms) -> dict[str, Any]:
    parameters: dict[str, Any] = {}
    if terms.rotation:
        parameters["rotate"] = [-terms.rotation, terms.rotation]
    if terms.shear:
        parameters["shear"] = {"x": _both_ways(_as_tangent(terms.shear)), "y": [0, 0]}
    if terms.zoom:
        scale = 1 / (1 + terms.zoom), 1 / (1 - terms.zoom)
        parameters["scale"] = [round(value, 4) for value in scale]
        parameters["balanced_scale"] = True
    if terms.shift:
        parameters["translate_percent"] = _both_ways(terms.shift)
    return parameters


def _both_ways(value: float) -> list[float]:
    return [-value, value]


def _as_tangent(degrees: float) -> float:
    """The angle whose tangent is the sine of another one."""
    return round(math.degrees(math.atan(math.sin(math.radians(degrees)))), 4)
