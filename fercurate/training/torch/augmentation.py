"""Augmentation during training: Keras's terms on whole batches, or albumentations by picture."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from ..networks.augmentation import albumentations_of, draw_changes
from ..shared.augmentation import KerasTerms


class BatchAugmentation:
    """Draws a change for every picture of a batch and makes all of them at once."""

    def __init__(self, terms: KerasTerms) -> None:
        self.terms = terms

    def __call__(
        self, pictures: torch.Tensor, draw: np.random.Generator, side: int = 0
    ) -> torch.Tensor:
        """Return changed pictures (B, C, side, side) float32, 0..255, of uint8 (B, C, H, W) ones.

        They stay as large as they are where no side is given. Edges are repeated outwards, as
        Keras's ``fill_mode="nearest"``; sampling is bilinear.
        """
        changes = draw_changes(self.terms, len(pictures), draw)
        matrices = torch.from_numpy(changes.matrices).to(pictures.device)
        shape = [*pictures.shape[:2], side, side] if side else list(pictures.shape)
        grid = functional.affine_grid(matrices, shape, align_corners=False)
        changed = functional.grid_sample(
            pictures.float(), grid, padding_mode="border", align_corners=False
        )
        if changes.factors is None:
            return changed
        factors = torch.from_numpy(changes.factors).to(pictures.device)
        return (changed * factors.view(-1, 1, 1, 1)).clamp(0, 255)


class Albumentations:
    """Transforms of albumentations, picture by picture, in the worker that reads them.

    What is drawn depends on the seed, the epoch and the rows of a batch, not on the worker.
    """

    def __init__(self, steps: list[dict[str, Any]], seed: int) -> None:
        self.steps, self.seed, self.epoch = steps, seed, 0
        self._compose: Any = albumentations_of(steps, 0)

    def __getstate__(self) -> dict[str, Any]:
        """Leave the transforms behind: a worker makes its own."""
        return self.__dict__ | {"_compose": None}

    def __call__(self, pictures: NDArray[np.uint8], rows: list[int]) -> NDArray[np.uint8]:
        """Return changed pictures (B, H, W) or (B, H, W, 3) uint8 of the rows of a batch."""
        if self._compose is None:
            self._compose = albumentations_of(self.steps, 0)
        draw = np.random.default_rng((self.seed, self.epoch, *rows[:2]))
        self._compose.set_random_seed(int(draw.integers(2**32)))
        changed = [self._compose(image=picture)["image"] for picture in pictures]
        return np.stack(changed).reshape(pictures.shape)
