"""A session: what comes next, what a line says, what is refused; who comes back goes on."""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from fercurate import __version__
from fercurate.domain.decisions.decision import Decision
from fercurate.errors import FercurateError, InputError, UsageError
from fercurate.pipeline.decisions.transfer import transfer_decisions
from fercurate.pipeline.review.session import ReviewTile
from fercurate.store.decision_file import DecisionFile
from fercurate.store.store import Store
from tests.pipeline.review.reviews import answer_next, chance_of, coming, counting, lines, review


def keep(tile: ReviewTile) -> str:
    return tile.given


def test_a_line_says_what_was_asked_and_answered(shared_store: Path, file: Path) -> None:
    with review(shared_store, file) as session:
        (tile,) = session.next_tiles(1)
        session.answer([(tile.sample_id, "not_face")])
    with Store.open(shared_store) as store:
        row = store.manifest.text("id").tolist().index(tile.sample_id)
        digest = str(store.manifest.text("digest")[row])
        label = str(store.manifest.text("expression")[row])
    (line,) = lines(file)
    assert (line.sample_id, line.digest, line.given) == (tile.sample_id, digest, label)
    assert (line.question, line.answer, line.author) == ("label", "not_face", "anna")
    assert (line.mode, line.queue, line.tool) == ("shown", "random", f"fercurate {__version__}")
    assert tile.given == label


def test_a_line_of_a_yes_or_no_says_the_chance(shared_filtered: Path, file: Path) -> None:
    with review(shared_filtered, file, "not_human", learn=False) as session:
        tile = session.next_tiles(1)[0]
        session.answer([(tile.sample_id, "yes")])
        assert session.is_grid
    (line,) = lines(file)
    assert (line.question, line.queue, line.answer) == ("not_human", "not_human", "yes")
    assert float(line.given) == chance_of(tile) > 0.5


def test_every_twentieth_line_is_a_control(shared_store: Path, file: Path) -> None:
    with review(shared_store, file) as session:
        answer_next(session, 45)
        page = coming(session, 40)
        session.answer([(name, "sad") for name in reversed(page)])
        assert session.progress().controls[1] == 4
    modes = [one.mode for one in lines(file)]
    assert [number for number, mode in enumerate(modes[:45], 1) if mode == "control"] == [20, 40]
    assert set(modes) == {"shown", "control"}
    paged = {one.sample_id for one in lines(file)[45:] if one.mode == "control"}
    assert paged == {page[14], page[34]}


def test_controls_are_others_for_another_reader(shared_store: Path, tmp_path: Path) -> None:
    drawn = {}
    for author in ("anna", "ben"):
        for attempt in (1, 2):
            file = tmp_path / f"{author}-{attempt}.jsonl"
            with review(shared_store, file, author=author) as session:
                answer_next(session, 60)
            found = [one.sample_id for one in lines(file) if one.mode == "control"]
            assert drawn.setdefault(author, found) == found
    assert drawn["anna"] != drawn["ben"]


@pytest.mark.parametrize("queue", ["random", "label_noise", "not_human"])
def test_who_comes_back_goes_on(shared_filtered: Path, file: Path, queue: str) -> None:
    with review(shared_filtered, file, queue, learn=False) as session:
        told = answer_next(session, 27)
        ahead, progress = coming(session, 60), session.progress()
        assert coming(session, 60) == ahead
    with review(shared_filtered, file, queue, learn=False) as again:
        assert coming(again, 60) == ahead
        assert again.progress() == progress
    assert counting(file) == dict(told)
    assert not {name for name, _ in told} & set(ahead)


def test_another_reader_begins_anew(shared_store: Path, file: Path) -> None:
    with review(shared_store, file) as session:
        first = coming(session)
        answer_next(session, 5)
    with review(shared_store, file, author="ben") as session:
        assert coming(session) == first
        assert session.progress().answered == 0


def test_what_was_answered_elsewhere_is_not_asked_again(shared_filtered: Path, file: Path) -> None:
    """The question makes an answer, not the queue that asked."""
    with review(shared_filtered, file, "random") as session:
        told = answer_next(session, 30)
    with review(shared_filtered, file, "label_noise") as session:
        assert session.progress().answered == 30
        assert not {name for name, _ in told} & set(coming(session, 200))
    with review(shared_filtered, file, "random", question="occluded") as session:
        assert session.progress().answered == 0


def test_an_answer_about_other_pixels_is_asked_again(shared_store: Path, file: Path) -> None:
    with review(shared_store, file) as session:
        first = coming(session)
        answer_next(session, 1)
    (line,) = lines(file)
    file.unlink()
    DecisionFile(file).append([line._replace(digest="f" * 64)])
    with review(shared_store, file) as session:
        assert coming(session) == first


def test_two_sessions_on_one_file_lose_nothing(shared_store: Path, file: Path) -> None:
    with (
        review(shared_store, file) as one,
        review(shared_store, file) as other,
        review(shared_store, file, author="ben") as bens,
    ):
        same = coming(one, 3)
        assert coming(other, 3) == same
        one.answer([(same[0], "sad"), (same[1], "sad")])
        bens.answer([(same[0], "fear")])
        other.answer([(same[1], "happy"), (same[2], "happy")])
        assert bens.undo() == [same[0]]
        assert one.undo() == same[:2]
        assert other.progress().answered == 2
    assert len(lines(file)) == 8
    assert counting(file) == {same[2]: "happy"}
    with review(shared_store, file) as session:
        assert coming(session, 2) == same[:2]


