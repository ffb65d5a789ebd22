"""Which stored samples decisions are about: the id's own pixels, or the pixels under any id."""

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fercurate.domain.decisions.decision import Decision
from fercurate.domain.decisions.matching import MatchedDecisions
from fercurate.domain.text import encode_text
from tests.domain.decisions.made import pixels, told

STORED = [("toy:1", "a"), ("toy:2", "b"), ("toy:3", "b"), ("toy:4", "c"), ("toy:10", "d")]
"""Ids with the words that their pixels are named by; two samples show the same."""


def match(
    decisions: Sequence[Decision], stored: Sequence[tuple[str, str]] = STORED
) -> MatchedDecisions:
    ids, words = [name for name, _ in stored], [word for _, word in stored]
    return MatchedDecisions.of(decisions, encode_text(ids), encode_text(map(pixels, words)))


def about(sample: str, word: str, author: str = "anna") -> Decision:
    return told(sample, "sad", author, digest=pixels(word))


def found(matched: MatchedDecisions) -> list[tuple[int, Decision]]:
    return list(zip(matched.rows.tolist(), matched.decisions, strict=True))


def test_an_id_with_its_own_pixels_is_the_sample_alone() -> None:
    one = about("toy:2", "b")
    matched = match([one])
    assert found(matched) == [(1, one)]
    assert (matched.other_pixels, matched.not_stored, len(matched)) == ((), (), 1)
    assert matched.rows.dtype == np.int64


def test_an_id_with_other_pixels_is_not_matched_even_if_they_are_stored() -> None:
    unknown, known = about("toy:1", "z"), about("toy:4", "b")
    matched = match([unknown, known])
    assert found(matched) == []
    assert matched.other_pixels == (unknown, known)
    assert matched.not_stored == ()


def test_another_id_stands_for_every_sample_with_its_pixels() -> None:
    several, one = about("fer:77", "b"), about("fer:78", "d")
    matched = match([several, one])
    assert found(matched) == [(1, several), (2, several), (4, one)]
    assert (matched.other_pixels, matched.not_stored) == ((), ())


def test_what_is_neither_is_not_stored() -> None:
    absent = about("fer:77", "z")
    assert match([absent]).not_stored == (absent,)
    assert found(match([absent])) == []
    assert match([absent], []).not_stored == (absent,)


def test_all_four_at_once_each_in_its_order() -> None:
    decisions = [
        about("fer:1", "z"),
        about("toy:1", "a"),
        about("toy:1", "a", "ben"),
        about("toy:4", "a"),
        about("fer:2", "b"),
        about("toy:10", "d"),
        about("fer:3", "z"),
        about("toy:2", "z"),
    ]
    matched = match(decisions)
    assert [decisions.index(one) for one in matched.decisions] == [1, 2, 4, 4, 5]
    assert matched.rows.tolist() == [0, 0, 1, 2, 4]
    assert matched.other_pixels == (decisions[3], decisions[7])
    assert matched.not_stored == (decisions[0], decisions[6])


def test_a_removed_sample_is_not_stored_and_its_copy_takes_its_place() -> None:
    removed, kept = about("toy:4", "c"), about("toy:1", "a")
    left = [one for one in STORED if one[0] not in {"toy:4", "toy:2"}]
    matched = match([removed, kept], left)
    assert matched.not_stored == (removed,)
    assert found(matched) == [(0, kept)]
    copied = about("toy:2", "b")
    assert found(match([copied], left)) == [(1, copied)]


def test_a_name_is_matched_whole() -> None:
    decisions = [about(name, "z") for name in ("toy:", "toy:100", "toy:01", "oy:1", "TOY:1", "")]
    matched = match(decisions)
    assert found(matched) == []
    assert matched.not_stored == tuple(decisions)


def test_names_of_any_script_and_length_are_found() -> None:
    odd = [("own:glücklich/ü.png", "a"), ("own:" + "x" * 300, "b"), ("own:日本", "c"), ("z", "d")]
    decisions = [about(*one) for one in odd]
    assert match(decisions, odd).rows.tolist() == [0, 1, 2, 3]
    short = [("a", "a"), ("b", "b")]
    assert match(decisions, short).not_stored == tuple(decisions[2:])


WORDS = st.sampled_from("abc")
STORES = st.lists(st.tuples(st.sampled_from("pqrst"), WORDS), unique_by=lambda one: one[0])


@given(STORES, st.lists(st.tuples(st.sampled_from("pqrstuv"), WORDS), max_size=8))
def test_every_decision_has_one_fate(
    stored: list[tuple[str, str]], asked: list[tuple[str, str]]
) -> None:
    decisions = [about(*one, author=f"reader {n}") for n, one in enumerate(asked)]
    matched, words = match(decisions, stored), dict(stored)
    rows: dict[str, set[int]] = {one.author: set() for one in decisions}
    for row, one in found(matched):
        rows[one.author].add(row)
    for (name, word), one in zip(asked, decisions, strict=True):
        same = {row for row, (_, other) in enumerate(stored) if other == word}
        mine = {row for row, (other, _) in enumerate(stored) if other == name}
        wanted = mine & same if name in words else same
        assert rows[one.author] == wanted
        assert (one in matched.other_pixels) == (words.get(name, word) != word)
        assert (one in matched.not_stored) == (name not in words and not same)
