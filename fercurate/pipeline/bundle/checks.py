"""What a bundle says of rows and samples, checked before anything is made from it."""

import re
from collections.abc import Iterator, Mapping
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.plan import FILE_SPLITS
from fercurate.domain.sample_table import SampleTable
from fercurate.domain.segments.base import ORIGINAL, REPEAT
from fercurate.export.hdf5 import LEGACY_FILE
from fercurate.recipe.model import Recipe

_FOLDER = re.compile(r"fold-\d{2,4}")
_FOLD = re.compile(r"\d{1,4}|")

Columns = Mapping[str, NDArray[np.object_]]


def row_fault(rows: Columns, recipe: Recipe) -> str:
    """What is wrong with the rows of a bundle; "" if nothing is.

    Files and splits become paths: only those are taken that a build gives.
    """
    places = zip(rows["file"].tolist(), rows["split"].tolist(), strict=True)
    runs = [place for place, _ in groupby(places)]
    for file, split in runs:
        folder, _, name = file.rpartition("/")
        known = split in FILE_SPLITS and name in {f"{split}.h5", LEGACY_FILE}
        if not known or not (folder == "" or _FOLDER.fullmatch(folder)):
            return f"rows of the file {file[:60]!r} and the split {split[:30]!r}"
    if len(set(runs)) != len(runs):
        return "rows of a split that do not stand together"
    if not any(split == "train" and "/" not in file for file, split in runs):
        return "no rows of train"
    mixing = {step.kind for step in recipe.balance if step.mixes}
    known_ops = {ORIGINAL, REPEAT, *recipe.copy_operations, *mixing}
    unknown = set(rows["op"].tolist()) - known_ops
    return f"the recipe has no operation {min(unknown)[:60]!r}" if unknown else ""


def sample_fault(samples: SampleTable, recipe: Recipe) -> str:
    """What is wrong with the samples of a bundle; "" if nothing is."""
    return next(_sample_faults(samples, recipe), "")


def _sample_faults(samples: SampleTable, recipe: Recipe) -> Iterator[str]:
    if len(samples.positions) != len(samples):
        yield "a sample stands there twice"
    classes = set(recipe.scheme.classes)
    for name, split, fold in zip(samples["class"], samples["split"], samples["fold"], strict=True):
        if name not in classes and (name or split):
            yield f"a class that the scheme does not have ({str(name)[:40]!r})"
        if not _FOLD.fullmatch(str(fold)):
            yield f"a fold that is none ({str(fold)[:20]!r})"


def shares_are_sound(values: NDArray[np.float64]) -> bool:
    """Whether numbers are shares: finite, 0..1."""
    return bool((np.isfinite(values) & (values >= 0) & (values <= 1)).all())
