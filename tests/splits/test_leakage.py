"""Leaks between splits: counted and repaired."""

import numpy as np
import pytest

from fercurate.domain.plan import SplitAssignment
from fercurate.splits.leakage import LeakPolicy, leak_matrix, repair

SPLIT = np.array(["train"] * 4 + ["val"] * 2 + ["test"] * 3, dtype=object)
GROUPS = np.array([0, 1, 2, 3, 0, 5, 1, 5, 8])  # 0~4 train-val, 1~6 train-test, 5~7 val-test


def assignment() -> SplitAssignment:
    return SplitAssignment({n: np.flatnonzero(n == SPLIT) for n in ("train", "val", "test")})


def test_the_leak_matrix_counts_rows_of_the_first_split() -> None:
    matrix = leak_matrix(SPLIT, GROUPS, ("train", "val", "test"))
    assert matrix.tolist() == [[0, 1, 1], [1, 0, 1], [1, 1, 0]]


@pytest.mark.parametrize(
    ("policy", "train", "val", "test"),
    [
        ("keep", [0, 1, 2, 3], [4, 5], [6, 7, 8]),
        ("drop_train", [2, 3], [4], [6, 7, 8]),
        ("drop_eval", [0, 1, 2, 3], [5], [8]),
        ("move", [0, 1, 2, 3, 4, 6], [5, 7], [8]),
    ],
)
def test_repair_by_policy(
    policy: LeakPolicy, train: list[int], val: list[int], test: list[int]
) -> None:
    repaired, left = repair(assignment(), GROUPS, policy)
    assert [list(repaired.rows[n]) for n in ("train", "val", "test")] == [train, val, test]
    if policy != "keep":
        split = np.full(9, "", dtype=object)
        for name, rows in repaired.rows.items():
            split[rows] = name
        assert not leak_matrix(split, GROUPS, ("train", "val", "test")).any()
        gone = sorted(row for rows in left.values() for row in rows)
        before = {(n, r) for n, rows in assignment().rows.items() for r in rows}
        after = {(n, r) for n, rows in repaired.rows.items() for r in rows}
        assert gone == sorted(row for _, row in before - after)
