"""Who learns what: everything on unlabeled pictures first, then the labels."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.screener.augment import Lesson
from benchmarks.screener.material import Material

FOLDS = 5
_PRIOR = np.array([0.002, 0.03, 0.07, 0.10], dtype=np.float32)
"""How often the faults occur: the target of an unlabeled picture to which none was added."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How many epochs each stage takes."""

    pretraining: int = 22
    labels: int = 16
    final: int = 22
    experts: int = 4


def fold_of(material: Material, seed: int = 7) -> NDArray[np.int64]:
    """The fold (N,) of each Training row, -1 for the test usages; copies share one."""
    rng = np.random.default_rng(seed)
    folds = rng.integers(0, FOLDS, int(material.groups.max()) + 1)
    return np.where(material.train, folds[material.groups], -1)


def pretraining(material: Material, epochs: int) -> Lesson:
    """Emotions, votes and landmarks of Training rows that are never used to measure.

    Rows that were labeled at random, rows with a vote for "not a face", and their copies stay
    out, so that what is measured on them is measured on pictures never seen.
    """
    measured = material.random | (material.non_face_votes > 0)
    held = np.isin(material.groups, material.groups[measured])
    rows = np.flatnonzero(material.train & ~held)
    counts = np.tile(np.array([0.5, 0.3, 0.3, 0.3], dtype=np.float32), (len(rows), 1))
    return Lesson(rows, np.tile(_PRIOR, (len(rows), 1)), counts, epochs, rate=3e-3, beside=1.0)


def labeled(material: Material, keep: NDArray[np.bool_], epochs: int) -> Lesson:
    """The labeled rows among ``keep`` (N,), rare faults several times."""
    known = material.labeled | (material.non_face_votes >= 2)
    rows = np.flatnonzero(keep & material.train & known)
    drawing, hidden = (material.labels[rows, column] == 1 for column in (1, 2))
    faceless = material.non_face_votes[rows] >= 5
    rows = np.concatenate([rows, *[rows[drawing]] * 2, *[rows[faceless]] * 5, rows[hidden]])
    targets = material.targets()[rows]
    counts = np.isfinite(targets).astype(np.float32)
    soft = np.nan_to_num(targets).clip(0.01, 0.99)
    return Lesson(rows, soft, counts, epochs, rate=2e-3, beside=0.3, made_up=0.35)
