"""``fercurate.read_export``: the rows of an export, with their pictures on demand."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fercurate.api.arguments import PathLike, a_number, a_path
from fercurate.domain.text import did_you_mean
from fercurate.errors import InputError, UsageError
from fercurate.export import reader
from fercurate.export.split_file import TrainingNumbers, read_pictures, read_training_numbers
from fercurate.export.summary import count_classes
from fercurate.report.overview.base import HasOverview, Overview, columns_frame
from fercurate.report.overview.contents import export_overview

if TYPE_CHECKING:
    import pandas as pd

Batch = tuple[NDArray[np.uint8], NDArray[np.int64]]
"""Pictures (M, H, W) or (M, H, W, 3) uint8 and their labels (M,) int64."""


@dataclass(frozen=True, repr=False, eq=False)
class ExportSplit:
    """One split of an export: N rows in file order; pictures are read when they are asked for.

    ``labels`` (N,) int64 are positions in ``classes``; the columns of text are (N,) ``str``.
    """

    path: Path
    rows: reader.SplitRows

    @property
    def name(self) -> str:
        """``train``, ``val``, ``test`` or ``test_screened``."""
        return self.rows.split

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of the classes, in the order of the labels."""
        return self.rows.classes

    @property
    def labels(self) -> NDArray[np.int64]:
        """Labels (N,) int64."""
        return self.rows.labels

    @property
    def sample_ids(self) -> NDArray[np.object_]:
        """Ids (N,) of the rows; a derived row has one of its own."""
        return self.rows.text["sample_id"]

    @property
    def derived(self) -> NDArray[np.bool_]:
        """Mask (N,) of the rows that an operation made."""
        return self.rows.derived

    @cached_property
    def training_numbers(self) -> TrainingNumbers:
        """Class weights (K,), and mean and std of train's pixels on the scale 0..1."""
        return read_training_numbers(self.path, self.name)

    def __len__(self) -> int:
        return len(self.labels)

    def __repr__(self) -> str:
        return f"<split {self.name}: {len(self):,} rows of {len(self.classes)} classes>"

    def images(self, rows: ArrayLike | None = None) -> NDArray[np.uint8]:
        """Return pictures (M, H, W) or (M, H, W, 3) uint8: of rows (M,), or of all.

        Args:
            rows: positions in this split, in any order, also repeated; or a mask (N,) of bool.

        Raises:
            UsageError: there is no such row.
            ExportError: the export is no longer there, or damaged.
        """
        return read_pictures(self.path, self.name, self._positions(rows))

    def batches(self, size: int, rows: ArrayLike | None = None) -> Iterator[Batch]:
        """Yield pictures and labels, ``size`` at a time, of rows in their order (default: all).

        Raises:
            UsageError: the size is not 1 or more, or there is no such row.
        """
        size, wanted = a_number(size, "size", 1), self._positions(rows)
        for start in range(0, len(wanted), size):
            part = wanted[start : start + size]
            yield self.images(part), self.labels[part]

    def _positions(self, rows: ArrayLike | None) -> NDArray[np.int64]:
        if rows is None:
            return np.arange(len(self))
        wanted = np.atleast_1d(np.asarray(rows))
        if wanted.dtype == np.bool_ and wanted.shape == (len(self),):
            return np.flatnonzero(wanted).astype(np.int64)
        if wanted.ndim != 1 or (wanted.size and wanted.dtype.kind not in "iu"):
            found = f"{wanted.dtype} {wanted.shape}"
            raise UsageError(found, where="rows", expected="positions (M,), or a mask (N,) of bool")
        return wanted.astype(np.int64)

    def to_frame(self) -> "pd.DataFrame":
        """Return the rows as a pandas table, in file order.

        Columns: ``split``, ``class``, ``label``, ``derived``, those of text (``sample_id``,
        ``source``, ``subject``, ``sequence``, ``op``, ``parent_a``, ``parent_b``), and ``fold`` in
        an export for cross-validation.
        """
        names = np.array(self.classes, dtype=object)[self.labels]
        facts = {"class": names, "label": self.labels, "derived": self.derived}
        fold = {} if self.rows.fold is None else {"fold": self.rows.fold}
        return columns_frame({"split": [self.name] * len(self), **self.rows.text, **facts, **fold})


@dataclass(frozen=True, repr=False, eq=False)
class Export(HasOverview):
    """An export that was read back: its splits, in the order train, val, test."""

    path: Path
    splits: tuple[ExportSplit, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the splits."""
        return tuple(split.name for split in self.splits)

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of the classes, in the order of the labels."""
        return self.splits[0].classes

    def __len__(self) -> int:
        return len(self.splits)

    def __iter__(self) -> Iterator[ExportSplit]:
        return iter(self.splits)

    def __getitem__(self, name: str) -> ExportSplit:
        """Return a split by its name.

        Raises:
            UsageError: the export has no such split.
        """
        for split in self.splits:
            if split.name == name:
                return split
        near = did_you_mean(str(name), self.names)
        raise UsageError(
            f"no split {name!r}{near}", where=str(self.path), expected=", ".join(self.names)
        )

    def overview(self) -> Overview:
        """Rows by split and class."""
        counts = {s.name: count_classes(s.labels, s.classes) for s in self.splits}
        return export_overview(self.path.name, counts)

    def to_frame(self) -> "pd.DataFrame":
        """Return the rows of all splits as one pandas table (see ``ExportSplit.to_frame``)."""
        return _joined([split.to_frame() for split in self.splits])


def _joined(frames: Sequence["pd.DataFrame"]) -> "pd.DataFrame":
    import pandas as pd  # noqa: PLC0415 (its import takes longer than most commands)

    return pd.concat(frames, ignore_index=True)


def read_export(path: PathLike) -> Export:
    """Read the rows of an export: a folder, or one of its HDF5 files; pictures stay on disk.

    Raises:
        InputError: there is no such path.
        ExportError: it is no export, or damaged.
    """
    place = a_path(path, "path")
    if not place.exists():
        raise InputError("no such export", where=str(place))
    splits = reader.read_export(place)
    return Export(place, tuple(ExportSplit(place, rows) for rows in splits))
