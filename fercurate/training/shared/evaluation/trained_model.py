"""A trained model of any framework: it knows what it was trained on, and predicts classes."""

import argparse
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..errors import CheckpointError
from ..export import Export, Subset
from ..format import LEGACY_FILE
from ..identical import seen_in
from .metrics import Metrics, metrics_by_rows
from .predictions import RowPredictions

ORIGINAL_ROWS, UNSEEN_ROWS = "original rows", "original rows without a twin in train"
"""Which rows metrics are of; an unseen one has no identical picture in train."""


@dataclass(frozen=True)
class TrainedModel(ABC):
    """A trained model, and what it was trained on.

    It takes pictures of ``size`` x ``size`` pixels with 1 or 3 ``channels``, after the steps of
    ``normalize``. ``mean`` and ``std`` (channels,) are of its training pixels on the scale 0..1.
    ``identity`` is its export's; ``fold`` is the fold that it was not trained on, None if the
    export has none.
    """

    path: Path
    model: str
    classes: tuple[str, ...]
    channels: int
    size: int
    recipe_sha256: str
    identity: str
    normalize: tuple[str, ...]
    mean: tuple[float, ...]
    std: tuple[float, ...]
    fold: int | None

    @property
    def takes(self) -> str:
        """The pictures it takes, in words: ``48x48 gray``."""
        return picture_kind(self.size, self.channels)

    def learned_from(self, export: Export) -> bool:
        """Whether it was trained on an export, as far as files tell."""
        return export.identity == self.identity

    @abstractmethod
    def predict(self, rows: Subset) -> RowPredictions:
        """Return what it says of rows of an export, in the order of ``classes``."""


Model_co = TypeVar("Model_co", bound=TrainedModel, covariant=True)


@dataclass(frozen=True)
class CheckpointFormat(Generic[Model_co]):
    """How a framework keeps trained models.

    ``files`` names what train.py writes; ``add_options`` adds what a script that reads them can be
    told of the machine; ``load`` reads one as the command line says, or raises a
    ``CheckpointError``.
    """

    files: str
    add_options: Callable[[argparse.ArgumentParser], None]
    load: Callable[[Path, argparse.Namespace], Model_co]


def picture_kind(size: int, channels: int) -> str:
    """Size and color in words: ``48x48 gray``."""
    return f"{size}x{size} {'RGB' if channels == 3 else 'gray'}"


def metrics_of(
    predicted: NDArray[np.int64], rows: Subset, train: Subset | None, classes: tuple[str, ...]
) -> Metrics:
    """Return the metrics of all rows, of original ones, and of those that train does not hold.

    ``train`` is what the model learned from; if it is not known, the last are left out. So are
    parts that hold all rows.
    """
    masks = {ORIGINAL_ROWS: rows.original}
    if train is not None:
        masks[UNSEEN_ROWS] = rows.original & ~seen_in(train, rows)
    return metrics_by_rows(rows.labels, predicted, masks, classes)


def own_export(path: Path, beside: Path) -> Path:
    """Return the export that a checkpoint lies in, at whatever depth, or else the one ``beside``.

    Raises:
        CheckpointError: neither is one.
    """
    for folder in (*path.resolve().parents, beside):
        if (folder / "train.h5").is_file() or (folder / LEGACY_FILE).is_file():
            return folder
    raise CheckpointError(f"{path}: lies in no export; name the folder of an export after it")
