"""FER+ label rules against a plain rendering of their definition, row by row."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fercurate.domain.votes import VOTE_EXPRESSIONS, VOTE_MODES, agreement, majority, vote_targets


def by_definition(row: list[int], mode: str) -> list[float]:
    """One row by the published description, in plain steps; zeros where it is left out."""
    votes = [v if v > 1 else 0 for v in row]
    total = sum(votes)
    taken = [0] * 10
    if mode == "majority":
        best = max(votes)
        if 2 * best > total:
            taken[votes.index(best)] = best
    elif mode == "multi_target":
        taken = [v if v >= 0.3 * total else 0 for v in votes]
        if 2 * sum(taken) <= total:
            taken = [0] * 10
    else:
        rest = list(votes)
        stopped = False
        while sum(taken) < 0.75 * total and sum(v > 0 for v in taken) < 3 and not stopped:
            best = max(rest)
            for i in range(10):
                if rest[i] == best and best > 0:
                    rest[i] = 0
                    if i >= 8:
                        stopped = True
                        if not any(taken):
                            taken[i] = best
                        break
                    taken[i] = best
        if 2 * sum(taken) <= total or sum(v > 0 for v in taken) > 3:
            taken = [0] * 10
    if not any(taken) or taken.index(max(taken)) >= 8:
        return [0.0] * 8
    kept = taken[:8]
    if mode == "multi_target":
        return [float(v > 0) for v in kept]
    return [v / sum(kept) for v in kept]


@given(st.lists(st.lists(st.integers(0, 9), min_size=10, max_size=10).map(
    lambda cuts: [cuts.count(i) for i in range(10)]), min_size=1, max_size=20))  # fmt: skip
def test_every_mode_follows_its_definition(rows: list[list[int]]) -> None:
    votes = np.array(rows, dtype=np.uint8)
    for mode in VOTE_MODES:
        expected = [by_definition(row, mode) for row in rows]
        np.testing.assert_allclose(vote_targets(votes, mode), expected, atol=1e-12)
    chosen = vote_targets(votes, "majority")
    np.testing.assert_array_equal(
        majority(votes), np.where(chosen.any(axis=1), chosen.argmax(axis=1), -1)
    )


def test_single_votes_do_not_count_and_ties_decide_nothing() -> None:
    votes = np.array([[5, 5, 0, 0, 0, 0, 0, 0, 0, 0], [4, 1, 1, 1, 1, 1, 1, 0, 0, 0],
                      [0, 0, 0, 0, 0, 0, 0, 0, 0, 10]], dtype=np.uint8)  # fmt: skip
    assert list(majority(votes)) == [-1, 0, -1]


def test_agreement_counts_decided_rows_only() -> None:
    votes = np.array([[9, 0, 0, 0, 0, 0, 0, 0, 1, 0], [0, 8, 0, 0, 0, 0, 0, 0, 2, 0],
                      [3, 3, 4, 0, 0, 0, 0, 0, 0, 0]], dtype=np.uint8)  # fmt: skip
    labels = np.array(["neutral", "sad", "happy"], dtype=object)
    assert agreement(labels, votes) == (0.5, 2)


def test_an_unknown_mode_is_named() -> None:
    with pytest.raises(ValueError, match="majority, probability"):
        vote_targets(np.zeros((1, 10), np.uint8), "plurality")  # type: ignore[arg-type]
    assert len(VOTE_EXPRESSIONS) == 8
