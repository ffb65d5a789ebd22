"""Augmentation during training: Keras's terms on whole batches, or albumentations by picture."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from training.terms import Terms, albumentations_of


class BatchAugmentation:
    """Draws a change for every picture of a batch and makes all of them at once."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms

    def __call__(self, pictures: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        """Return changed pictures (B, C, H, W) float32, 0..255, of such uint8 ones.

        Edges are repeated outwards, as Keras's ``fill_mode="nearest"``; sampling is bilinear.
        ``generator`` is on the CPU, so that any device draws the same.
        """
        matrix = self._matrices(len(pictures), generator).to(pictures.device)
        grid = functional.affine_grid(matrix, list(pictures.shape), align_corners=False)
        changed = functional.grid_sample(
            pictures.float(), grid, padding_mode="border", align_corners=False
        )
        if self.terms.brightness is None:
            return changed
        low, high = self.terms.brightness
        factor = low + (high - low) * torch.rand(len(pictures), generator=generator)
        return (changed * factor.to(pictures.device).view(-1, 1, 1, 1)).clamp(0, 255)

    def _matrices(self, count: int, generator: torch.Generator) -> torch.Tensor:
        """Where each pixel is taken from (B, 2, 3), on PyTorch's scale -1..1.

        Turn, shift, shear and zoom about the center, in Keras's order, then the mirror.
        """
        terms = self.terms

        def drawn(low: float, high: float) -> torch.Tensor:
            return low + (high - low) * torch.rand(count, generator=generator)

        turn = torch.deg2rad(drawn(-terms.rotation, terms.rotation))
        shear = torch.deg2rad(drawn(-terms.shear, terms.shear))
        across, down = drawn(-terms.shift, terms.shift), drawn(-terms.shift, terms.shift)
        wide, high = (drawn(1 - terms.zoom, 1 + terms.zoom) for _ in range(2))
        mirror = 1.0 - 2 * torch.randint(2, (count,), generator=generator)
        if not terms.horizontal_flip:
            mirror = torch.ones(count)
        zero, one = torch.zeros(count), torch.ones(count)
        cos, sin = torch.cos(turn), torch.sin(turn)
        turned = _matrix(cos, sin, zero, -sin, cos, zero)
        moved = _matrix(one, zero, 2 * across, zero, one, 2 * down)
        sheared = _matrix(torch.cos(shear), zero, zero, -torch.sin(shear), one, zero)
        scaled = _matrix(wide * mirror, zero, zero, zero, high, zero)
        return (turned @ moved @ sheared @ scaled)[:, :2]


def _matrix(*entries: torch.Tensor) -> torch.Tensor:
    """Matrices (B, 3, 3) of the two upper rows' entries (B,) each."""
    upper = torch.stack(entries, dim=1).view(-1, 2, 3)
    last = torch.tensor([0.0, 0.0, 1.0]).expand(len(upper), 1, 3)
    return torch.cat([upper, last], dim=1)


class Albumentations:
    """Transforms of albumentations, picture by picture, in the worker that reads them."""

    def __init__(self, steps: list[dict[str, Any]]) -> None:
        self.steps = steps
        self._compose: Any = None

    def __getstate__(self) -> dict[str, Any]:
        """Leave the transforms behind: a worker makes its own, with its own random numbers."""
        return {"steps": self.steps, "_compose": None}

    def __call__(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return a changed picture (H, W) or (H, W, 3) uint8 of the same shape."""
        if self._compose is None:
            self.restart(torch.initial_seed())
        changed: NDArray[np.uint8] = self._compose(image=picture)["image"]
        return changed.reshape(picture.shape)

    def restart(self, seed: int) -> None:
        """Begin the random numbers anew, as at the start of an epoch."""
        self._compose = albumentations_of(self.steps, seed)
