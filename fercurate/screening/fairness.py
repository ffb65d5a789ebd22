"""Fairness of a screening: a filter that eats one class is a fault, however right each drop looks.

The rule. The mean share is the share of all labeled samples that is dropped. A class is treated
unfairly if it loses more than twice that share, and at least five samples: one of three lost is
chance, not a pattern. Unlabeled samples count for nothing.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.verdict import KEEP

FACTOR = 2.0
"""A class that loses more than this many times the mean share is treated unfairly."""

FEWEST = 5
"""A class that loses fewer samples than this is never called so."""


@dataclass(frozen=True, slots=True)
class Loss:
    """How many samples of one class, or of one source, are dropped."""

    name: str
    samples: int
    dropped: int

    @property
    def share(self) -> float:
        """The dropped share, 0..1; 0 without samples."""
        return self.dropped / self.samples if self.samples else 0.0


@dataclass(frozen=True, slots=True)
class UnfairClass:
    """A class that loses far more than the others; ``mean`` is the share that all lose, 0..1."""

    loss: Loss
    mean: float

    @property
    def ratio(self) -> float:
        """How many times the mean share the class loses."""
        return self.loss.share / self.mean

    @property
    def message(self) -> str:
        """The warning in one line."""
        loss = self.loss
        return (
            f"class {loss.name} loses {loss.share:.1%} of its samples "
            f"({loss.dropped:,} of {loss.samples:,}), {self.ratio:.1f} times the mean "
            f"of {self.mean:.1%}"
        )


def losses(reasons: NDArray[np.object_], groups: NDArray[np.object_]) -> tuple[Loss, ...]:
    """Return the loss of every group by name; ``reasons`` and ``groups`` are (N,) text.

    An empty reason keeps a sample. The empty group is one like the others.
    """
    names = sorted(set(groups.tolist()))
    places = {name: place for place, name in enumerate(names)}
    group_of = np.fromiter(map(places.__getitem__, groups.tolist()), np.int64, len(groups))
    samples = np.bincount(group_of, minlength=len(names))
    dropped = np.bincount(group_of[reasons != KEEP], minlength=len(names))
    return tuple(
        Loss(str(name), int(all_), int(lost))
        for name, all_, lost in zip(names, samples, dropped, strict=True)
    )


def mean_loss(reasons: NDArray[np.object_], classes: NDArray[np.object_]) -> float:
    """Return the dropped share of the samples with a class, 0..1; 0 where there are none."""
    labeled = classes != ""
    return float(np.mean(reasons[labeled] != KEEP)) if labeled.any() else 0.0


def unfair_classes(
    reasons: NDArray[np.object_], classes: NDArray[np.object_]
) -> tuple[UnfairClass, ...]:
    """Return the classes that the drops treat unfairly, the worst first.

    Args:
        reasons: (N,) text, empty for samples that are kept.
        classes: (N,) text, empty for unlabeled samples.
    """
    mean = mean_loss(reasons, classes)
    found = [
        UnfairClass(loss, mean)
        for loss in losses(reasons, classes)
        if loss.name and loss.dropped >= FEWEST and loss.share > FACTOR * mean
    ]
    return tuple(sorted(found, key=lambda unfair: -unfair.loss.share))
