"""Vote sets: what a word is a vote for, counts of known readers, and who has a majority."""

import numpy as np
import pytest

from fercurate.domain.annotations.vote_set import ANSWERS, VoteSet, parse_answer
from fercurate.domain.expression import EXPRESSIONS
from fercurate.domain.votes import VOTE_COLUMNS


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Happiness", "happy"),
        ("  SAD ", "sad"),
        ("colère", "angry"),
        ("unknown", "unknown"),
        ("Unsure", "unknown"),
        ("don't know", "unknown"),
        ("NF", "not_face"),
        ("Not a face", "not_face"),
        ("not-face", "not_face"),
        ("7", None),
        ("smirk", None),
        ("", None),
        ("x" * 500, None),
    ],
)
def test_words_of_any_spelling_are_understood(text: str, answer: str | None) -> None:
    assert parse_answer(text) == answer


def test_every_column_of_ferplus_is_an_answer() -> None:
    assert {parse_answer(column) for column in VOTE_COLUMNS} == set(ANSWERS)


def test_ferplus_votes_keep_their_meaning() -> None:
    votes = np.eye(10, dtype=np.uint8)
    found = VoteSet.of_ferplus(votes, "m")
    told = [ANSWERS[code] for code in found.counts.argmax(axis=1)]
    assert told == [parse_answer(column) for column in VOTE_COLUMNS]
    assert (found.kind, found.readers) == ("counts", ())


def test_readers_are_counted() -> None:
    codes = np.array([[3, 3, -1], [3, 4, 9], [-1, -1, -1]])
    found = VoteSet.of_codes("lab", "m", ("a", "b", "c"), codes)
    assert found.kind == "readers"
    assert found.counts[0].tolist() == [0, 0, 0, 2, 0, 0, 0, 0, 0, 0]
    assert found.counts[1].tolist() == [0, 0, 0, 1, 1, 0, 0, 0, 0, 1]
    assert found.voted.tolist() == [True, True, False]
    assert found.majority().tolist() == [3, -1, -1]


def test_no_expression_has_a_majority_where_another_answer_leads_or_ties() -> None:
    counts = np.zeros((4, 10), dtype=np.int64)
    counts[0, [0, 1]] = 3, 2
    counts[1, [0, 8]] = 3, 4
    counts[2, [0, 9]] = 3, 3
    counts[3, [0, 1]] = 3, 3
    assert VoteSet("s", "m", counts).majority().tolist() == [EXPRESSIONS.index("angry"), -1, -1, -1]


def test_votes_on_other_samples_are_left_out() -> None:
    codes = np.array([[3, 3], [4, -1]])
    found = VoteSet.of_codes("lab", "m", ("a", "b"), codes).only(np.array([False, True]))
    assert found.voted.tolist() == [False, True]
    assert found.codes is not None
    assert found.codes.tolist() == [[-1, -1], [4, -1]]
