"""What a checkpoint is in every framework: it knows what it was trained on, and judges rows."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.export import LEGACY_FILE, Export, ExportError, Subset, twins
from training.reporting import Figures, figures_by_rows

ORIGINALS, TWINLESS = "original rows", "original rows without a twin in train"


class CheckpointError(ExportError):
    """The checkpoint cannot be used; the message is one line and says what to do."""


@dataclass(frozen=True)
class Judge(ABC):
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
    def predict(self, rows: Subset) -> NDArray[np.int64]:
        """Return the class (M,) of rows of an export, as positions in ``classes``."""


def picture_kind(size: int, channels: int) -> str:
    """Size and color in words: ``48x48 gray``."""
    return f"{size}x{size} {'RGB' if channels == 3 else 'gray'}"


def figures_of(
    predicted: NDArray[np.int64], rows: Subset, train: Subset | None, classes: tuple[str, ...]
) -> Figures:
    """Return the figures of all rows, of original ones, and of those without a twin in train.

    ``train`` is what the model learned from; if it is not known, twins are not told apart. Parts
    that hold all rows are left out.
    """
    masks = {ORIGINALS: rows.original}
    if train is not None:
        masks[TWINLESS] = rows.original & ~twins(train, rows)
    return figures_by_rows(rows.labels, predicted, masks, classes)


def own_export(path: Path, beside: Path) -> Path:
    """Return the export that a checkpoint lies in, at whatever depth, or else the one ``beside``.

    Raises:
        CheckpointError: neither is one.
    """
    for folder in (*path.resolve().parents, beside):
        if (folder / "train.h5").is_file() or (folder / LEGACY_FILE).is_file():
            return folder
    raise CheckpointError(f"{path}: lies in no export; name the folder of an export after it")
