"""Undoing: what was answered together is taken back together, and comes again."""

from pathlib import Path

import pytest

from fercurate.domain.decisions.history import DecisionHistory
from fercurate.store.decision_file import DecisionFile
from tests.pipeline.review.reviews import answer_next, coming, counting, lines, review


def test_one_answer_is_undone(shared_store: Path, file: Path) -> None:
    with review(shared_store, file) as session:
        told = answer_next(session, 4)
        before, ahead = session.progress(), coming(session)
        (last,) = answer_next(session, 1, lambda tile: "not_face")
        assert session.progress().faults == 1
        assert session.undo() == [last[0]]
        assert (session.progress(), coming(session)) == (before, ahead)
    assert counting(file) == dict(told)
    assert [one.answer for one in lines(file)] == ["unsure"] * 4 + ["not_face", ""]
    assert lines(file)[-1]._replace(answer="not_face", time="") == lines(file)[-2]._replace(time="")


def test_a_page_is_undone_whole(shared_store: Path, file: Path) -> None:
    with review(shared_store, file) as session:
        answer_next(session, 3)
        page = coming(session, 40)
        session.answer([(name, "sad") for name in page])
        answer_next(session, 1)
        assert len(session.undo()) == 1
        assert session.undo() == page
        assert coming(session, 40) == page
        assert session.progress().answered == 3
    assert len(counting(file)) == 3


def test_everything_can_be_undone_step_by_step(shared_store: Path, file: Path) -> None:
    with review(shared_store, file) as session:
        start = coming(session, 60)
        told = answer_next(session, 25)
        undone = [session.undo() for _ in range(25)]
        assert undone == [[name] for name, _ in reversed(told)]
        assert coming(session, 60) == start
        assert (session.undo(), session.progress().answered) == ([], 0)
    assert counting(file) == {}
    assert len(lines(file)) == 50


def test_nothing_to_undo_writes_nothing(shared_store: Path, file: Path) -> None:
    with review(shared_store, file) as session:
        assert session.undo() == []
    assert not file.exists()


def test_a_control_comes_back_as_one(shared_store: Path, file: Path) -> None:
    with review(shared_store, file) as session:
        answer_next(session, 19)
        (first,) = answer_next(session, 1)
        assert session.progress().controls[1] == 1
        session.undo()
        assert session.progress().controls[1] == 0
        assert answer_next(session, 1) == [first]
    assert [one.mode for one in lines(file)[19:]] == ["control"] * 3


def test_after_a_restart_the_last_batch_is_undone(shared_store: Path, file: Path) -> None:
    with review(shared_store, file) as session:
        answer_next(session, 2)
        page = coming(session, 7)
        session.answer([(name, "sad") for name in page])
    with review(shared_store, file) as again:
        assert again.undo() == page
        assert len(again.undo()) == 1
        (mine,) = answer_next(again, 1)
        assert again.undo() == [mine[0]]
        assert len(again.undo()) == 1
        assert again.undo() == []
    assert counting(file) == {}


def test_what_others_answered_is_not_undone(shared_store: Path, file: Path) -> None:
    with review(shared_store, file) as session:
        told = answer_next(session, 3)
    with review(shared_store, file, author="ben") as bens:
        assert bens.undo() == []
        answer_next(bens, 2)
    with review(shared_store, file, question="occluded") as another:
        assert another.undo() == []
    with review(shared_store, file) as session:
        assert session.undo() == [told[-1][0]]
    assert len([one for one in DecisionFile(file).read().valid if one.author == "ben"]) == 2


def test_after_a_restart_single_answers_are_undone_singly_whatever_the_clock(
    shared_store: Path, file: Path
) -> None:
    """A clock that went ahead once, or a line of another machine."""
    with review(shared_store, file, author="ben") as bens:
        answer_next(bens, 1)
    (line,) = lines(file)
    ahead = line._replace(time="2090-01-01T00:00:00.000000Z")
    DecisionFile(file).replace(DecisionHistory((ahead,)))
    with review(shared_store, file) as session:
        told = answer_next(session, 3)
    with review(shared_store, file) as again:
        assert again.undo() == [told[-1][0]]


def test_what_is_answered_anew_is_undone_to_what_it_was(shared_store: Path, file: Path) -> None:
    """Two tabs show the same page, and both accept it."""
    with review(shared_store, file) as session:
        first, second = coming(session, 2)
        session.answer([(first, "sad")])
        session.answer([(second, "sad")])
        session.answer([(second, "fear")])
        assert session.undo() == [second]
        assert counting(file) == {first: "sad", second: "sad"}
        assert session.undo() == [second]
        assert session.undo() == [first]


def test_an_undo_that_cannot_be_written_can_be_tried_again(
    shared_store: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with review(shared_store, file) as session:
        told = [answer_next(session, 1)[0][0] for _ in range(2)]
        append = DecisionFile.append
        monkeypatch.setattr(DecisionFile, "append", full_disk)
        with pytest.raises(OSError, match="disk is full"):
            session.undo()
        monkeypatch.setattr(DecisionFile, "append", append)
        assert session.undo() == [told[1]]
        assert session.undo() == [told[0]]


def full_disk(*_: object) -> None:
    raise OSError("the disk is full")
