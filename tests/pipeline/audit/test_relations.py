"""Relations against a loop over all pairs of rows."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fercurate.domain.groups import join_pairs
from fercurate.pipeline.audit.relations import Relation, in_other_splits

ROWS = 12
PLACES = st.lists(st.tuples(st.integers(0, ROWS - 1), st.integers(0, ROWS - 1)), max_size=8)


@given(PLACES, PLACES, st.lists(st.integers(-1, 2), min_size=ROWS, max_size=ROWS), st.booleans())
def test_rows_reach_what_a_loop_finds(
    same: list[tuple[int, int]], near: list[tuple[int, int]], splits: list[int], within: bool
) -> None:
    groups, codes = join_pairs(ROWS, same), np.array(splits)
    pairs = np.array([(groups[a], groups[b]) for a, b in near if groups[a] != groups[b]])
    pairs = np.unique(np.sort(pairs.reshape(-1, 2).astype(np.int64), axis=1), axis=0)
    relation = Relation(groups, pairs, np.full(ROWS, within))
    links = {tuple(pair) for pair in pairs.tolist()}
    shares = np.array(
        [
            [
                (within and groups[a] == groups[b])
                or (min(groups[a], groups[b]), max(groups[a], groups[b])) in links
                for b in range(ROWS)
            ]
            for a in range(ROWS)
        ]
    )
    expected = np.stack([(shares & (codes == s)).any(axis=1) for s in range(3)], axis=1)
    own = np.eye(3, dtype=bool)[np.maximum(codes, 0)] | (codes < 0)[:, None]
    reached = in_other_splits(relation.reach(codes, 3), codes)
    assert np.array_equal(reached, expected & ~own)
    partners = dict(relation.partners(codes, reached.any(axis=1)))
    assert sorted(partners) == np.flatnonzero(reached.any(axis=1)).tolist()
    assert all(shares[row, other] and codes[row] != codes[other] for row, other in partners.items())
    linked = shares & (groups[:, None] != groups) if within else shares
    across = (codes[:, None] >= 0) & (codes >= 0) & (codes[:, None] != codes)
    counts = linked.sum() // 2, (linked & across).sum() // 2
    assert relation.pair_count(codes, 3) == counts
