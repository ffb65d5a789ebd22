"""Augmentation during training, with NumPy on whole batches: every backend sees the same."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..networks.augmentation import albumentations_of, chosen_terms, draw_changes
from ..networks.settings import Settings
from ..shared.augmentation import KerasTerms
from ..shared.export import Export
from .loading import PictureChange, Pictures


class BatchAugmentation:
    """Draws a change for every picture of a batch and makes all of them at once."""

    def __init__(self, terms: KerasTerms) -> None:
        self.terms = terms

    def __call__(self, pictures: NDArray[np.uint8], draw: np.random.Generator) -> Pictures:
        """Return changed pictures (B, H, W, C) float32, 0..255, of such uint8 ones.

        Edges are repeated outwards, as Keras's ``fill_mode="nearest"``; sampling is bilinear.
        """
        changes = draw_changes(self.terms, len(pictures), draw)
        changed = sample(pictures, changes.matrices)
        if changes.factors is None:
            return changed
        made: Pictures = np.clip(changed * changes.factors[:, None, None, None], 0, 255)
        return made


def sample(pictures: NDArray[np.uint8], matrices: Pictures) -> Pictures:
    """Return pictures (B, H, W, C) float32 whose pixels are taken where the matrices say.

    Bilinear between pixels' centers, edges repeated outwards: what PyTorch's ``grid_sample`` gives
    for the same matrices (B, 2, 3).
    """
    count, height, width, channels = pictures.shape
    down, across = (
        ((2 * np.arange(side, dtype=np.float32) + 1) / side - 1) for side in (height, width)
    )
    grid = np.stack([np.tile(across, height), np.repeat(down, width), np.ones(height * width)])
    taken = matrices @ grid.astype(np.float32)
    x, left, right = _between(taken[:, 0], width)
    y, top, bottom = _between(taken[:, 1], height)
    flat = pictures.reshape(-1, channels).astype(np.float32)
    first = (np.arange(count) * (height * width))[:, np.newaxis]
    above, below = (
        (1 - x) * flat[first + row * width + left] + x * flat[first + row * width + right]
        for row in (top, bottom)
    )
    made: Pictures = ((1 - y) * above + y * below).reshape(pictures.shape)
    return made


def _between(places: Pictures, side: int) -> tuple[Pictures, NDArray[np.int64], NDArray[np.int64]]:
    """Where places (B, P) on a scale of -1..1 lie among the pixels of a side.

    Returns:
        The share (B, P, 1) of the pixel after, the pixel before and the pixel after (B, P).
    """
    at: Pictures = np.clip(((places + 1) * side - 1) / 2, 0, side - 1)
    before = np.floor(at)
    left = before.astype(np.int64)
    return (at - before)[..., np.newaxis], left, np.minimum(left + 1, side - 1, dtype=np.int64)


class Albumentations:
    """Transforms of albumentations, picture by picture."""

    def __init__(self, steps: list[dict[str, Any]]) -> None:
        self.steps = steps
        albumentations_of(steps, 0)

    def __call__(self, pictures: NDArray[np.uint8], draw: np.random.Generator) -> Pictures:
        """Return changed pictures (B, H, W, C) float32, 0..255, of such uint8 ones."""
        compose = albumentations_of(self.steps, int(draw.integers(2**32)))
        plain = pictures[..., 0] if pictures.shape[-1] == 1 else pictures
        changed = np.stack([compose(image=picture)["image"] for picture in plain])
        return changed.reshape(pictures.shape).astype(np.float32)


def change_for(export: Export, settings: Settings) -> PictureChange | None:
    """Return what changes pictures during training: what the recipe says, a little, or nothing."""
    chosen = chosen_terms(export.online, settings.augment)
    if isinstance(chosen, list):
        return Albumentations(chosen)
    return None if chosen is None else BatchAugmentation(chosen)
