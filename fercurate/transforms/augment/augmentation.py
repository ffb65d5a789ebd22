"""Random changes of pictures, one seed a picture."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from fercurate.transforms.augment.drawn import drawn
from fercurate.transforms.augment.library import one_line, template
from fercurate.transforms.augment.step import Step, short
from fercurate.transforms.augment.stream import PictureStream, starts
from fercurate.transforms.base import Batch

_FROM_OPENCV = frozenset({"AdditiveNoise"})
"""Transforms that also draw from OpenCV's generator, of which each thread has one."""


@dataclass(frozen=True, slots=True)
class Augmentation:
    """Transforms of albumentations in order; what they draw depends on a picture's seed alone."""

    steps: tuple[Step, ...]
    kind: Literal["albumentations"] = "albumentations"

    @property
    def label(self) -> str:
        """``Affine(scale=[0.9, 1.1]) + HorizontalFlip(p=0.5)``: plain ASCII, 120 at most."""
        return short(" + ".join(step.spelled for step in self.steps))

    def augment(
        self, batch: Batch, seeds: NDArray[np.uint64] | Sequence[int]
    ) -> tuple[Batch, list[dict[str, Any]]]:
        """Return changed pictures of the same shape, and what was drawn for each.

        ``batch`` (N, H, W[, 3]) is not modified. ``seeds`` (N,), 0..2^64 - 1: a picture's result
        depends on its pixels and its seed, not on other pictures, their order, or the thread. The
        second result has ``{"transforms": [...]}`` for each picture: the transforms that were
        applied, in order, each with ``transform`` (its name) and the values drawn, JSON-ready.

        Raises:
            ValueError: not as many seeds as pictures; a step that ``check_step`` would refuse; a
                transform fails, or changes the shape of a picture.
        """
        keys = np.asarray(seeds, dtype=np.uint64)
        if keys.shape != (len(batch),):
            raise ValueError(f"{keys.size} seeds for {len(batch)} pictures; expected one for each")
        result = np.array(batch, order="C")
        run = _Run(self.steps)
        with np.errstate(all="ignore"):
            records = [
                run.change(picture, start)
                for picture, start in zip(result, starts(keys), strict=True)
            ]
        return result, records


class _Run:
    """Transforms of one call, with the stream that they draw from."""

    def __init__(self, steps: tuple[Step, ...]) -> None:
        self._stream = PictureStream()
        self._transforms = [(step.transform, deepcopy(template(step))) for step in steps]
        for _, transform in self._transforms:
            transform.set_random_state(self._stream.generator, self._stream.python)
        self._from_opencv = any(step.transform in _FROM_OPENCV for step in steps)

    def change(self, picture: NDArray[np.uint8], start: NDArray[np.uint64]) -> dict[str, Any]:
        """Change a picture in place; ``start`` (4,) is where its random numbers begin."""
        self._stream.restart(start)
        if self._from_opencv:
            cv2.setRNGSeed(self._stream.python.getrandbits(31))
        changed, applied = picture, []
        for name, transform in self._transforms:
            if not transform.should_apply():
                continue
            try:
                changed, values = _applied(transform, changed)
            except Exception as error:  # a library's, of any type
                raise ValueError(f"{name} fails: {one_line(error)}") from error
            applied.append(drawn(name, values))
        if changed.shape != picture.shape or changed.dtype != np.uint8:
            raise ValueError(
                f"a picture of shape {picture.shape} became {changed.dtype} of shape "
                f"{changed.shape}; expected transforms that keep both"
            )
        picture[...] = changed
        return {"transforms": applied}


def _applied(transform: Any, picture: NDArray[np.uint8]) -> tuple[NDArray[Any], dict[str, Any]]:
    """What ``transform(image=picture)`` does, without its care for masks, boxes and volumes.

    Half the time of a light transform goes into that care.
    """
    picture = np.ascontiguousarray(picture)
    data = {"image": picture}
    values = transform.update_transform_params(transform.get_params(), data)
    values.update(transform.get_params_dependent_on_data(values, data))
    return transform.apply(picture, **values), values
