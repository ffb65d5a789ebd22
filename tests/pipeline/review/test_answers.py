"""What was answered so far: which answers count, which are faults, which were given together."""

from typing import Any

import numpy as np
import pytest

from fercurate.domain.decisions.decision import Decision
from fercurate.pipeline.review.answers import ReviewAnswers, is_fault, shown_chance


def decided(answer: str, second: float = 0, **changes: Any) -> Decision:
    """An answer to ``occluded`` at a second of a minute."""
    facts = {
        "sample_id": "toy:1",
        "digest": "0" * 64,
        "question": "occluded",
        "answer": answer,
        "given": "0.250",
        "author": "anna",
        "time": f"2026-01-02T03:04:{second:09.6f}Z",
        "mode": "shown",
        "queue": "occluded",
        "tool": "fercurate",
    }
    return Decision(**(facts | changes))


def told(*decisions: tuple[int, Decision]) -> ReviewAnswers:
    answers = ReviewAnswers()
    for place, one in decisions:
        answers.add(place, one, 0.25)
    return answers


@pytest.mark.parametrize(
    ("question", "answer", "given", "fault"),
    [
        ("label", "sad", "happy", True),
        ("label", "happy", "happy", False),
        ("label", "not_face", "happy", True),
        ("label", "unsure", "happy", None),
        ("occluded", "yes", "0.250", True),
        ("occluded", "no", "0.250", False),
        ("occluded", "unsure", "0.250", None),
        ("same_picture", "yes", "toy:2", True),
    ],
)
def test_what_finds_a_fault(question: str, answer: str, given: str, fault: bool | None) -> None:
    assert is_fault(decided(answer, question=question, given=given)) is fault


def test_the_last_answer_counts() -> None:
    answers = told((3, decided("yes", 1)), (5, decided("no", 2)), (3, decided("unsure", 3)))
    assert len(answers) == 2
    assert 3 in answers
    assert answers[3].answer == "unsure"
    assert answers.faults() == [False, False]
    places, faulty = answers.sure()
    assert (places.tolist(), faulty.tolist()) == ([5], [False])
    assert (places.dtype, faulty.dtype) == (np.int64, bool)


def test_what_is_undone_is_not_there() -> None:
    answers = told((3, decided("yes", 1, mode="control")), (3, decided("", 2, mode="control")))
    assert (len(answers), 3 in answers, answers.is_control(3)) == (0, False, False)
    assert answers.controls() == answers.faults() == answers.last_batch() == []
    assert [len(one) for one in answers.sure()] == [0, 0]


def test_controls_are_told_apart_with_their_chances() -> None:
    answers = ReviewAnswers()
    answers.add(1, decided("yes", 1), 0.9)
    answers.add(2, decided("yes", 2, mode="control"), 0.25)
    answers.add(3, decided("no", 3, mode="control"), 0.5)
    assert answers.controls() == [(0.25, True), (0.5, False)]
    assert [place for place in (1, 2, 3) if answers.is_control(place)] == [2, 3]
    answers.add(2, decided("no", 4), 0.25)
    assert answers.controls() == [(0.5, False)]


def test_the_last_batch_are_those_written_at_one_time() -> None:
    answers = told(
        (9, decided("yes", 1)),
        (4, decided("yes", 2)),
        (7, decided("no", 2.000001)),
        (1, decided("no", 2.000002)),
    )
    assert answers.last_batch() == [4, 7, 1]
    assert told((9, decided("yes", 1)), (4, decided("yes", 1.000002))).last_batch() == [4]
    assert ReviewAnswers().last_batch() == []


@pytest.mark.parametrize(
    ("given", "chance"), [("0.250", 0.25), ("happy", 0.5), ("", 0.5), ("7", 1.0), ("-1", 0.0)]
)
def test_the_chance_of_a_line_is_taken_where_it_says_one(given: str, chance: float) -> None:
    assert shown_chance(decided("yes", given=given), 0.5) == chance
