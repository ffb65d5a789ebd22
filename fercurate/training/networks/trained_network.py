"""A trained network that classifies pictures, in any framework."""

from abc import abstractmethod
from dataclasses import dataclass
from math import isfinite
from types import NoneType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ..shared.errors import CheckpointError
from ..shared.evaluation.predictions import RowPredictions
from ..shared.evaluation.trained_model import TrainedModel
from ..shared.export import Subset
from .views import VIEWS, mean_of_views

_NEEDED: dict[str, type | tuple[type, ...]] = {
    "settings": dict,
    "progress": dict,
    "classes": list,
    "recipe_sha256": str,
    "identity": str,
    "normalize": list,
    "fold": (int, NoneType),
    "mean": list,
    "std": list,
    "channels": int,
    "size": int,
}


MOST_PIXELS, MOST_CLASSES = 1024, 1000
"""Larger numbers in a checkpoint are not believed: a network for them could fill the memory."""


@dataclass(frozen=True)
class TrainedNetwork(TrainedModel):
    """A model that knows the probability of every class.

    ``views`` are those of each picture whose mean its probabilities are.
    """

    views: str

    def probabilities(self, pictures: NDArray[np.uint8]) -> NDArray[np.float64]:
        """Return the probability (N, classes) of every class, each row of sum 1.

        ``pictures`` (N, size, size), or (N, size, size, 3) in RGB, uint8; computed as train.py
        computes it, so that its metrics come out again.

        Raises:
            ValueError: the pictures are of another size or number of channels.
        """
        expected = (self.size, self.size) + ((3,) if self.channels == 3 else ())
        if pictures.shape[1:] != expected:
            raise ValueError(f"pictures of shape {pictures.shape[1:]}; expected {expected}")
        found = mean_of_views(lambda view: self._probabilities(view(pictures)), self.views)
        if found.shape != (len(pictures), len(self.classes)) or not np.isfinite(found).all():
            raise CheckpointError(f"{self.path}: its network gives no chances of the classes")
        return found

    def tried(self) -> Self:
        """Return this model if it can classify a black picture.

        Raises:
            CheckpointError: it cannot.
        """
        shape = (1, self.size, self.size) + ((3,) if self.channels == 3 else ())
        self.probabilities(np.zeros(shape, dtype=np.uint8))
        return self

    @abstractmethod
    def _probabilities(self, pictures: NDArray[np.uint8]) -> NDArray[np.float64]:
        """Return the probabilities of pictures that are of the right shape."""

    def predict(self, rows: Subset) -> RowPredictions:
        """Return the probabilities of rows of an export, and the most probable class."""
        pictures = rows.split.pictures()
        if len(rows) != len(rows.split):
            pictures = pictures[rows.rows]
        return RowPredictions.likeliest(self.probabilities(pictures))


def lacking(state: object) -> list[str]:
    """Return the names of what a checkpoint's state lacks, or has of another kind."""
    found = state if isinstance(state, dict) else {}
    nothing = object()
    names = [
        name for name, kind in _NEEDED.items() if not isinstance(found.get(name, nothing), kind)
    ]
    return names or _senseless(found)


def _senseless(state: dict[str, Any]) -> list[str]:
    """Names of values that no export has."""
    names = []
    if not (1 <= state["size"] <= MOST_PIXELS and state["channels"] in (1, 3)):
        names.append("size and channels in bounds")
    if str(state["settings"].get("views", "one")) not in VIEWS:
        names.append("views that are known")
    if not 1 <= len(state["classes"]) <= MOST_CLASSES:
        names.append("classes in bounds")
    for name in ("mean", "std"):
        plain = all(isinstance(one, float) and isfinite(one) for one in state[name])
        if not plain or len(state[name]) != state["channels"]:
            names.append(f"{name} of numbers")
    return names


def model_facts(state: dict[str, Any]) -> dict[str, Any]:
    """Return what a model is told of a checkpoint's state, which lacks nothing."""
    return {
        "model": str(state["settings"].get("model")),
        "classes": tuple(str(name) for name in state["classes"]),
        "channels": state["channels"],
        "size": state["size"],
        "recipe_sha256": state["recipe_sha256"],
        "identity": state["identity"],
        "normalize": tuple(str(step) for step in state["normalize"]),
        "mean": tuple(float(value) for value in state["mean"]),
        "std": tuple(float(value) for value in state["std"]),
        "fold": state["fold"],
        "views": str(state["settings"].get("views", "one")),
    }
