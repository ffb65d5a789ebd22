"""A chain of transforms, applied to pictures of any sizes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from fercurate.transforms.base import Batch, FaceStep, Transform
from fercurate.transforms.face.geometry import FaceGeometry


@dataclass(frozen=True, slots=True)
class Chain:
    """Transforms in order."""

    steps: tuple[Transform | FaceStep, ...]

    @property
    def face_step(self) -> FaceStep | None:
        """The step that needs to know where the face is, if there is one."""
        first = self.steps[0] if self.steps else None
        return first if isinstance(first, FaceStep) else None

    @property
    def pixel_steps(self) -> tuple[Transform, ...]:
        """The steps after it, which look at pixels alone."""
        return cast("tuple[Transform, ...]", self.steps[self.face_step is not None :])

    @property
    def detects(self) -> bool:
        """Whether the geometry needed is that of a face detector."""
        return self.face_step is not None and self.face_step.by in ("detector", "both")

    def apply(
        self, images: Sequence[NDArray[np.uint8]], geometry: FaceGeometry | None = None
    ) -> Batch:
        """Return one batch from pictures of any sizes, (H, W) or (H, W, 3) each.

        ``geometry`` is that of the faces in these pictures; without it nothing is known. The face
        step comes before everything else, for geometry belongs to the pictures as stored.

        Raises:
            ValueError: the results differ in size; the chain lacks a resize or grayscale step.
        """
        if self.face_step is not None:
            images = self.face_step.apply_at(images, geometry or FaceGeometry())
        groups: dict[tuple[int, ...], list[int]] = {}
        for position, image in enumerate(images):
            groups.setdefault(image.shape, []).append(position)
        results = {
            shape: self._run(np.stack([images[p] for p in positions]))
            for shape, positions in groups.items()
        }
        _check_shapes(list(results.values()))
        return _in_order(groups, results, len(images))

    def _run(self, batch: Batch) -> Batch:
        for step in self.pixel_steps:
            batch = step.apply(batch)
        return batch


def join_batches(batches: Sequence[Batch]) -> Batch:
    """One batch (N, H, W[, 3]) of one or more.

    Raises:
        ValueError: they differ in size.
    """
    _check_shapes(batches)
    return batches[0] if len(batches) == 1 else np.concatenate(batches)


def _check_shapes(batches: Sequence[Batch]) -> None:
    shapes = {batch.shape[1:] for batch in batches}
    if len(shapes) > 1:
        found = ", ".join("x".join(map(str, shape)) for shape in sorted(shapes))
        raise ValueError(f"pictures of different shapes remain ({found})")


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
