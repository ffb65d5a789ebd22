"""What the screener says of FER-2013 pictures that it has not seen, by networks of five folds."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from benchmarks.screener.figures import calibrate
from benchmarks.screener.lessons import FOLDS
from benchmarks.screener.material import CRITERIA
from benchmarks.screener.network import ScreenerNet
from benchmarks.screener.school import School
from fercurate.pipeline.measure.known import known_scores
from fercurate.pipeline.measure.reviewed import FAULT_HINTS
from fercurate.screening.learned.features import SHIFTS
from fercurate.screening.screener import SIDE
from fercurate.store.store import Store

_BLOCK = 512


@dataclass(frozen=True)
class UnseenPictures:
    """The pictures that were labeled at random (N,), each by the network that did not see it.

    Attributes:
        labels: readers' labels (N, 4) of the faults, NaN where two readers disagreed.
        logits: calibrated logits (N, 4), the mean over several views of a picture.
        features: the last but one layer (N, 256).
        scores: what else the store knows of them (N, S).
    """

    labels: NDArray[np.float32]
    logits: NDArray[np.float32]
    features: NDArray[np.float32]
    scores: NDArray[np.float64]


def unseen_pictures(school: School, store: Path) -> UnseenPictures:
    """Ask the network of each fold, trained now or kept, about its own fold."""
    material = school.material
    logits, features = _by_folds(school)
    chosen = material.random & material.train
    labels = material.labels[chosen]
    logits = logits[chosen]
    for column in range(len(CRITERIA)):
        known = np.isfinite(labels[:, column])
        slope, shift = calibrate(labels[known, column], logits[known, column])
        logits[:, column] = slope * logits[:, column] + shift
    return UnseenPictures(
        labels, logits.astype(np.float32), features[chosen], _other_scores(store)[chosen]
    )


def _by_folds(school: School) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    folds = school.folds
    logits = np.zeros((len(folds), len(CRITERIA)))
    features = np.zeros((len(folds), 256), dtype=np.float32)
    for fold in range(FOLDS):
        rows = np.flatnonzero(folds == fold)
        images = school.material.images[rows]
        logits[rows], features[rows] = _asked(school.of_fold(fold), images)
    return logits, features


def _asked(
    net: ScreenerNet, images: NDArray[np.uint8]
) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    """Logits, the mean over the views that a review measures, and features of one look."""
    farthest = max(max(map(abs, shift)) for shift in SHIFTS)
    logits, features = [], []
    with torch.no_grad():
        for start in range(0, len(images), _BLOCK):
            some = torch.from_numpy(images[start : start + _BLOCK].astype(np.float32))[:, None]
            some = (some - 128) / 64
            padded = functional.pad(some, (farthest,) * 4, mode="replicate")
            total = torch.zeros(len(some), len(CRITERIA))
            for down, right in SHIFTS:
                top, left = farthest + down, farthest + right
                moved = padded[:, :, top : top + SIDE, left : left + SIDE]
                total += net.logits(moved) + net.logits(moved.flip(3))
            logits.append((total / (2 * len(SHIFTS))).double().numpy())
            features.append(net.features(some).numpy())
    return np.concatenate(logits), np.concatenate(features)


def _other_scores(path: Path) -> NDArray[np.float64]:
    """Scores of FER-2013's rows that say nothing of the four faults themselves."""
    with Store.open(path) as store:
        rows = np.flatnonzero(store.manifest.text("source") == "fer2013")
        known = known_scores(store)
    named = [one.name for one in FAULT_HINTS if one.name in known]
    return np.stack([known[name][rows] for name in named], axis=1)
