"""Names of predictions in a store: those called ``mine`` have the method ``mine-oof-1f2e3d4c``."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.measurement import NAME
from fercurate.errors import UsageError

PREDICTIONS = "predictions"
"""The kind of measurement that predictions are."""

NAME_CHARACTERS = "lower-case letters, digits, '.', '_' and '-', the first a letter"
"""What a name is made of, in words."""

_LONGEST = 80
_METHOD = re.compile(r"(?P<name>.+)-(?P<how>oof|in)-(?P<digest>[0-9a-f]{8})")
_FOREIGN = re.compile(r"[^a-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class PredictionName:
    """The name of some predictions, whether they are out of fold, and a digest of the numbers."""

    name: str
    out_of_fold: bool
    digest: str

    @property
    def method(self) -> str:
        """The method's name in the store."""
        return f"{self.name}-{'oof' if self.out_of_fold else 'in'}-{self.digest}"

    @classmethod
    def of_method(cls, method: str) -> Self | None:
        """Read the name of a method; None for one of another kind."""
        match = _METHOD.fullmatch(method)
        return cls(match["name"], match["how"] == "oof", match["digest"]) if match else None


def current_predictions(kinds: Iterable[tuple[str, str]]) -> dict[str, PredictionName]:
    """The predictions that count, by name, the one added last at the end.

    ``kinds`` are kinds and methods as a store lists them; a name that was added again stands for
    what was added last.
    """
    current: dict[str, PredictionName] = {}
    for kind, method in kinds:
        found = PredictionName.of_method(method) if kind == PREDICTIONS else None
        if found is not None:
            current.pop(found.name, None)
            current[found.name] = found
    return current


def checked_name(text: str) -> str:
    """Return a name that a person gave.

    Raises:
        UsageError: it has other characters, or is too long.
    """
    if not NAME.fullmatch(text) or len(text) > _LONGEST:
        raise UsageError(
            repr(text[:_LONGEST]), where="name", expected=f"{NAME_CHARACTERS}; at most {_LONGEST}"
        )
    return text


def fitting_name(text: str) -> str:
    """Return the name nearest to a text, such as the stem of a file."""
    folded = _FOREIGN.sub("-", text.casefold()).strip("-._")[:_LONGEST]
    return folded if NAME.fullmatch(folded) else f"model-{folded}"[:_LONGEST].strip("-")


def content_digest(
    ids: Sequence[bytes], classes: Sequence[str], values: NDArray[np.float32]
) -> str:
    """Eight digits of a digest over ids (M,), classes (K,) and probabilities (M, K)."""
    hasher = hashlib.sha256("\n".join(classes).encode())
    for name in ids:
        hasher.update(b"\n" + name)
    hasher.update(values.astype("<f4").tobytes())
    return hasher.hexdigest()[:8]
