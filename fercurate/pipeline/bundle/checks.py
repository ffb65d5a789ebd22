"""What a bundle says of rows and samples, checked before anything is made from it."""

import re
from collections.abc import Iterator, Mapping
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.plan import FILE_SPLITS
from fercurate.domain.sample_table import TRUE_CLASS, SampleTable
from fercurate.domain.segments.base import ORIGINAL, REPEAT
from fercurate.export.hdf5 import LEGACY_FILE
from fercurate.planning.resampling import LEFT_OUT
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
    yield from _noise_faults(samples, recipe)


def in_noisy_train(samples: SampleTable) -> NDArray[np.bool_]:
    """Whose labels (N,) noise may have changed: train's, also of those that balance left out."""
    return np.asarray((samples["split"] == "train") | (samples["reason"] == LEFT_OUT), dtype=bool)


def _noise_faults(samples: SampleTable, recipe: Recipe) -> Iterator[str]:
    wanted, found = recipe.label_noise is not None, TRUE_CLASS in samples.columns
    if wanted != found:
        yield f"{'' if found else 'no '}{TRUE_CLASS}, {'with' if wanted else 'without'} label_noise"
    if not (wanted and found):
        return
    noisy = in_noisy_train(samples)
    named = {*samples["class"][noisy].tolist(), *samples[TRUE_CLASS][noisy].tolist()}
    for name in sorted(named - set(recipe.scheme.classes)):
        yield f"a class of train that the scheme does not have ({name[:40]!r})"
    if (samples["class"] != samples[TRUE_CLASS])[~noisy].any():
        yield "a class that was changed outside of train"


def shares_are_sound(values: NDArray[np.float64]) -> bool:
    """Whether numbers are shares: finite, 0..1."""
    return bool((np.isfinite(values) & (values >= 0) & (values <= 1)).all())