def test_an_answer_stays_while_those_of_others_are_taken_over(
    shared_store: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with review(shared_store, file.with_name("ben.jsonl"), author="ben") as bens:
        answer_next(bens, 2)
    take = DecisionFile.take
    with review(shared_store, file) as session:
        answer_next(session, 1)

        def late(self: DecisionFile, decisions: Sequence[Decision]) -> None:
            answer_next(session, 1)
            take(self, decisions)

        monkeypatch.setattr(DecisionFile, "take", late)
        transfer_decisions([file.with_name("ben.jsonl")], shared_store, file)
    assert sorted(one.author for one in lines(file)) == ["anna", "anna", "ben", "ben"]


def test_blind_shows_nothing_before_the_answer(shared_filtered: Path, file: Path) -> None:
    with review(shared_filtered, file, "label_noise", blind=True) as session:
        tiles = session.next_tiles(80)
        assert tiles == [ReviewTile(tile.sample_id) for tile in tiles]
        session.answer([(tile.sample_id, "sad") for tile in tiles[:20]])
    told = lines(file)
    assert [one.mode for one in told] == ["blind"] * 19 + ["control"]
    assert all(one.given for one in told), "what stood there is written all the same"
    with review(shared_filtered, file, "label_noise") as session:
        assert all(tile.given and tile.chance is not None for tile in session.next_tiles(80))


def test_a_limit_ends_it(shared_store: Path, file: Path) -> None:
    with review(shared_store, file, limit=5) as session:
        assert len(coming(session, 40)) == 5
        answer_next(session, 3)
        assert len(coming(session, 40)) == 2
        session.undo()
        assert len(coming(session, 40)) == 3
        answer_next(session, 3)
        assert session.next_tiles(40) == []
    assert len(counting(file)) == 5


def test_where_says_who_is_asked_about(shared_store: Path, file: Path) -> None:
    with review(shared_store, file, where="expression = 'fear'") as session:
        tiles = session.next_tiles(200)
        assert {tile.given for tile in tiles} == {"fear"}
        assert session.progress().total == len(tiles)
    with Store.open(shared_store) as store:
        assert len(tiles) == (store.manifest.text("expression") == "fear").sum()


REFUSED = {
    "a sample that is not stored": [("nobody", "sad")],
    "a path": [("../../etc/passwd", "sad")],
    "an answer that is none": [("{0}", "fine")],
    "an answer to another question": [("{0}", "yes")],
    "an undoing": [("{0}", "")],
    "twice": [("{0}", "sad"), ("{0}", "sad")],
    "nothing": [],
    "a good one beside a bad one": [("{0}", "sad"), ("{1}", "fine")],
    "a good one beside a stranger": [("{0}", "sad"), ("nobody", "sad")],
}


@pytest.mark.parametrize("answers", REFUSED.values(), ids=REFUSED)
def test_what_is_refused_writes_nothing(
    shared_store: Path, file: Path, answers: list[tuple[str, str]]
) -> None:
    with review(shared_store, file) as session:
        answer_next(session, 2)
        before, progress, ahead = file.read_bytes(), session.progress(), coming(session, 40)
        with pytest.raises(UsageError):
            session.answer([(name.format(*ahead), answer) for name, answer in answers])
        assert file.read_bytes() == before
        assert (session.progress(), coming(session, 40)) == (progress, ahead)


def test_who_is_not_in_the_queue_is_refused(shared_store: Path, file: Path) -> None:
    with review(shared_store, file, where="expression = 'fear'") as session:
        among = coming(session, 200)
        with Store.open(shared_store) as store:
            other = next(name for name in store.manifest.text("id") if name not in among)
        with pytest.raises(UsageError, match="not in this queue"):
            session.answer([(other, "sad")])
    assert not file.exists()


ASKED = {
    "no such queue": ({"queue": "blurred"}, "no queue 'blurred'"),
    "no such question": ({"question": "blurred"}, "no question 'blurred'"),
    "a question for a queue of its own": (
        {"queue": "label_noise", "question": "occluded"}, "--question is for"
    ),
    "a cell for another queue": ({"cell": "fear:sad"}, "--cell and --predictions are for"),
    "predictions for another queue": (
        {"predictions": "mine"}, "--cell and --predictions are for"
    ),
    "an author without a name": ({"author": " "}, "an author has a name"),
    "a condition that is none": ({"where": "expression = "}, "--where"),
    "a condition that nobody meets": ({"where": "source = 'ckplus'"}, "holds no sample"),
}  # fmt: skip


@pytest.mark.parametrize(("asked", "text"), ASKED.values(), ids=ASKED)
def test_what_cannot_be_reviewed_is_said(
    shared_store: Path, file: Path, asked: dict[str, str], text: str
) -> None:
    with (
        pytest.raises(FercurateError, match=re.escape(text)),
        review(shared_store, file, **asked),
    ):
        pass
    assert not file.exists()


def test_a_foreign_file_is_refused_before_anything_is_asked(shared_store: Path, file: Path) -> None:
    file.write_text("id,label\n")
    with pytest.raises(InputError, match="no JSON object"), review(shared_store, file):
        pass
    assert file.read_text() == "id,label\n"


def test_a_control_stays_one_where_it_was_ranked_anew_since_it_was_shown(
    shared_filtered: Path, file: Path
) -> None:
    with review(shared_filtered, file, "not_human", learn=False) as session:
        page = coming(session, 40)
        control = page[19]
        chances = np.zeros(len(session.queue))
        chances[session.place_of(control)] = 1.0  # now it is the first of all
        session._rank(chances)
        session.answer([(name, "no") for name in page])
    assert {one.sample_id: one.mode for one in lines(file)}[control] == "control"
