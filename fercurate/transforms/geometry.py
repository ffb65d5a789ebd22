"""Geometry on batches: turns, zoom about the center, flip, resize, gray and RGB."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from fercurate.domain.sample import Pixels
from fercurate.transforms.base import Batch

Fit = Literal["pad", "crop", "stretch"]
"""How a picture that is no square becomes one."""

_TOGETHER = 32
"""Pictures zoomed at a time: enough for vector instructions, few enough for the cache."""

_LONGEST = 4096
"""A picture with a longer side is reduced to it before it is padded."""

_UNIT = 1 << 11
_HALF = 1 << 21
"""Weights are 11-bit fixed point, as in OpenCV, so results are the same on every machine."""


@dataclass(frozen=True, slots=True)
class Rotate:
    """Rotate about the center, counter-clockwise for positive degrees; the shape stays.

    Quarter turns are exact. Other angles sample bilinearly at places rounded to 1/32 pixel, in
    fixed point; what lies outside is the picture reflected.
    """

    degrees: float
    kind: Literal["rotate"] = "rotate"

    family: ClassVar[str] = "rotated"
    draws: ClassVar[bool] = False

    def __post_init__(self) -> None:
        if not 0 < abs(self.degrees) < 360:
            raise ValueError(
                f"degrees is {self.degrees:g}; expected -360..360, neither of them nor 0"
            )

    @property
    def label(self) -> str:
        """``rotate(degrees=90)``, ``rotate(degrees=12.5)``."""
        whole = float(self.degrees).is_integer()
        return f"rotate(degrees={int(self.degrees) if whole else float(self.degrees)!r})"

    def apply(self, batch: Batch) -> Batch:
        """Turn every picture; (N, H, W[, 3]) becomes (N, W, H[, 3]) for odd quarter turns."""
        turns, rest = divmod(self.degrees, 90)
        if not rest:
            return np.ascontiguousarray(np.rot90(batch, int(turns), axes=(1, 2)))
        if not len(batch):
            return batch
        places = cv2.convertMaps(*_turned(batch.shape[1:3], self.degrees), cv2.CV_16SC2)
        border = cv2.BORDER_REFLECT_101
        return np.stack(
            [cv2.remap(image, *places, cv2.INTER_LINEAR, borderMode=border) for image in batch]
        )


def _turned(
    shape: tuple[int, ...], degrees: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """For each pixel of a turned picture (H, W): x and y of its place in the original."""
    angle = np.deg2rad(degrees)
    center_y, center_x = ((side - 1) / 2 for side in shape)
    down, right = np.mgrid[: shape[0], : shape[1]]
    down, right = down - center_y, right - center_x
    x = center_x + right * np.cos(angle) - down * np.sin(angle)
    y = center_y + right * np.sin(angle) + down * np.cos(angle)
    return x.astype(np.float32), y.astype(np.float32)


@dataclass(frozen=True, slots=True)
class Zoom:
    """Scale about the center and cut (or pad by reflection) back to the same size; bilinear.

    ``factor`` 1.7 enlarges by 70 %. Sampling is between pixel centers, in fixed point.
    """

    factor: float
    kind: Literal["zoom"] = "zoom"

    family: ClassVar[str] = "scaled"
    draws: ClassVar[bool] = False

    def __post_init__(self) -> None:
        if not 0.1 <= self.factor <= 10:
            raise ValueError(f"factor is {self.factor}; expected 0.1..10 (1.7 enlarges by 70 %)")

    @property
    def label(self) -> str:
        """``zoom(factor=1.7)``."""
        return f"zoom(factor={float(self.factor)!r})"

    def apply(self, batch: Batch) -> Batch:
        """Zoom every picture; the shape stays."""
        rows, columns = (_samples(size, self.factor) for size in batch.shape[1:3])
        zoomed = np.empty_like(batch, order="C")
        for start in range(0, len(batch), _TOGETHER):
            block = batch[start : start + _TOGETHER]
            zoomed[start : start + _TOGETHER] = _zoomed(block, rows, columns)
        return zoomed


@dataclass(frozen=True, slots=True)
class _Samples:
    """For each output position the two input positions around it and the second's weight."""

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    weight: NDArray[np.int32]


def _samples(size: int, factor: float) -> _Samples:
    """The samples of a zoom about the center."""
    center = (size - 1) / 2
    source = center + (np.arange(size) - center) / factor
    low = np.floor(source).astype(np.int64)
    weight = np.round((source - low) * _UNIT).astype(np.int32)
    return _Samples(_reflected(low, size), _reflected(low + 1, size), weight)


