"""Folds of an export for cross-validation: what is learned from, and what is tested on."""

import re
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .errors import ExportError
from .export import Export, Subset, read_export
from .format import LEGACY_FILE
from .statistics import PixelStatistics

_BLOCK = 4096


@dataclass(frozen=True)
class Fold:
    """One fold: rows to learn from, original rows to test on.

    ``export`` has mean and standard deviation of the rows to learn from alone, and the identity of
    the whole export. Class weights are of all its folds, unless each has a folder.
    """

    export: Export
    learned: Subset
    tested: Subset


def root_and_fold(folder: Path) -> tuple[Path, int | None]:
    """Return the export that a folder belongs to: itself, or the one whose fold it holds."""
    found, parent = re.fullmatch(r"fold-(\d{2,})", folder.resolve().name), folder.resolve().parent
    if found and any((parent / name).is_file() for name in ("train.h5", LEGACY_FILE)):
        return parent, int(found[1])
    return folder, None


def open_fold(export: Export, fold: int, *, verify: bool) -> Fold:
    """Return a fold of an export; where the export has a folder for it, its files are used.

    Raises:
        ExportError: there is no such fold, or its files do not match.
    """
    if not 0 <= fold < export.folds:
        expected = f"expected 0 to {export.folds - 1}" if export.folds else "it has no folds"
        raise ExportError(f"{export.folder}: no fold {fold}; {expected}")
    folder = export.folder / f"fold-{fold:02d}"
    if not folder.is_dir():
        if any(export.folder.glob("fold-*/")):
            raise ExportError(
                f"{folder}: missing; other folds have a folder: build the export again"
            )
        return _within(export, fold)
    own = read_export(folder, verify=verify)
    same = own.recipe_sha256 == export.recipe_sha256 and own.classes == export.classes
    if not same or "test" not in own.splits:
        raise ExportError(f"{folder}: no fold of {export.folder}; build the export again")
    learned, tested = own.splits["train"].whole(), own.splits["test"].whole()
    return Fold(replace(own, identity=export.identity), learned, tested)


def _within(export: Export, fold: int) -> Fold:
    """A fold of the rows of train.h5."""
    every = export.splits["train"]
    aside = every.fold == fold
    learned = every.take(np.flatnonzero(~aside))
    tested = every.take(np.flatnonzero(aside & every.original))
    mean, std = pixel_statistics(learned)
    return Fold(replace(export, mean=mean, std=std), learned, tested)


def pixel_statistics(rows: Subset) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return mean and standard deviation (channels,) of pixels on the scale 0..1."""
    pictures, found = rows.split.pictures(), PixelStatistics()
    for start in range(0, len(rows), _BLOCK):
        found.add(pictures[rows.rows[start : start + _BLOCK]])
    mean, std = found.mean_std()
    return np.array(mean), np.array(std)
