"""Random changes of pictures, one seed a picture."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from fercurate.transforms.augment.drawn_values import drawn_values
from fercurate.transforms.augment.library import one_line, template
from fercurate.transforms.augment.step import Step, short
from fercurate.transforms.augment.stream import PictureStream, starts
from fercurate.transforms.base import Batch

Picture = NDArray[np.uint8]

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
        run = _Run(self.steps, result.shape[1:])
        with np.errstate(all="ignore"):
            records = [
                run.change(picture, start)
                for picture, start in zip(result, starts(keys), strict=True)
            ]
        return result, records


class _Run:
    """The steps of one call, with the stream that they draw from."""

    def __init__(self, steps: tuple[Step, ...], shape: tuple[int, ...]) -> None:
        self._stream = PictureStream()
        self._steps = [_Bound(step, self._stream, shape) for step in steps]
        self._from_opencv = any(step.transform in _FROM_OPENCV for step in steps)

    def change(self, picture: Picture, start: NDArray[np.uint64]) -> dict[str, Any]:
        """Change a picture in place; ``start`` (4,) is where its random numbers begin."""
        self._stream.restart(start)
        if self._from_opencv:
            cv2.setRNGSeed(self._stream.python.getrandbits(31))
        changed, applied = picture, []
        for step in self._steps:
            if step.always or step.transform.should_apply():
                changed, record = step.apply(changed)
                applied.append(record)
        picture[...] = changed
        return {"transforms": applied}


class _Bound:
    """A transform with the stream that it draws from, for pictures of one shape.

    ``apply`` does what ``transform(image=picture)`` does, without its care for masks, boxes and
    volumes: half the time of a light transform goes into that.
    """

    def __init__(self, step: Step, stream: PictureStream, shape: tuple[int, ...]) -> None:
        self.transform = deepcopy(template(step))
        self.transform.set_random_state(stream.generator, stream.python)
        self.always = self.transform.p >= 1
        self._name = step.transform
        self._shape = shape
        blank = np.zeros(shape, dtype=np.uint8)
        self._fixed = self.transform.update_transform_params({}, {"image": blank})

    def apply(self, picture: Picture) -> tuple[Picture, dict[str, Any]]:
        """Return a changed picture and what was drawn for it."""
        try:
            made, values = self._made(picture)
        except Exception as error:  # a library's, of any type
            raise ValueError(f"{self._name} fails: {one_line(error)}") from error
        if made.shape != self._shape or made.dtype != np.uint8:
            raise ValueError(
                f"{self._name} makes {made.dtype} of shape {made.shape} of a picture of shape "
                f"{self._shape}; expected a transform that keeps both"
            )
        return made, drawn_values(self._name, values)

    def _made(self, picture: Picture) -> tuple[Picture, dict[str, Any]]:
        transform, data = self.transform, {"image": np.ascontiguousarray(picture)}
        values = {**self._fixed, **transform.get_params()}
        values.update(transform.get_params_dependent_on_data(values, data))
        return transform.apply(data["image"], **values), values