def _reflected(positions: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """Mirror positions outside 0..size-1 back inside, without repeating the edge."""
    period = max(2 * (size - 1), 1)
    folded = np.abs(positions) % period
    return np.where(folded >= size, period - folded, folded)


def _zoomed(batch: Batch, rows: _Samples, columns: _Samples) -> Batch:
    """Sample pictures (N, H, W[, 3]) by rows, then by columns.

    Pictures are laid side by side, so that every step runs over neighbors in memory, and parts
    that no sample needs are left out.
    """
    (top, bottom), (left, right) = (
        (min(s.first.min(), s.second.min()), max(s.first.max(), s.second.max()) + 1)
        for s in (rows, columns)
    )
    part = np.moveaxis(batch[:, top:bottom, left:right], 0, -1)
    wide = np.ascontiguousarray(part, dtype=np.int32)
    both = _between(_between(wide, rows, top, 0), columns, left, 1)
    both += _HALF
    both >>= 22
    return np.moveaxis(both.astype(np.uint8), -1, 0)


def _between(
    values: NDArray[np.int32], samples: _Samples, start: int, axis: int
) -> NDArray[np.int32]:
    """Blend values along an axis, which begins at ``start``, times 2^11."""
    first = values.take(samples.first - start, axis=axis)
    blended = values.take(samples.second - start, axis=axis)
    weight = samples.weight.reshape(-1, *[1] * (values.ndim - 1 - axis))
    blended -= first
    blended *= weight
    first <<= 11
    blended += first
    return blended


@dataclass(frozen=True, slots=True)
class Flip:
    """Mirror left and right; exact."""

    kind: Literal["flip"] = "flip"

    family: ClassVar[str] = "flipped"
    draws: ClassVar[bool] = False

    @property
    def label(self) -> str:
        """``flip``."""
        return "flip"

    def apply(self, batch: Batch) -> Batch:
        """Mirror every picture; the shape stays."""
        return np.ascontiguousarray(batch[:, :, ::-1])


@dataclass(frozen=True, slots=True)
class Resize:
    """Resize to a square; area averaging when shrinking, bilinear when enlarging.

    ``fit`` says how a picture that is no square becomes one. ``pad``: its border goes on at the
    shorter sides. ``crop``: the middle is cut out. ``stretch``: its proportions change; so they do
    where nothing is said, of which a build warns.
    """

    size: int
    fit: Fit | None = field(
        default=None,
        metadata={
            "description": "What is done to a picture that is no square; not said: stretch, "
            "with a warning"
        },
    )
    kind: Literal["resize"] = "resize"

    def __post_init__(self) -> None:
        if not 8 <= self.size <= 1024:
            raise ValueError(f"size is {self.size}; expected 8..1024 pixels")

    @property
    def label(self) -> str:
        """``resize(size=48)``, which stretches, or ``resize(size=48, fit=pad)``."""
        fit = "" if self.fit in (None, "stretch") else f", fit={self.fit}"
        return f"resize(size={self.size}{fit})"

    def apply(self, batch: Batch) -> Batch:
        """Return pictures (N, size, size[, 3]); those of that size already stay untouched."""
        if batch.shape[1:3] == (self.size, self.size):
            return batch
        square = _SQUARES.get(self.fit or "stretch", np.asarray)
        return np.stack([_sized(square(image), self.size) for image in batch])


def _sized(image: Pixels, size: int) -> Pixels:
    method = cv2.INTER_AREA if min(image.shape[:2]) > size else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(image, (size, size), interpolation=method))


def _padded(image: Pixels) -> Pixels:
    """A square of the longer side, the picture in its middle, its border going on."""
    longest = max(image.shape[:2])
    if longest > _LONGEST:  # a long strip would become a square that no memory holds
        width, height = (max(round(n * _LONGEST / longest), 1) for n in image.shape[1::-1])
        image = np.asarray(cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA))
    height, width = image.shape[:2]
    side = max(height, width)
    top, left = round((side - height) / 2), round((side - width) / 2)
    room = (top, side - height - top, left, side - width - left)
    return np.asarray(cv2.copyMakeBorder(image, *room, cv2.BORDER_REPLICATE))


def _middle(image: Pixels) -> Pixels:
    """A square of the shorter side, cut out of the middle."""
    height, width = image.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return image[top : top + side, left : left + side]


_SQUARES: dict[str, Callable[[Pixels], Pixels]] = {"pad": _padded, "crop": _middle}


@dataclass(frozen=True, slots=True)
class Grayscale:
    """Turn RGB into gray by the luma weights of ITU-R BT.601; gray pictures stay."""

    kind: Literal["grayscale"] = "grayscale"

    @property
    def label(self) -> str:
        """``grayscale``."""
        return "grayscale"

    def apply(self, batch: Batch) -> Batch:
        """Return pictures (N, H, W)."""
        if batch.ndim == 3:
            return batch
        return np.stack([cv2.cvtColor(image, cv2.COLOR_RGB2GRAY) for image in batch])


@dataclass(frozen=True, slots=True)
class ToRgb:
    """Repeat gray as three equal channels; RGB pictures stay."""

    kind: Literal["rgb"] = "rgb"

    @property
    def label(self) -> str:
        """``rgb``."""
        return "rgb"

    def apply(self, batch: Batch) -> Batch:
        """Return pictures (N, H, W, 3)."""
        return batch if batch.ndim == 4 else np.repeat(batch[..., None], 3, axis=3)
