"""Contrast limited adaptive histogram equalization."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from fercurate.transforms.base import Batch
from fercurate.transforms.illumination.luma import Planes, Reals, on_luma, rounded


@dataclass(frozen=True, slots=True)
class Clahe:
    """Equalize within ``tiles`` x ``tiles`` parts of the picture, with limited contrast.

    A gray value v of a tile of n pixels becomes 255 / n times the sum of the bins up to v, where no
    bin counts for more than ``clip_limit`` x n / 256 and what is cut off is shared evenly among
    all 256. The maps of neighboring tiles are blended bilinearly between their centers.

    OpenCV's ``createCLAHE`` gives what is left over from whole pixels to the darkest bins. In large
    tiles this hardly matters; in a quarter of 48 pixels it turns an even gray of 142 into white.
    Here such a picture changes by no more than ``clip_limit`` + 1. Not idempotent: every repetition
    adds contrast.

    Source: K. Zuiderveld, Contrast limited adaptive histogram equalization, Graphics Gems IV, 1994.
    """

    clip_limit: float = 4.0
    tiles: int = 4
    kind: Literal["clahe"] = "clahe"

    equalizes: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if not 1 <= self.clip_limit <= 256:
            raise ValueError(
                f"clip_limit is {self.clip_limit}; expected 1..256 (times the mean of the bins)"
            )
        if not 1 <= self.tiles <= 32:
            raise ValueError(f"tiles is {self.tiles}; expected 1..32 on each side")

    @property
    def label(self) -> str:
        """``clahe(clip_limit=4.0, tiles=4)``."""
        return f"clahe(clip_limit={float(self.clip_limit)!r}, tiles={self.tiles})"

    def apply(self, batch: Batch) -> Batch:
        """Return the equalized pictures, of the same shape (N, H, W[, 3])."""
        return on_luma(batch, self._equalized)

    def _equalized(self, planes: Planes) -> Planes:
        rows, columns = (_Axis.cut(size, self.tiles) for size in planes.shape[1:])
        maps = _maps(planes, rows, columns, self.clip_limit)
        picture = np.arange(len(planes))[:, None, None]
        blended = np.zeros(planes.shape)
        for row, row_share in rows.neighbors:
            for column, column_share in columns.neighbors:
                values = maps[picture, row[:, None], column, planes]
                blended += values * np.multiply.outer(row_share, column_share)
        return rounded(blended)


@dataclass(frozen=True, slots=True)
class _Axis:
    """The tile of every position along an axis, and the two nearest with their shares."""

    tiles: int
    tile: NDArray[np.int64]
    neighbors: tuple[tuple[NDArray[np.int64], NDArray[np.float64]], ...]

    @classmethod
    def cut(cls, size: int, tiles: int) -> "_Axis":
        tiles = min(tiles, size)
        position = (np.arange(size) + 0.5) * tiles / size - 0.5
        low = np.floor(position).astype(np.int64)
        share = position - low
        first, second = np.maximum(low, 0), np.minimum(low + 1, tiles - 1)
        return cls(tiles, np.arange(size) * tiles // size, ((first, 1 - share), (second, share)))


def _maps(planes: Planes, rows: _Axis, columns: _Axis, clip_limit: float) -> Reals:
    """The new value of each gray value by picture and tile: (N, tiles, tiles, 256) float64."""
    tile = rows.tile[:, None] * columns.tiles + columns.tile
    tiles = rows.tiles * columns.tiles
    places = (np.arange(len(planes))[:, None, None] * tiles + tile) * 256 + planes
    bins = np.bincount(places.ravel(), minlength=len(planes) * tiles * 256)
    bins = bins.reshape(len(planes), tiles, 256)
    pixels = np.bincount(tile.ravel())[:, None]
    kept = np.minimum(bins, clip_limit * pixels / 256)
    excess = pixels - kept.sum(axis=2, keepdims=True)
    summed = np.cumsum(kept, axis=2) + excess * (np.arange(1, 257) / 256)
    maps: Reals = (255 / pixels) * summed
    return maps.reshape(len(planes), rows.tiles, columns.tiles, 256)
