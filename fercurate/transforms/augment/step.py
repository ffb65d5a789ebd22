"""One transform of albumentations by name, with its parameters."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

_LONGEST = 120
_UNPRINTED = re.compile(r"[^A-Za-z0-9_.,:=+\-\[\]{}()' ]")


class Parameters(Mapping[str, Any]):
    """JSON values by name that never change; equal if their canonical texts are equal.

    So 1, 1.0 and true differ, as they do to albumentations: a hole of 1 is one pixel, one of 1.0
    the whole side. What is read is a copy: lists and mappings in it are the reader's own.
    """

    __slots__ = ("text",)

    text: str
    """Canonical JSON: sorted names, ASCII."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            _check_json(name, value)
        object.__setattr__(self, "text", json.dumps(dict(values), sort_keys=True))

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"parameters never change: {name}")

    def __reduce__(self) -> tuple[type["Parameters"], tuple[dict[str, Any]]]:
        return Parameters, (self.as_dict(),)

    def as_dict(self) -> dict[str, Any]:
        """Return the values as fresh lists, mappings, numbers and text, in order of names."""
        values: dict[str, Any] = json.loads(self.text)
        return values

    def __getitem__(self, name: str) -> Any:
        return self.as_dict()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.as_dict())

    def __len__(self) -> int:
        return len(self.as_dict())

    def __hash__(self) -> int:
        return hash(self.text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Parameters) and self.text == other.text

    def __repr__(self) -> str:
        return f"Parameters({self.text})"


@dataclass(frozen=True, slots=True)
class Step:
    """A transform of albumentations by the name of its class, such as ``Affine``.

    ``parameters`` may be any mapping of names to JSON values; it is kept as ``Parameters``. The
    probability ``p`` is 1 unless given (albumentations' own default is 0.5).

    Raises:
        ValueError: a parameter is no JSON value, or not finite.
    """

    transform: str
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "parameters", Parameters(self.parameters))

    @property
    def label(self) -> str:
        """``Affine(scale=[0.9, 1.1])``, or ``HorizontalFlip``; printable ASCII, no slashes."""
        return short(self.spelled)

    @property
    def spelled(self) -> str:
        """The label before it is made short and plain."""
        shown = [
            f"{name}={json.dumps(value, sort_keys=True)}" for name, value in self.parameters.items()
        ]
        return f"{self.transform}({', '.join(shown)})" if shown else self.transform


def short(spelled: str) -> str:
    """Return a label of at most 120 plain characters; a digest marks what was cut or replaced."""
    plain = spelled.replace('"', "'")
    label = _UNPRINTED.sub("_", plain)
    if label == plain and len(label) <= _LONGEST:
        return label
    digest = blake2b(spelled.encode("utf-8", "surrogateescape"), digest_size=4).hexdigest()
    return f"{label[: _LONGEST - 9]}-{digest}"


def _check_json(name: object, value: Any) -> None:
    if not isinstance(name, str):
        raise ValueError(f"parameter {name!r}: expected a name")  # noqa: TRY004  # one kind of error
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        raise ValueError(
            f"parameter {name}: {str(value)[:40]} is no plain value; expected finite numbers, "
            "text, true or false, lists, or mappings"
        ) from None
