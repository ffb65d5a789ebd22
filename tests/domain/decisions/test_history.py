"""Many decisions: one union whatever the order, and of each question the last answer."""

from collections.abc import Sequence
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from fercurate.domain.decisions.decision import Decision
from fercurate.domain.decisions.history import NOTHING_DECIDED, DecisionHistory
from fercurate.domain.decisions.lines import parse_lines
from tests.domain.decisions.made import disputes, drawn_decisions, told

FILES = st.lists(st.lists(disputes(), max_size=6), min_size=1, max_size=4)


def history(*decisions: Decision) -> DecisionHistory:
    return DecisionHistory(decisions)


def union(files: Sequence[Sequence[Decision]]) -> DecisionHistory:
    return DecisionHistory.union(DecisionHistory(tuple(one)) for one in files)


@given(FILES, st.data())
def test_the_order_of_files_and_lines_makes_no_difference(
    files: list[list[Decision]], data: st.DataObject
) -> None:
    shuffled = [data.draw(st.permutations(one)) for one in data.draw(st.permutations(files))]
    one, other = union(files), union(shuffled)
    assert (one.text, one.digest, one.valid) == (other.text, other.digest, other.valid)
    everything = union([[line for file in files for line in file]])
    assert (everything.text, everything.digest) == (one.text, one.digest)


@given(FILES)
def test_a_union_holds_every_line_once_by_time(files: list[list[Decision]]) -> None:
    found = union(files)
    assert len(found) == len(set(found)) == len({line for file in files for line in file})
    assert [one.time for one in found] == sorted(one.time for one in found)
    assert parse_lines(found.text) == list(found)


@given(FILES, FILES, FILES)
def test_unions_may_be_grouped_as_one_likes(
    a: list[list[Decision]], b: list[list[Decision]], c: list[list[Decision]]
) -> None:
    first, second, third = union(a), union(b), union(c)
    left = DecisionHistory.union([DecisionHistory.union([first, second]), third])
    right = DecisionHistory.union([first, DecisionHistory.union([second, third])])
    assert left == right == union([*a, *b, *c])


@given(FILES)
def test_a_union_with_itself_or_with_nothing_is_itself(files: list[list[Decision]]) -> None:
    found = union(files)
    assert DecisionHistory.union([found, found, NOTHING_DECIDED]) == found
    assert DecisionHistory.union([found]) == found


@given(st.lists(drawn_decisions(), max_size=5))
def test_a_file_written_and_read_has_the_same_digest(decisions: list[Decision]) -> None:
    found = union([decisions])
    assert DecisionHistory(tuple(parse_lines(found.text))).digest == found.digest


@given(st.lists(disputes(), max_size=12))
def test_of_each_key_the_latest_counts(decisions: list[Decision]) -> None:
    found = union([decisions])
    for key in {one.key for one in decisions}:
        mine = [one for one in decisions if one.key == key]
        latest = max(one.time for one in mine)
        counted = [one for one in found.valid if one.key == key]
        possible = {one for one in mine if one.time == latest}
        assert len(counted) <= 1
        assert set(counted) <= possible
        assert counted or any(one.answer == "" for one in possible)


def test_the_last_by_time_counts_wherever_it_stands() -> None:
    early, late = told("toy:1", "sad", moment=1), told("toy:1", "fear", moment=2)
    assert history(early, late).valid == history(late, early).valid == (late,)
    assert history(early, late).digest == history(late).digest
    assert history(early, late).text != history(late, early).text


def test_of_equal_times_the_later_line_counts() -> None:
    one, other = told("toy:1", "sad"), told("toy:1", "fear")
    assert history(one, other).valid == (other,)
    assert history(other, one).valid == (one,)


def test_authors_and_questions_have_answers_of_their_own() -> None:
    lines = (
        told("toy:1", "sad", "ben", moment=3),
        told("toy:1", "fear", "anna", moment=2),
        told("toy:1", "yes", "anna", question="occluded", moment=1),
        told("toy:2", "sad", "anna"),
    )
    assert set(history(*lines).valid) == set(lines)
    assert history(*lines).authors == ("anna", "ben")
    assert history(*lines).questions == {"label", "occluded"}


def test_what_is_undone_does_not_count_and_may_be_said_again() -> None:
    said, undone = told("toy:1", "sad", moment=1), told("toy:1", "", moment=2)
    other = told("toy:2", "fear")
    taken_back = history(said, undone, other)
    assert taken_back.valid == (other,)
    assert taken_back.digest == history(other).digest
    assert taken_back.authors == ("anna",)
    assert len(taken_back) == 3
    again = told("toy:1", "happy", moment=3)
    assert set(history(said, undone, other, again).valid) == {other, again}


def test_an_undoing_of_another_author_or_question_undoes_nothing() -> None:
    said = told("toy:1", "sad", moment=1)
    others = (
        told("toy:1", "", "ben", moment=2),
        told("toy:1", "", question="keep", moment=2),
        told("toy:2", "", moment=2),
    )
    assert history(said, *others).valid == (said,)


def test_the_order_of_lines_is_not_in_the_digest() -> None:
    lines = [told(f"toy:{row}", "sad", moment=row % 3) for row in range(5)]
    digests = {history(*order).digest for order in permutations(lines)}
    assert len(digests) == 1


def test_every_field_that_counts_is_in_the_digest() -> None:
    one = told("toy:1", "sad")
    for name in one._fields:
        other = one._replace(**{name: f"{getattr(one, name)}x"})
        assert history(other).digest != history(one).digest, name


def test_nothing_is_decided_by_nobody() -> None:
    assert (NOTHING_DECIDED.valid, NOTHING_DECIDED.text, len(NOTHING_DECIDED)) == ((), "", 0)
    assert NOTHING_DECIDED.authors == ()
    assert NOTHING_DECIDED.digest == history(told("toy:1", "")).digest
