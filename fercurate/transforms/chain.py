"""The transforms by name, and a chain of them applied to pictures of any sizes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fercurate.transforms.base import Batch, Transform
from fercurate.transforms.crop import Crop
from fercurate.transforms.geometry import Flip, Grayscale, Resize, Rotate, ToRgb, Zoom
from fercurate.transforms.illumination import ILLUMINATION

NORMALIZERS: tuple[type[Transform] | type[Crop], ...] = (
    Crop,
    Grayscale,
    ToRgb,
    Resize,
    *ILLUMINATION,
)
"""Steps of ``normalize``: deterministic, applied to every split alike."""

COPIES: tuple[type[Transform], ...] = (Rotate, Zoom, Flip)
"""What an offline copy may be: keeps the size of square pictures."""


@dataclass(frozen=True, slots=True)
class Chain:
    """Transforms in order."""

    steps: tuple[Transform | Crop, ...]

    @property
    def crops(self) -> bool:
        """Whether a step cuts out the face, so that boxes are needed."""
        return any(isinstance(step, Crop) for step in self.steps)

    @property
    def detects(self) -> bool:
        """Whether the boxes needed are those of a face detector."""
        return any(isinstance(step, Crop) and step.by == "detector" for step in self.steps)

    def apply(
        self, images: Sequence[NDArray[np.uint8]], boxes: NDArray[np.float32] | None = None
    ) -> Batch:
        """Return one batch from pictures of any sizes, (H, W) or (H, W, 3) each.

        ``boxes`` (N, 4) are the faces as left, top, width, height; NaN where unknown. Cropping
        comes before everything else, for boxes belong to the pictures as stored.

        Raises:
            ValueError: the results differ in size; the chain lacks a resize or grayscale step.
        """
        if boxes is not None:
            for crop in (step for step in self.steps if isinstance(step, Crop)):
                images = [crop.cut(i, b) for i, b in zip(images, boxes, strict=True)]
        groups: dict[tuple[int, ...], list[int]] = {}
        for position, image in enumerate(images):
            groups.setdefault(image.shape, []).append(position)
        results = {
            shape: self._run(np.stack([images[p] for p in positions]))
            for shape, positions in groups.items()
        }
        shapes = {result.shape[1:] for result in results.values()}
        if len(shapes) > 1:
            found = ", ".join("x".join(map(str, shape)) for shape in sorted(shapes))
            raise ValueError(f"pictures of different shapes remain ({found})")
        return _in_order(groups, results, len(images))

    def _run(self, batch: Batch) -> Batch:
        for step in self.steps:
            batch = batch if isinstance(step, Crop) else step.apply(batch)
        return batch


def _in_order(
    groups: dict[tuple[int, ...], list[int]], results: dict[tuple[int, ...], Batch], count: int
) -> Batch:
    if len(results) == 1:
        return next(iter(results.values()))
    shape = next(iter(results.values())).shape[1:]
    joined = np.empty((count, *shape), dtype=np.uint8)
    for key, positions in groups.items():
        joined[positions] = results[key]
    return joined
