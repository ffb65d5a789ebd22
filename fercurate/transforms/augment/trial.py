"""Whether a step can be done, found by doing it to trial pictures.

It is run as a child process of its own (``check.py``): code of others may take any time and memory.
"""

import warnings
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fercurate.files.child import serve
from fercurate.transforms.augment.library import one_line, template, usable
from fercurate.transforms.augment.step import Step
from fercurate.transforms.augment.stream import PictureStream, starts

_SEEDS = 4

Picture = NDArray[np.uint8]


def try_step(transform: str, parameters: Mapping[str, Any], channels: int, size: int) -> None:
    """Check that a transform can be applied to pictures, by applying it to a few made ones.

    ``channels`` is 1 for gray pictures and 3 for RGB ones of ``size`` x ``size`` pixels. No file
    is read or written, and nothing is asked of a network, whatever the parameters say.

    Raises:
        ValueError: one line: no such transform or parameter, a value that albumentations refuses
            or would replace, a need for more than the picture, another size or type of pictures,
            colors needed where pictures are gray, or no change at all.
    """
    step = Step(transform, parameters)
    trial = _Trial.of(step, channels, size)
    if channels == 1 and (trial.problem or not trial.changes):
        colored = _Trial.of(step, 3, size)
        if colored.changes and not colored.problem:
            raise ValueError(f"{transform} works on RGB pictures; these are gray")
    if trial.problem:
        raise ValueError(f"{transform} {trial.problem}")
    if not trial.changes and transform != "NoOp":
        raise ValueError(f"{transform} changes nothing with these parameters; give it others")


@dataclass(frozen=True, slots=True)
class _Trial:
    """What became of the trial pictures: whether any changed, and what went wrong, if anything."""

    changes: bool
    problem: str

    @classmethod
    def of(cls, step: Step, channels: int, size: int) -> "_Trial":
        transform = deepcopy(template(step))
        stream = PictureStream()
        transform.set_random_state(stream.generator, stream.python)
        changes = False
        for seed, picture in _pictures(channels, size):
            stream.restart(starts(np.array([seed], dtype=np.uint64))[0])
            problem, changed = _try(transform, picture)
            if problem:
                return cls(changes, problem)
            changes = changes or changed
        return cls(changes, "")


def _try(transform: Any, picture: Picture) -> tuple[str, bool]:
    """What goes wrong with a picture, and whether it changes."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("ignore", RuntimeWarning)
        warnings.simplefilter("always", UserWarning)
        try:
            result = transform(image=picture.copy(), force_apply=True)["image"]
        except Exception as error:  # noqa: BLE001  # whatever the library meets
            return f"fails: {one_line(error) or type(error).__name__}", False
    if said:
        return f"warns: {one_line(said[0].message)}", False
    if not isinstance(result, np.ndarray) or result.dtype != picture.dtype:
        return f"makes {getattr(result, 'dtype', type(result).__name__)} of uint8 pictures", False
    if result.shape != picture.shape:
        shapes = (" x ".join(map(str, one.shape)) for one in (picture, result))
        return "changes the shape of pictures from {} to {}".format(*shapes), False
    return "", not np.array_equal(result, picture)


def _pictures(channels: int, size: int) -> Iterator[tuple[int, Picture]]:
    """Yield seeds with trial pictures: black, a smooth ramp of mid tones, noise."""
    shape = (size, size) if channels == 1 else (size, size, 3)
    ramp = np.linspace(40, 200, size * size * channels).reshape(shape).astype(np.uint8)
    noise = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    yield 0, np.zeros(shape, dtype=np.uint8)
    for seed in range(_SEEDS):
        yield seed, ramp
        yield seed, noise


def _answer(question: dict[str, Any]) -> str:
    """What is wrong with a step; "" if nothing is."""
    try:
        try_step(**question)
    except ValueError as error:
        return str(error)
    except MemoryError:
        return f"{question['transform']} runs out of memory"
    return ""


if __name__ == "__main__":
    import cv2

    usable()
    cv2.setNumThreads(1)
    serve(_answer)
