"""Augmentation during training, with NumPy on whole batches: every backend sees the same."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.export import Export
from training.loading import Change, Pictures
from training.settings import Settings
from training.terms import LIGHT, Terms, albumentations_of, terms_of


class BatchAugmentation:
    """Draws a change for every picture of a batch and makes all of them at once."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms

    def __call__(self, pictures: NDArray[np.uint8], draw: np.random.Generator) -> Pictures:
        """Return changed pictures (B, H, W, C) float32, 0..255, of such uint8 ones.

        Edges are repeated outwards, as Keras's ``fill_mode="nearest"``; sampling is bilinear.
        """
        changed = sample(pictures, self.matrices(len(pictures), draw))
        if self.terms.brightness is None:
            return changed
        factors = draw.uniform(*self.terms.brightness, (len(pictures), 1, 1, 1))
        return np.clip(changed * factors.astype(np.float32), 0, 255)

    def matrices(self, count: int, draw: np.random.Generator) -> Pictures:
        """Where each pixel is taken from (B, 2, 3), on a scale of -1..1 from edge to edge.

        Turn, shift, shear and zoom about the center, in Keras's order, then the mirror.
        """
        terms = self.terms
        turn = np.deg2rad(draw.uniform(-terms.rotation, terms.rotation, count))
        shear = np.deg2rad(draw.uniform(-terms.shear, terms.shear, count))
        across, down = draw.uniform(-terms.shift, terms.shift, (2, count))
        wide, high = draw.uniform(1 - terms.zoom, 1 + terms.zoom, (2, count))
        mirror = 1.0 - 2 * draw.integers(2, size=count) * terms.horizontal_flip
        zero, one = np.zeros(count), np.ones(count)
        cos, sin = np.cos(turn), np.sin(turn)
        turned = _matrix(cos, sin, zero, -sin, cos, zero)
        moved = _matrix(one, zero, 2 * across, zero, one, 2 * down)
        sheared = _matrix(np.cos(shear), zero, zero, -np.sin(shear), one, zero)
        scaled = _matrix(wide * mirror, zero, zero, zero, high, zero)
        return (turned @ moved @ sheared @ scaled)[:, :2].astype(np.float32)


def _matrix(*entries: NDArray[np.float64]) -> NDArray[np.float64]:
    """Matrices (B, 3, 3) of the two upper rows' entries (B,) each."""
    upper = np.stack(entries, axis=1).reshape(-1, 2, 3)
    last = np.broadcast_to([[[0.0, 0.0, 1.0]]], (len(upper), 1, 3))
    return np.concatenate([upper, last], axis=1)


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


def change_for(export: Export, settings: Settings) -> Change | None:
    """Return what changes pictures during training: what the recipe says, a little, or nothing."""
    if settings.augment == "none":
        return None
    if settings.augment == "recipe" and "albumentations" in export.online:
        return Albumentations(export.online["albumentations"])
    terms = terms_of(export.online) if settings.augment == "recipe" else None
    return BatchAugmentation(terms or LIGHT)
