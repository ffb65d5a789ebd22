"""Groupings are equivalences, whatever they are joined of."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fercurate.domain.groups import Groups, group_equal, join_groups, join_pairs, members, regroup

COUNT = 16
PAIRS = st.lists(st.tuples(st.integers(0, COUNT - 1), st.integers(0, COUNT - 1)), max_size=24)
GROUPINGS = st.lists(PAIRS, min_size=1, max_size=3)


def blocks(groups: Groups) -> set[frozenset[int]]:
    """The groups as sets of positions."""
    return {frozenset(np.flatnonzero(groups == name).tolist()) for name in set(groups.tolist())}


def merged(count: int, pairs: list[tuple[int, int]]) -> set[frozenset[int]]:
    """The same by merging sets, one pair after the other."""
    sets = [{position} for position in range(count)]
    for left, right in pairs:
        home, other = (next(s for s in sets if position in s) for position in (left, right))
        if home is not other:
            sets.remove(other)
            home |= other
    return {frozenset(one) for one in sets}


@given(PAIRS)
def test_pairs_are_joined_as_sets_are_merged(pairs: list[tuple[int, int]]) -> None:
    assert blocks(join_pairs(COUNT, pairs)) == merged(COUNT, pairs)


@given(GROUPINGS)
def test_groupings_are_joined_as_sets_are_merged(pairs: list[list[tuple[int, int]]]) -> None:
    joined = join_groups(*(join_pairs(COUNT, some) for some in pairs))
    assert blocks(joined) == merged(COUNT, [pair for some in pairs for pair in some])


@given(GROUPINGS)
def test_a_group_is_named_by_its_first_member(pairs: list[list[tuple[int, int]]]) -> None:
    joined = join_groups(*(join_pairs(COUNT, some) for some in pairs))
    assert all(joined[name] == name for name in joined)
    assert (joined <= np.arange(COUNT)).all()
    assert (join_groups(joined, joined) == joined).all()
    assert (join_groups(*reversed([join_pairs(COUNT, some) for some in pairs])) == joined).all()


@given(PAIRS, st.lists(st.integers(0, COUNT - 1), unique=True))
def test_taking_some_keeps_who_belongs_together(
    pairs: list[tuple[int, int]], some: list[int]
) -> None:
    groups, rows = join_pairs(COUNT, pairs), np.array(some, dtype=np.int64)
    taken = regroup(groups[rows])
    for one in range(len(rows)):
        for other in range(len(rows)):
            together = groups[rows[one]] == groups[rows[other]]
            assert (taken[one] == taken[other]) == together


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["", "x", "y"])), min_size=1))
def test_equal_texts_are_one_group_and_nameless_ones_are_alone(
    texts: list[tuple[str, str]],
) -> None:
    first, last = (np.array(column, dtype=object) for column in zip(*texts, strict=True))
    groups = group_equal(first, last)
    for one, text in enumerate(texts):
        for other, another in enumerate(texts):
            assert (groups[one] == groups[other]) == (
                one == other or (text == another and text[1] != "")
            )
    several = members(groups)
    assert all(len(rows) > 1 and rows[0] == name for name, rows in several.items())
    assert sum(map(len, several.values())) + len(blocks(groups)) - len(several) == len(texts)
