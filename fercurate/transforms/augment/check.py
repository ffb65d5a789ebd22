"""Whether a step can be done: tried in a process of its own, whose time and memory are limited."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from fercurate.files.child import ChildError, ChildService, Limits
from fercurate.transforms.augment.step import Parameters, Step

LIMITS = Limits(seconds=5, memory=1536 << 20)
"""For some twenty pictures of the size asked for, in gray and in RGB."""

_COSTLY: dict[tuple[str, Parameters], str] = {}
"""Steps that were given up, and what is said of them: other sizes are not tried."""

_SERVICE = ChildService("fercurate.transforms.augment.trial", LIMITS)


def check_step(
    transform: str, parameters: Mapping[str, Any], channels: int, size: int = 48
) -> None:
    """Check that a transform can be applied to pictures, by applying it to a few made ones.

    ``channels`` is 1 for gray pictures and 3 for RGB ones of ``size`` x ``size`` pixels. No file
    is read or written, and nothing is asked of a network, whatever the parameters say.

    Raises:
        ValueError: one line: no such transform or parameter, a value that albumentations refuses
            or would replace, a need for more than the picture, another size or type of pictures,
            colors needed where pictures are gray, no change at all, or more than some seconds or
            gigabytes for a few pictures.
    """
    step = Step(transform, parameters)
    problem = _problem(transform, Parameters(step.parameters), channels, size)
    if problem:
        raise ValueError(problem)


@lru_cache(maxsize=1024)
def _problem(transform: str, parameters: Parameters, channels: int, size: int) -> str:
    step = (transform, parameters)
    if step not in _COSTLY:
        question = {"transform": transform, "parameters": parameters.as_dict()}
        try:
            return str(_SERVICE.ask({**question, "channels": channels, "size": size}))
        except ChildError as error:
            _COSTLY[step] = (
                f"{transform} takes more than {LIMITS.seconds:.0f} seconds or "
                f"{LIMITS.memory / 2**30:.1f} GB for a few pictures of {size}x{size} ({error}); "
                "choose smaller numbers"
            )
    return _COSTLY[step]
