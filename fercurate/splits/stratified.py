"""Random splits that keep groups whole and classes balanced."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.groups import Groups
from fercurate.domain.plan import SPLIT_NAMES, SplitAssignment
from fercurate.domain.segments.base import Rows
from fercurate.splits.base import SplitEvidence, Splitter

_EQUAL = 1e-9
"""Parts whose need differs by less are in equal need."""


@dataclass(frozen=True, kw_only=True)
class StratifiedSplits(Splitter):
    """Random splits with equal class shares; people, sequences and duplicates stay together."""

    kind: Literal["grouped_stratified"] = "grouped_stratified"
    train: float = field(metadata={"gt": 0, "lt": 1})
    val: float = field(default=0, metadata={"ge": 0, "lt": 1})
    test: float = field(default=0, metadata={"ge": 0, "lt": 1})

    def __post_init__(self) -> None:
        total = self.train + self.val + self.test
        if abs(total - 1) > 1e-9:
            raise ValueError(f"train, val and test sum to {total:g}; expected 1")

    @property
    def names(self) -> tuple[str, ...]:
        """The splits that it makes, in the order train, val, test."""
        return tuple(name for name in SPLIT_NAMES if getattr(self, name) > 0)

    @property
    def looks_for_duplicates(self) -> bool:
        """Whether its groups rest on nearly identical pictures: they do."""
        return True

    @property
    def drawn_splits(self) -> tuple[str, ...]:
        """Between all of them chance decides."""
        return self.names

    def assign(self, evidence: SplitEvidence) -> SplitAssignment:
        """Share out whole groups so that every class is split as asked."""
        rows = evidence.rows
        shares = {name: float(getattr(self, name)) for name in SPLIT_NAMES}
        labels, groups = evidence.labels[rows], evidence.kin(rows)
        return assign_stratified(rows, labels, groups, shares, evidence.draw_keys)


def assign_stratified(
    rows: Rows,
    labels: NDArray[np.int64],
    groups: Groups,
    shares: Mapping[str, float],
    keys: NDArray[np.object_],
) -> SplitAssignment:
    """Assign samples so that no group is divided and each class is shared out as asked.

    ``rows`` (N,) are manifest rows with ``labels`` and ``groups`` (N,) each; ``shares`` maps split
    to share of the samples (sum 1), and ``keys`` (N,) are random texts, one a sample. Groups are
    placed one by one where the classes they hold are scarcest, the largest first and equal ones
    by their smallest key; so the result does not depend on the order of the samples.
    """
    names = [name for name in SPLIT_NAMES if shares.get(name, 0) > 0]
    histograms, inverse = _histograms(labels, groups)
    wanted = np.array([shares[name] for name in names])[:, None] * histograms.sum(axis=0)
    placed = _place(histograms, wanted, _smallest(keys, inverse))
    return SplitAssignment(
        {name: rows[placed[inverse] == position] for position, name in enumerate(names)}
    )


def stratified_folds(
    labels: NDArray[np.int64],
    groups: Groups,
    folds: int,
    keys: NDArray[np.object_],
    *,
    even: bool = False,
) -> NDArray[np.int64]:
    """Return a fold 0..folds-1 for each sample (N,), groups whole and classes evenly spread.

    ``keys`` (N,) are as in ``assign_stratified``. With ``even``, of the folds that lack a group's
    classes equally the smallest gets it, so that folds are also equally large.
    """
    histograms, inverse = _histograms(labels, groups)
    wanted = np.repeat(histograms.sum(axis=0)[None] / folds, folds, axis=0)
    return _place(histograms, wanted, _smallest(keys, inverse), even=even)[inverse]


def stratified_share(
    labels: NDArray[np.int64],
    groups: Groups,
    offered: NDArray[np.bool_],
    share: float,
    keys: NDArray[np.object_],
) -> NDArray[np.bool_]:
    """Return which samples (N,) to take so that of the offered ones (N,) each class gives a share.

    Groups (N,) are taken whole or not at all; one that holds a sample which is not offered is not
    taken. ``keys`` (N,) are as in ``assign_stratified``.
    """
    histograms, inverse = _histograms(labels, groups)
    whole = np.ones(len(histograms), dtype=bool)
    whole[inverse[~offered]] = False
    taken = share * np.bincount(labels[offered], minlength=histograms.shape[1])
    left = np.maximum(histograms[whole].sum(axis=0) - taken, 0)
    smallest = np.array(_smallest(keys, inverse), dtype=object)[whole]
    placed = np.zeros(len(histograms), dtype=bool)
    placed[whole] = _place(histograms[whole], np.stack([left, taken]), list(smallest)) == 1
    return placed[inverse]


def _smallest(keys: NDArray[np.object_], inverse: NDArray[np.int64]) -> list[str]:
    """The smallest key (G,) of each group."""
    smallest: dict[int, str] = {}
    for group, key in zip(inverse.tolist(), keys, strict=True):
        smallest[group] = min(key, smallest.get(group, key))
    return [smallest[group] for group in range(len(smallest))]


def _histograms(
    labels: NDArray[np.int64], groups: Groups
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Class counts of each group (G, C), and the group's place for each sample (N,)."""
    _, inverse = np.unique(groups, return_inverse=True)
    histograms = np.zeros((int(inverse.max(initial=-1)) + 1, int(labels.max(initial=0)) + 1))
    np.add.at(histograms, (inverse, labels), 1)
    return histograms.astype(np.int64), inverse


def _place(
    histograms: NDArray[np.int64],
    wanted: NDArray[np.float64],
    keys: Sequence[str],
    *,
    even: bool = False,
) -> NDArray[np.int64]:
    """Put each group (G, C) into the part (P, C) whose classes lack it most.

    With ``even``, of equal ones into that which lacks most samples in all.
    """
    sizes = histograms.sum(axis=1)
    order = sorted(range(len(histograms)), key=lambda group: (-sizes[group], keys[group]))
    lacking = wanted.copy()
    scale = np.maximum(wanted, 1e-9)
    placed = np.zeros(len(histograms), dtype=np.int64)
    for group in order:
        held = histograms[group]
        need = (lacking / scale) @ held
        if even:
            need = np.where(need >= need.max() - _EQUAL, lacking.sum(axis=1), -np.inf)
        placed[group] = int(need.argmax())
        lacking[placed[group]] -= held
    return placed
