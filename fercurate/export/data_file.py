"""One HDF5 file of an export as it lies there, not compared with the lock: for who examines it."""

from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fercurate.errors import ExportError
from fercurate.export.exported_files import open_exported
from fercurate.export.hdf5 import dataset_names
from fercurate.export.reader import SplitRows, check_images, read_split
from fercurate.files.hdf5 import dataset, reading_hdf5


class DataFile(AbstractContextManager["DataFile"]):
    """A file of an export, open for reading; a process of its own has seen that HDF5 can.

    Raises:
        ExportError: no file of an export, or HDF5 cannot read it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with ExitStack() as stack:
            self._file, self.attributes = stack.enter_context(open_exported(path, compared=False))
            self._stack = stack.pop_all()

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def rows(self, split: str) -> SplitRows:
        """The rows of a split.

        Raises:
            ExportError: they are not as the format says.
        """
        with reading_hdf5(self.path, ExportError):
            return read_split(self._file, split, self.attributes)

    def targets(self, split: str) -> NDArray[np.float32] | None:
        """The shares (N, C) of each class, where labels are soft; else None.

        Raises:
            ExportError: they are not as the format says.
        """
        return self._column(split, "targets")

    def votes(self, split: str) -> NDArray[np.uint8] | None:
        """FER+ votes (N, 10), where anybody has voted; else None.

        Raises:
            ExportError: they are not as the format says.
        """
        return self._column(split, "votes")

    def has(self, split: str, column: str) -> bool:
        """Whether a split has a column."""
        return dataset_names(split, self.attributes.layout)[column] in self._file

    def _column(self, split: str, column: str) -> NDArray[Any] | None:
        if not self.has(split, column):
            return None
        name = dataset_names(split, self.attributes.layout)[column]
        with reading_hdf5(self.path, ExportError):
            values: NDArray[Any] = dataset(self._file, name)[:]
            return values

    def pictures(self, split: str, rows: NDArray[np.int64]) -> NDArray[np.uint8]:
        """The pictures (M, H, W[, 3]) uint8 of rows (M,) in ascending order.

        Raises:
            ExportError: they are not as the format says.
        """
        with reading_hdf5(self.path, ExportError):
            images = dataset(self._file, dataset_names(split, self.attributes.layout)["images"])
            check_images(images)
            pictures: NDArray[np.uint8] = images[rows]
            return pictures
