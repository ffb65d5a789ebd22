"""A trained network that judges pictures, in any framework."""

from abc import abstractmethod
from dataclasses import dataclass
from types import NoneType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.export import Subset
from training.judging import Judge

_NEEDED: dict[str, type | tuple[type, ...]] = {
    "settings": dict,
    "classes": list,
    "recipe_sha256": str,
    "fold": (int, NoneType),
    "mean": list,
    "std": list,
    "channels": int,
    "size": int,
}


@dataclass(frozen=True)
class NetworkJudge(Judge):
    """A judge that knows the chance of every class."""

    def scores(self, pictures: NDArray[np.uint8]) -> NDArray[np.float64]:
        """Return the chance (N, classes) of every class, each row of sum 1.

        ``pictures`` (N, size, size), or (N, size, size, 3) in RGB, uint8; computed as train.py
        computes it, so that its figures come out again.

        Raises:
            ValueError: the pictures are of another size or number of channels.
        """
        expected = (self.size, self.size) + ((3,) if self.channels == 3 else ())
        if pictures.shape[1:] != expected:
            raise ValueError(f"pictures of shape {pictures.shape[1:]}; expected {expected}")
        return self._scores(pictures)

    @abstractmethod
    def _scores(self, pictures: NDArray[np.uint8]) -> NDArray[np.float64]:
        """Return the chances of pictures that are of the right shape."""

    def predict(self, rows: Subset) -> NDArray[np.int64]:
        """Return the most probable class (M,) of rows of an export."""
        pictures = rows.split.pictures()
        if len(rows) != len(rows.split):
            pictures = pictures[rows.rows]
        return np.asarray(self.scores(pictures).argmax(axis=1))


def missing(state: object) -> list[str]:
    """Return what the state of a checkpoint lacks, or has of another kind."""
    found = state if isinstance(state, dict) else {}
    nothing = object()
    return [
        name for name, kind in _NEEDED.items() if not isinstance(found.get(name, nothing), kind)
    ]


def known(state: dict[str, Any]) -> dict[str, Any]:
    """Return what a judge is told of the state of a checkpoint that lacks nothing."""
    return {
        "model": str(state["settings"].get("model")),
        "classes": tuple(str(name) for name in state["classes"]),
        "channels": state["channels"],
        "size": state["size"],
        "recipe_sha256": state["recipe_sha256"],
        "mean": tuple(float(value) for value in state["mean"]),
        "std": tuple(float(value) for value in state["std"]),
        "fold": state["fold"],
    }
