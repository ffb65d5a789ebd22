"""The transforms by name, and a chain of them applied to pictures of any sizes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from fercurate.transforms.base import Batch, Transform
from fercurate.transforms.face.align import Align
from fercurate.transforms.face.crop import Crop
from fercurate.transforms.face.frontal import Frontalize
from fercurate.transforms.face.geometry import Places
from fercurate.transforms.geometry import Flip, Grayscale, Resize, Rotate, ToRgb, Zoom
from fercurate.transforms.illumination import ILLUMINATION

FaceStep: TypeAlias = Crop | Align | Frontalize
"""A step that needs to know where the face is; a chain has at most one, and it comes first."""

NORMALIZERS: tuple[type[Transform] | type[FaceStep], ...] = (
    Crop,
    Align,
    Frontalize,
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

    steps: tuple[Transform | FaceStep, ...]

    @property
    def face_step(self) -> FaceStep | None:
        """The step that needs to know where the face is, if there is one."""
        return next((step for step in self.steps if isinstance(step, FaceStep)), None)

    @property
    def detects(self) -> bool:
        """Whether the places needed are those of a face detector."""
        return self.face_step is not None and self.face_step.by == "detector"

    def apply(self, images: Sequence[NDArray[np.uint8]], places: Places | None = None) -> Batch:
        """Return one batch from pictures of any sizes, (H, W) or (H, W, 3) each.

        ``places`` are those of the faces in these pictures; without them all are unknown. The face
        step comes before everything else, for places belong to the pictures as stored.

        Raises:
            ValueError: the results differ in size; the chain lacks a resize or grayscale step.
        """
        if self.face_step is not None:
            images = self.face_step.apply_at(images, places or Places())
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
            batch = batch if isinstance(step, FaceStep) else step.apply(batch)
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
