"""Numbers that describe a picture, for a classifier that does not learn its own features.

All functions take a batch of pictures, (N, H, W) or (N, H, W, 3) uint8, and return (N, D) float32.
They need numpy alone.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..shared.errors import ExportError

Pictures = NDArray[np.uint8]
Gray = NDArray[np.float32]
Features = NDArray[np.float32]

LUMA = (0.299, 0.587, 0.114)
"""Shares of red, green and blue in gray (ITU-R BT.601)."""

HOG_GRID, HOG_BINS, HOG_BLOCK = 6, 9, 2
LBP_GRID, LBP_LABELS = 5, 59
SHORTEST = 16
"""The least height and width of a picture."""

_BATCH = 1024
_CLIP, _EPSILON = 0.2, 1e-5


def gray(pictures: Pictures) -> Gray:
    """Return pictures in gray, (N, H, W) float32, whole numbers 0..255."""
    values = pictures.astype(np.float32)
    return values if values.ndim == 3 else np.rint(values @ np.array(LUMA, dtype=np.float32))


def hog(pictures: Pictures) -> Features:
    """Return histograms of oriented gradients, (N, 900), values 0..1.

    The picture is divided into 6 x 6 cells (of 8 pixels where it has 48); each holds the mean
    gradient magnitudes of 9 directions from 0 to 180 degrees. Blocks of 2 x 2 cells, one cell
    apart, are brought to length 1, clipped at 0.2 and brought to length 1 again ("L2-Hys"). Columns
    stand in the order block row, block column, cell row, cell column, direction. A vote goes to one
    cell and one direction, as in scikit-image; the paper shares it among neighbors.

    Source: Dalal and Triggs, "Histograms of oriented gradients for human detection", CVPR 2005.
    """
    cells = _cell_histograms(gray(pictures))
    wide = HOG_GRID - HOG_BLOCK + 1
    blocks = np.lib.stride_tricks.sliding_window_view(cells, (HOG_BLOCK, HOG_BLOCK), axis=(1, 2))
    blocks = blocks.transpose(0, 1, 2, 4, 5, 3).reshape(len(cells), wide * wide, -1)
    clipped = np.minimum(_unit(blocks), np.float32(_CLIP))
    return _unit(clipped).reshape(len(cells), wide * wide * HOG_BLOCK**2 * HOG_BINS)


def _cell_histograms(values: Gray) -> NDArray[np.float32]:
    """Mean gradient magnitude by direction of every cell, (N, 6, 6, 9)."""
    down, across = np.zeros_like(values), np.zeros_like(values)
    down[:, 1:-1] = values[:, 2:] - values[:, :-2]
    across[:, :, 1:-1] = values[:, :, 2:] - values[:, :, :-2]
    magnitude = _tiled(np.hypot(down, across))
    degrees = np.rad2deg(np.arctan2(_tiled(down), _tiled(across))) % 180
    direction = np.minimum(degrees * (HOG_BINS / 180), HOG_BINS - 1).astype(np.int64)
    count, high, wide = magnitude.shape[0], magnitude.shape[2], magnitude.shape[4]
    cell = np.arange(count * HOG_GRID**2).reshape(count, HOG_GRID, 1, HOG_GRID, 1)
    places = (cell * HOG_BINS + direction).ravel()
    votes = np.bincount(places, magnitude.ravel(), count * HOG_GRID**2 * HOG_BINS)
    means = np.asarray(votes / (high * wide), dtype=np.float32)
    return means.reshape(count, HOG_GRID, HOG_GRID, HOG_BINS)


def _tiled(values: Gray) -> Gray:
    """The middle of pictures as cells: (N, 6, cell height, 6, cell width)."""
    count, height, width = values.shape
    high, wide = height // HOG_GRID, width // HOG_GRID
    top, left = (height - high * HOG_GRID) // 2, (width - wide * HOG_GRID) // 2
    middle = values[:, top : top + high * HOG_GRID, left : left + wide * HOG_GRID]
    return middle.reshape(count, HOG_GRID, high, HOG_GRID, wide)


def _unit(blocks: Features) -> Features:
    """Bring the last axis to length 1; zeros stay zeros."""
    length = np.sqrt((blocks * blocks).sum(axis=-1, keepdims=True) + np.float32(_EPSILON**2))
    return np.asarray(blocks / length)


def lbp(pictures: Pictures) -> Features:
    """Return histograms of uniform local binary patterns, (N, 1475), values 0..1.

    Every pixel but those of the border gets a label (`lbp_labels`); the picture is divided into
    5 x 5 regions, and each holds the shares of the 59 labels. Columns stand in the order region
    row, region column, label.

    Source: Ojala, Pietikäinen and Mäenpää, "Multiresolution gray-scale and rotation invariant
    texture classification with local binary patterns", PAMI 2002 (LBP u2, 8 points, radius 1); in
    regions for expressions: Shan, Gong and McOwan, Image and Vision Computing 2009.
    """
    labels = lbp_labels(gray(pictures))
    count, height, width = labels.shape
    rows, columns = (np.arange(side) * LBP_GRID // side for side in (height, width))
    region = rows[:, None] * LBP_GRID + columns
    place = np.arange(count)[:, None, None] * LBP_GRID**2 + region
    length = LBP_GRID**2 * LBP_LABELS
    counts = np.bincount((place * LBP_LABELS + labels).ravel(), minlength=count * length)
    sizes = np.repeat(np.bincount(region.ravel()), LBP_LABELS)
    return np.asarray(counts.reshape(count, length) / sizes, dtype=np.float32)


def lbp_labels(values: Gray) -> NDArray[np.int64]:
    """Return the label 0..58 of every inner pixel, (N, H - 2, W - 2).

    Eight neighbors on a circle of radius 1, those at the corners interpolated, give a 1 where they
    are not darker than the pixel. Codes with at most two changes around the circle have labels of
    their own, in order of their value; all others share the last.
    """
    codes = np.zeros((len(values), values.shape[1] - 2, values.shape[2] - 2), dtype=np.uint8)
    for bit, (down, across) in enumerate(_CIRCLE):
        codes |= (_difference(values, down, across) >= 0).astype(np.uint8) << bit
    return _UNIFORM[codes]


_CIRCLE = ((0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1), (1, 0), (1, 1))
"""Steps (down, across) to the neighbors, from the right one on, against the clock."""


def _difference(values: Gray, down: int, across: int) -> Gray:
    """A neighbor less its pixel, (N, H - 2, W - 2); in equal surroundings exactly 0."""
    center = values[:, 1:-1, 1:-1]

    def step(by: int, aside: int) -> Gray:
        height, width = values.shape[1:]
        return values[:, 1 + by : height - 1 + by, 1 + aside : width - 1 + aside] - center

    if not (down and across):
        return step(down, across)
    near = np.float32(np.sqrt(0.5))
    sides = step(down, 0) + step(0, across)
    return near * near * step(down, across) + near * (1 - near) * sides


def _uniform_labels() -> NDArray[np.int64]:
    """The label of each of the 256 codes."""
    codes = np.arange(256)
    turned = (codes >> 1) | ((codes & 1) << 7)
    changes = np.unpackbits((codes ^ turned).astype(np.uint8)[:, None], axis=1).sum(axis=1)
    labels = np.full(256, LBP_LABELS - 1, dtype=np.int64)
    labels[changes <= 2] = np.arange(LBP_LABELS - 1)
    return labels


_UNIFORM = _uniform_labels()


def pixels(pictures: Pictures) -> Features:
    """Return gray values 0..1 as they are, (N, 2304) for pictures of 48 x 48.

    Pictures twice as large or more are averaged over whole blocks first.
    """
    values = gray(pictures)
    count, height, width = values.shape
    block = max(1, min(height, width) // 48)
    high, wide = height // block, width // block
    tiles = values[:, : high * block, : wide * block].reshape(count, high, block, wide, block)
    means: Features = tiles.mean(axis=(2, 4)) / np.float32(255)
    return means.reshape(count, high * wide)


@dataclass(frozen=True)
class FeatureKind:
    """A kind of feature; ``components`` says that principal components are taken of it."""

    compute: Callable[[Pictures], Features]
    description: str
    components: bool = False


FEATURES: dict[str, FeatureKind] = {
    "hog": FeatureKind(hog, "histograms of oriented gradients"),
    "lbp": FeatureKind(lbp, "histograms of uniform local binary patterns"),
    "pca": FeatureKind(pixels, "principal components of the pixels", components=True),
    "pixels": FeatureKind(pixels, "gray values"),
}


def extract(kind: str, pictures: Pictures, rows: NDArray[np.int64] | None = None) -> Features:
    """Return the features (M, D) of some rows of pictures (all if None), in batches.

    Principal components are left to the classifier, which learns them.

    Raises:
        ExportError: the pictures are smaller than 16 x 16.
    """
    if min(pictures.shape[1:3]) < SHORTEST:
        raise ExportError(
            f"pictures of {pictures.shape[1]}x{pictures.shape[2]}; features need "
            f"{SHORTEST}x{SHORTEST} or more"
        )
    chosen = np.arange(len(pictures)) if rows is None else rows
    found = np.empty((len(chosen), dimension(kind, pictures.shape)), dtype=np.float32)
    for start in range(0, len(chosen), _BATCH):
        part = slice(start, start + _BATCH)
        found[part] = FEATURES[kind].compute(np.asarray(pictures[chosen[part]]))
    return found


def dimension(kind: str, shape: tuple[int, ...]) -> int:
    """Return the number of columns for pictures of a shape (N, H, W[, 3])."""
    blank = np.zeros((1, *shape[1:]), dtype=np.uint8)
    return int(FEATURES[kind].compute(blank).shape[1])
