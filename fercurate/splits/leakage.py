"""Groups that lie in more than one split, and what to do about them."""

from collections.abc import Mapping
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.groups import Groups
from fercurate.domain.plan import SPLIT_NAMES, SplitAssignment

LeakPolicy = Literal["keep", "drop_train", "drop_eval", "move"]
"""What is done to groups of samples that lie in several splits."""


def leak_matrix(
    split_of: NDArray[np.object_], groups: Groups, names: tuple[str, ...]
) -> NDArray[np.int64]:
    """Count, for each pair of splits (a, b), the samples of a that share a group with b.

    ``split_of`` (N,) holds split names, ``groups`` (N,); the diagonal is zero. (len, len) int64.
    """
    matrix = np.zeros((len(names), len(names)), dtype=np.int64)
    present = {name: np.unique(groups[split_of == name]) for name in names}
    for i, first in enumerate(names):
        mine = groups[split_of == first]
        for j, second in enumerate(names):
            if i != j:
                matrix[i, j] = int(np.isin(mine, present[second]).sum())
    return matrix


def repair(
    assignment: SplitAssignment, groups: Groups, policy: LeakPolicy
) -> tuple[SplitAssignment, dict[str, NDArray[np.int64]]]:
    """Take apart or bring together the groups that lie in several splits.

    ``groups`` has one number a manifest row. ``drop_train`` keeps a group's samples only in the
    last of its splits in the order train, val, test, so test stays whole; ``drop_eval`` only in
    the first; ``move`` brings all of them into train, or into val if none is there.
    Returns the new assignment and, by split, the rows that left it.
    """
    if policy == "keep":
        return assignment, {}
    home = _homes(assignment, groups, last=policy == "drop_train")
    stays = {name: home[groups[rows]] == _place(name) for name, rows in assignment.rows.items()}
    left = {name: rows[~stays[name]] for name, rows in assignment.rows.items()}
    rows = {name: rows[stays[name]] for name, rows in assignment.rows.items()}
    if policy == "move":
        rows = _moved(rows, left, home, groups)
    return SplitAssignment(rows), {name: gone for name, gone in left.items() if len(gone)}


def _place(split: str) -> int:
    return SPLIT_NAMES.index(split)


def _homes(assignment: SplitAssignment, groups: Groups, last: bool) -> NDArray[np.int64]:
    """The split (as its place) where each group's samples belong; indexed by group."""
    home = np.full(int(groups.max(initial=0)) + 1, -1, dtype=np.int64)
    names = assignment.names()
    for name in names if last else reversed(names):
        home[groups[assignment.rows[name]]] = _place(name)
    return home


def _moved(
    rows: Mapping[str, NDArray[np.int64]],
    left: Mapping[str, NDArray[np.int64]],
    home: NDArray[np.int64],
    groups: Groups,
) -> dict[str, NDArray[np.int64]]:
    moving = np.concatenate(list(left.values()))
    return {
        name: np.sort(np.concatenate([own, moving[home[groups[moving]] == _place(name)]]))
        for name, own in rows.items()
    }
