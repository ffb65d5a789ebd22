"""Reading one split of an export where it lies: its pictures by row, and what training needs."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

from fercurate.errors import ExportError, UsageError
from fercurate.export.exported_files import open_exported
from fercurate.export.hdf5 import LAYOUTS, dataset_names, file_name
from fercurate.files.hdf5 import dataset
from fercurate.training.shared.attributes import ExportAttributes


@dataclass(frozen=True, eq=False)
class TrainingNumbers:
    """What a loss and a scaler need: class weights (K,), and mean and std of train's pixels.

    All float64; ``mean`` and ``std`` are (1,) or, of color pictures, (3,), on the scale 0..1.
    """

    class_weights: NDArray[np.float64]
    mean: NDArray[np.float64]
    std: NDArray[np.float64]


def read_pictures(path: Path, split: str, rows: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Return pictures (M, H, W) or (M, H, W, 3) uint8 of rows (M,), in their order.

    Raises:
        UsageError: the split has no such row.
        ExportError: the export is no longer there, or damaged.
    """
    with _opened(path, split) as (file, attributes):
        images = dataset(file, dataset_names(split, attributes.layout)["images"])
        count = len(images)
        wrong = rows[(rows < -count) | (rows >= count)]
        if len(wrong):
            raise UsageError(f"no row {wrong[0]}", where=split, expected=f"0 to {count - 1}")
        positions, order = np.unique(rows % max(count, 1), return_inverse=True)
        pictures: NDArray[np.uint8] = images[positions]
    return pictures[order]


def read_training_numbers(path: Path, split: str) -> TrainingNumbers:
    """Return what the file of a split says for training.

    Raises:
        ExportError: the export is no longer there, or damaged.
    """
    with _opened(path, split) as (_, attributes):
        return TrainingNumbers(attributes.weights, attributes.mean, attributes.std)


@contextmanager
def _opened(path: Path, split: str) -> Iterator[tuple[h5py.File, ExportAttributes]]:
    """The file of a split, and its attributes."""
    named = (path / file_name(split, layout) for layout in LAYOUTS)
    file_path = path if path.is_file() else next((file for file in named if file.is_file()), None)
    if file_path is None:
        raise ExportError(f"no file of the split {split}", where=str(path))
    with open_exported(file_path) as (file, attributes):
        yield file, attributes
