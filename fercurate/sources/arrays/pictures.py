"""From arrays of numbers to pictures: which axis is which, and which values are gray levels."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fercurate.errors import InputError
from fercurate.sources.arrays.columns import ArrayColumn

_MOST_PIXELS = 16_000_000
"""An array of larger pictures would be held in memory several times over."""

_LEAST = 8
_LEAST_FLAT = 16
_NEAR = 1e-3
_NEAR_HALF = 0.13
"""Gray levels by which a value may miss a whole one; half precision cannot do better."""

_MOSTLY = 0.9


@dataclass(frozen=True, slots=True)
class PictureShape:
    """How rows of an array are pictures: (height, width) or (height, width, 3) once arranged.

    ``channels_first`` says that the color channels stand before height and width.
    """

    size: tuple[int, ...]
    channels_first: bool = False

    def arrange(self, block: NDArray[Any]) -> NDArray[Any]:
        """Return rows (N, ...) as pictures (N, height, width[, 3])."""
        if self.channels_first:
            return np.ascontiguousarray(np.moveaxis(block, 1, -1))
        return block.reshape(len(block), *self.size)


def picture_shape(shape: tuple[int, ...]) -> PictureShape | None:
    """The pictures that an array of this shape can hold, or None.

    Known are (N, H, W), (N, H, W, 1 or 3), (N, 1 or 3, H, W) and flat rows of square pictures.
    """
    one = shape[1:]
    if len(one) == 3 and one[2] in (1, 3) and _is_size(one[:2]):
        return PictureShape(one[:2] if one[2] == 1 else one)
    if len(one) == 3 and one[0] in (1, 3) and _is_size(one[1:]):
        return PictureShape(one[1:]) if one[0] == 1 else PictureShape((*one[1:], 3), True)
    if len(one) == 2 and _is_size(one):
        return PictureShape(one)
    if len(one) == 1 or (len(one) == 2 and one[1] == 1):
        side = math.isqrt(one[0])
        if side * side == one[0] and side >= _LEAST_FLAT and _is_size((side, side)):
            return PictureShape((side, side))
    return None


def _is_size(size: tuple[int, ...]) -> bool:
    return min(size) >= _LEAST and size[0] * size[1] <= _MOST_PIXELS


@dataclass(frozen=True, slots=True)
class GrayLevels:
    """How values become gray levels: times ``scale``, and rounded if they are ``near`` enough."""

    scale: float
    near: float
    text: str = ""

    def convert(self, rows: NDArray[Any]) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
        """Return rows (N, ...) as uint8, and which of the rows (N,) are such pictures."""
        if rows.dtype == np.uint8:
            return rows, np.ones(len(rows), np.bool_)
        flat = rows.reshape(len(rows), -1)
        if rows.dtype.kind in "iu":
            fitting = (flat.min(axis=1) >= 0) & (flat.max(axis=1) <= 255)
            return rows.astype(np.uint8), fitting
        with np.errstate(over="ignore", invalid="ignore"):
            values = flat.astype(np.float64) * self.scale
            whole = np.round(values)
        fitting = _all_near(values, whole, self.near)
        levels = np.where(np.isfinite(whole), np.clip(whole, 0, 255), 0).astype(np.uint8)
        return levels.reshape(rows.shape), fitting


def _all_near(
    values: NDArray[np.float64], whole: NDArray[np.float64], near: float
) -> NDArray[np.bool_]:
    with np.errstate(invalid="ignore"):
        good = (np.abs(values - whole) <= near) & (whole >= 0) & (whole <= 255)
    return np.asarray(good.all(axis=1))


def gray_levels(column: ArrayColumn) -> GrayLevels:
    """How the values of an array are read; an array of fractions is looked through for it.

    Raises:
        InputError: fractions that are no gray levels, as those of standardized pictures.
    """
    if column.dtype.kind in "iu":
        return GrayLevels(1.0, 0.0)
    if column.dtype.kind != "f":
        raise InputError(f"pictures of {column.dtype.name}", where=column.origin)
    half = column.dtype.itemsize == 2
    unit = GrayLevels(255.0, _NEAR_HALF if half else _NEAR)
    byte = GrayLevels(1.0, _NEAR)
    fitting = [0, 0]
    darkest = brightest = math.nan
    for block in column.values():
        flat = block.reshape(len(block), -1)
        darkest = _bound(np.fmin, darkest, flat)
        brightest = _bound(np.fmax, brightest, flat)
        fitting[0] += int((unit.convert(flat)[1] & (flat.max(axis=1) <= 1)).sum())
        fitting[1] += int(byte.convert(flat)[1].sum())
    name = column.dtype.name
    if fitting[0] >= max(fitting[1], _MOSTLY * column.rows):
        return GrayLevels(255.0, unit.near, f"{name} in 0..1 times 255, each a whole number")
    if fitting[1] >= _MOSTLY * column.rows:
        return GrayLevels(1.0, _NEAR, f"{name}, each a whole number")
    raise InputError(
        f"values from {darkest:.4g} to {brightest:.4g} that are no gray levels: {name} that was "
        "standardized, resized or otherwise computed",
        where=column.origin,
        expected="whole numbers 0..255, or those divided by 255",
        fix="Save the pictures as they were before it, as uint8",
    )


def _bound(choose: np.ufunc, known: float, values: NDArray[Any]) -> float:
    return float(choose(known, choose.reduce(values, axis=None))) if values.size else known


def picture_rows(
    column: ArrayColumn, shape: PictureShape, levels: GrayLevels
) -> Iterator[NDArray[np.uint8] | None]:
    """Yield the picture of each row, or None where a value is no gray level."""
    for block in column.values():
        pictures, fitting = levels.convert(shape.arrange(block))
        for picture, fits in zip(pictures, fitting, strict=True):
            yield picture if fits else None
