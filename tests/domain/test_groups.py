"""Groups: connected components, and people of equal names."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fercurate.domain.groups import group_equal, join_groups, join_pairs, members


@given(st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=30))
def test_joined_groups_are_connected_components(pairs: list[tuple[int, int]]) -> None:
    groups = join_pairs(20, pairs)
    assert all(groups[a] == groups[b] for a, b in pairs)
    assert all(groups[g] == g <= i for i, g in enumerate(groups))
    count = len(set(groups))
    for keep in range(len(pairs)):
        fewer = pairs[:keep] + pairs[keep + 1 :]
        assert len(set(join_pairs(20, fewer))) in (count, count + 1)


def test_groups_of_text_leave_the_nameless_alone() -> None:
    source = np.array(["a", "a", "b", "a", "a"], dtype=object)
    subject = np.array(["S1", "S1", "S1", "", ""], dtype=object)
    groups = group_equal(source, subject)
    assert list(groups) == [0, 0, 2, 3, 4]
    assert list(join_groups(groups, join_pairs(5, [(4, 1)]))) == [0, 0, 2, 3, 0]
    assert {k: list(v) for k, v in members(groups).items()} == {0: [0, 1]}
