"""Copies and repetitions: as many as asked for, pictures and operations in turn."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fercurate.balance.offline import fill_with_copies, numbered_copies
from fercurate.balance.over import repeats
from fercurate.balance.under import keep_some
from fercurate.domain.segments.base import Segment

ROWS = np.array([7, 3, 9, 1, 5])
LABELS = np.array([0, 1, 0, 0, 1])


@dataclass(frozen=True)
class Operation:
    label: str
    draws: bool
    family: str = "flipped"


FLIP, SHAKE = Operation("flip", False), Operation("x", True)


def made(segments: tuple[Segment, ...]) -> list[tuple[str, int, int]]:
    return [
        (segment.op, int(row), int(number))
        for segment in segments
        for row, number in zip(segment.rows, segment.copies, strict=True)
    ]


def test_pictures_and_operations_take_turns() -> None:
    found = made(fill_with_copies(ROWS, LABELS, np.array([4, 1]), [FLIP, Operation("x", False)]))
    assert found == [("flip", 7, 0), ("flip", 1, 0), ("flip", 3, 0), ("x", 9, 0), ("x", 7, 0)]


def test_only_what_draws_is_asked_again() -> None:
    found = made(fill_with_copies(ROWS, LABELS, np.array([0, 7]), [FLIP, SHAKE]))
    assert Counter(op for op, _, _ in found) == {"flip": 2, "x": 5}
    assert len(set(found)) == 7


@given(
    counts=st.lists(st.integers(1, 9), min_size=1, max_size=4),
    missing=st.lists(st.integers(0, 40), min_size=4, max_size=4),
    stochastic=st.lists(st.booleans(), min_size=1, max_size=3),
)
def test_exactly_the_missing_copies_are_made_and_no_two_are_equal(
    counts: list[int], missing: list[int], stochastic: list[bool]
) -> None:
    labels = np.repeat(np.arange(len(counts)), counts)
    rows = np.arange(len(labels))
    operations = [Operation(f"op{n}", drawn) for n, drawn in enumerate(stochastic)]
    most = [count * len(operations) for count in counts]
    wanted = missing[: len(counts)]
    if not any(stochastic):
        wanted = [min(n, limit) for n, limit in zip(wanted, most, strict=True)]
    found = made(fill_with_copies(rows, labels, np.array(wanted), operations))
    assert len(set(found)) == len(found) == sum(wanted)
    assert np.bincount([labels[row] for _, row, _ in found], minlength=len(counts)).tolist() == (
        wanted
    )
    for label, count in enumerate(counts):
        uses = Counter(row for _, row, _ in found if labels[row] == label)
        times = [uses.get(int(row), 0) for row in rows[labels == label]]
        assert len(times) == count
        assert max(times) - min(times) <= 1


def test_repetitions_and_numbered_copies() -> None:
    (segment,) = repeats(ROWS, LABELS, np.array([0, 3]))
    assert made((segment,)) == [("repeat", 3, 1), ("repeat", 5, 1), ("repeat", 3, 2)]
    assert segment.family == "repeated"
    twice = numbered_copies(ROWS, "Affine", 2)
    assert made(twice)[4:6] == [("Affine", 5, 1), ("Affine", 7, 2)]
    assert [one.family for one in twice] == ["augmented", "augmented"]
    assert repeats(ROWS, LABELS, np.array([0, 0])) == ()


def test_the_first_of_each_class_are_kept() -> None:
    assert keep_some(LABELS, np.array([1, 5])).tolist() == [True, True, False, False, True]
