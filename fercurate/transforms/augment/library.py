"""The transforms of albumentations by name, made from plain values."""

import os
import warnings
from collections.abc import Mapping
from functools import cache, lru_cache
from inspect import isclass, signature
from threading import Lock
from typing import Any

from fercurate.domain.text import did_you_mean
from fercurate.transforms.augment.affine import picture_affine
from fercurate.transforms.augment.refused import REFUSED, REFUSED_PARAMETERS
from fercurate.transforms.augment.step import Step

_BASES = frozenset({"BasicTransform", "DualTransform", "ImageOnlyTransform", "Transform3D"})
_EXPECTED = "Input should be "
_LARGEST, _MOST = 4096, 64
"""Numbers, and values of a list, beyond these only cost time and memory: no picture is so large."""

_LOCK = Lock()
"""Catching warnings is not safe in two threads at a time."""


@cache
def usable() -> dict[str, type[Any]]:
    """Return the transforms that need nothing but a picture, by name.

    The import takes a second. It neither asks the network for newer versions nor warns.
    """
    os.environ["NO_ALBUMENTATIONS_UPDATE"] = "1"
    import albumentations  # noqa: PLC0415 (slow)

    found = {name: getattr(albumentations, name) for name in dir(albumentations)}
    return {
        name: kind
        for name, kind in found.items()
        if isclass(kind)
        and issubclass(kind, albumentations.BasicTransform)
        and name not in REFUSED
        and name not in _BASES
    }


@lru_cache(maxsize=64)
def template(step: Step) -> Any:
    """Return the transform that a step names; it is to be copied, never run.

    Raises:
        ValueError: there is no such transform, it needs more than a picture, a parameter is
            unknown, or albumentations refuses a value or would replace it; says which.
    """
    kind = _known(step.transform)
    _check_names(step, kind)
    for name, value in step.parameters.items():
        _check_extent(f"{step.transform}: {name}", value)
    if step.transform == "Affine" and not step.parameters.get("fit_output"):
        kind = picture_affine()
    strict = {"strict": True} if _takes_strict(kind) else {}
    with _LOCK, warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            made = kind(**{"p": 1.0, **step.parameters}, **strict)
        except Exception as error:  # noqa: BLE001  # its validators raise whatever they meet
            raise ValueError(f"{step.transform}: {_refusal(error, step)}") from None
    for text in (one_line(warning.message) for warning in said):
        if not strict or "adjusted" in text:
            raise ValueError(f"{step.transform}: {text}")
    made.set_random_state(None, None)
    return made


def _takes_strict(kind: type[Any]) -> bool:
    """Whether a class checks its parameters, and can be told to fail where it would only warn."""
    owner = next(one for one in kind.__mro__ if "__init__" in vars(one))
    return "InitSchema" in vars(owner)


def one_line(text: object, longest: int = 240) -> str:
    """Return a text of others on one line, cut to a bearable length."""
    line = " ".join(str(text).split())
    return line if len(line) <= longest else f"{line[: longest - 3]}..."


def _known(name: str) -> type[Any]:
    if name in REFUSED:
        raise ValueError(
            f"{name} needs {REFUSED[name]}; expected a transform that needs the picture alone"
        )
    kinds = usable()
    if name not in kinds:
        near = did_you_mean(name, [*kinds, *REFUSED])
        raise ValueError(f"albumentations has no transform {name!r}{near}")
    return kinds[name]


def _taken(kind: type[Any]) -> list[str]:
    """Names of the parameters that a class takes and does not ignore."""
    names = [name for name in signature(kind.__init__).parameters if name not in ("self", "strict")]
    if not _takes_strict(kind):
        return names
    return [name for name in names if name in kind.InitSchema.model_fields]


def _check_names(step: Step, kind: type[Any]) -> None:
    taken = _taken(kind)
    for name in step.parameters:
        if name not in taken:
            near = did_you_mean(name, taken) or f"; it has {', '.join(taken)}"
            raise ValueError(f"{step.transform} has no parameter {name!r}{near}")
        if (step.transform, name) in REFUSED_PARAMETERS:
            needs = REFUSED_PARAMETERS[step.transform, name]
            raise ValueError(f"{step.transform}: {name} takes {needs}; leave it out")


def _check_extent(place: str, value: Any) -> None:
    """Refuse numbers and lists that are out of all proportion, at any depth."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        if len(value) > _MOST:
            raise ValueError(f"{place} holds {len(value)} values; expected at most {_MOST}")
        for one in value:
            _check_extent(place, one)
    elif isinstance(value, int | float) and abs(value) > _LARGEST:
        raise ValueError(f"{place} holds {value}; expected numbers from -{_LARGEST} to {_LARGEST}")


def _refusal(error: Exception, step: Step) -> str:
    """What albumentations says of a value; pydantic's list of faults as one line."""
    listed = getattr(error.__cause__, "errors", None)
    if not callable(listed):
        return one_line(error)
    faults: dict[str, list[str]] = {}
    for fault in listed():
        name = str(fault["loc"][0]) if fault["loc"] else ""
        said = fault["msg"].removeprefix("Value error, ")
        messages = faults.setdefault(name, [])
        if said not in messages:
            messages.append(said)
    return one_line("; ".join(_fault(name, said, step) for name, said in faults.items()))


def _fault(name: str, messages: list[str], step: Step) -> str:
    if not name:
        return messages[0]
    if name not in step.parameters:
        return f"{name} is missing" if messages == ["Field required"] else f"{name}: {messages[0]}"
    found = one_line(repr(step.parameters[name]), 40)
    expected = [one.removeprefix(_EXPECTED).partition(", unable")[0] for one in messages[:3]]
    joint = "; expected" if messages[0].startswith(_EXPECTED) else ":"
    return f"{name} is {found}{joint} {', or '.join(expected)}"
