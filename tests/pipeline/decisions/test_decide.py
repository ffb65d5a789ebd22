"""Decisions by hand: all of an order or nothing, under one author, about stored samples."""

import getpass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from fercurate.domain.decisions.decision import Decision
from fercurate.errors import InputError, UsageError
from fercurate.pipeline.decisions.author import checked_author
from fercurate.pipeline.decisions.decide import (
    Answer,
    DecideReport,
    DecideRequest,
    decide,
    read_answers,
)
from fercurate.pipeline.ingest.ingest import ingest
from fercurate.pipeline.ingest.request import IngestRequest
from fercurate.store.decision_file import DecisionFile, store_decisions
from fercurate.synthetic.fer2013 import write_fer2013
from tests.pipeline.decisions.people import built, labels_in, recipe, stored, summary

ONE, TWO, THREE = (f"fer2013:{row:07d}" for row in (7, 8, 9))


def hand(store: Path, *answers: tuple[str, ...], **options: Any) -> DecideReport:
    request = DecideRequest(store, tuple(Answer(*one) for one in answers), **options)
    return decide(request)


def told(store: Path) -> tuple[Decision, ...]:
    return DecisionFile(store_decisions(store)).read().valid


def table(store: Path, text: str) -> Path:
    path = store.with_name("answers.csv")
    path.write_text(text, encoding="utf-8")
    return path


def test_an_answer_holds_what_stood_there_and_whose_pixels(store: Path) -> None:
    digests, labels = stored(store), stored(store, "expression")
    report = hand(store, (ONE, "label", "Happiness"), (TWO, "occluded", "NO"), author="anna")
    assert told(store) == report.decisions
    first, second = report.decisions
    assert first[:6] == (ONE, digests[ONE], "label", "happy", labels[ONE], "anna")
    assert second[:6] == (TWO, digests[TWO], "occluded", "no", "", "anna")
    assert {(one.mode, one.queue) for one in report.decisions} == {("shown", "decide")}
    assert first.tool.startswith("fercurate ")
    assert first.time < second.time
    assert report.counts() == {"label": {"happy": 1}, "occluded": {"no": 1}}
    assert (report.path, report.path.exists()) == (store_decisions(store), True)


def test_they_reach_a_build(store: Path) -> None:
    labels = stored(store, "expression")
    word = "sad" if labels[ONE] != "sad" else "fear"
    hand(store, (ONE, "label", word), (TWO, "keep", "no"), author="anna", mode="blind")
    export = built(store, store.with_name("o"), recipe({}))
    train = labels_in(export, "train")
    assert (train[ONE], TWO in train, THREE in train) == (word, False, True)
    assert summary(export)["decisions"]["authors"] == {"anna": 2}
    hand(store, (ONE, "label", "undo"), (TWO, "keep", "undo"), author="anna")
    assert told(store) == ()
    export = built(store, store.with_name("two"), recipe({}))
    assert labels_in(export, "train")[ONE] == labels[ONE]
    assert TWO in labels_in(export, "train")


def test_the_last_answer_of_an_author_counts(store: Path) -> None:
    hand(store, (ONE, "label", "sad"), author="anna")
    hand(store, (ONE, "label", "fear"), author="ben")
    hand(store, (ONE, "label", "angry"), author="anna")
    assert {(one.author, one.answer) for one in told(store)} == {("anna", "angry"), ("ben", "fear")}


def test_another_file_is_taken_if_one_is_named(store: Path, tmp_path: Path) -> None:
    report = hand(store, (ONE, "label", "sad"), author="anna", decisions=tmp_path / "anna.jsonl")
    assert report.path == tmp_path / "anna.jsonl"
    assert not store_decisions(store).exists()
    assert DecisionFile(tmp_path / "anna.jsonl").read().valid == report.decisions


def test_the_same_picture_names_the_other(store: Path) -> None:
    report = hand(store, (ONE, "same_picture", "yes", TWO), author="anna")
    assert report.decisions[0].given == TWO
    with pytest.raises(InputError, match="1 sample not stored: fer2013:77"):
        hand(store, (ONE, "same_picture", "yes", "fer2013:77"), author="anna")


WRONG: dict[str, tuple[tuple[tuple[str, ...], ...], type[Exception], str]] = {
    "an unknown id": (((ONE, "label", "sad"), ("fer2013:99", "label", "sad")), InputError,
                      "1 sample not stored: fer2013:99. See the ids with: fercurate trace --list"),
    "many unknown ids": (tuple((f"x:{n}", "label", "sad") for n in range(5)), InputError,
                         "5 samples not stored: x:0, x:1, x:2, ..."),
    "an unknown question": (((ONE, "label", "sad"), (TWO, "ocluded", "yes")), UsageError,
                            r"no question 'ocluded' \(did you mean 'occluded'\?"),
    "an unknown answer": (((ONE, "label", "sad"), (TWO, "label", "hapy")), UsageError,
                          r"no answer to label \(did you mean 'happy'\?"),
    "an answer to another": (((ONE, "label", "sad"), (TWO, "keep", "sad")), UsageError,
                             "'sad' is no answer to keep; expected one of yes, no, unsure, undo"),
    "an empty answer": (((ONE, "label", ""),), UsageError, "'' is no answer to label"),
    "twice": (((ONE, "label", "sad"), (ONE, "keep", "no"), (ONE, "label", "sad")), UsageError,
              f"{ONE}: label is answered twice"),
    "nothing": ((), UsageError, "there is nothing to decide; expected a sample and an answer"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_of_a_wrong_order_nothing_is_written(name: str, store: Path) -> None:
    answers, kind, says = WRONG[name]
    with pytest.raises(kind, match=says):
        hand(store, *answers, author="anna")
    assert not store_decisions(store).exists()
    hand(store, (THREE, "label", "sad"), author="anna")
    before = store_decisions(store).read_bytes()
    with pytest.raises(kind, match=says):
        hand(store, *answers, author="anna")
    assert store_decisions(store).read_bytes() == before


def test_a_table_has_a_column_a_question_and_empty_cells_are_no_answers(store: Path) -> None:
    text = f"id,label,occluded,keep\n{ONE},sad,,\n\n{TWO},,yes,no\n{THREE}, Fear ,,\n"
    answers = read_answers(table(store, text))
    assert answers == (
        Answer(ONE, "label", "sad"),
        Answer(TWO, "occluded", "yes"),
        Answer(TWO, "keep", "no"),
        Answer(THREE, "label", "Fear"),
    )
    report = decide(DecideRequest(store, answers, "anna"))
    assert [one.answer for one in report.decisions] == ["sad", "yes", "no", "fear"]


@pytest.mark.parametrize(
    "text", ["\ufeffid,label\r\n{},sad\r\n", "label,sample_id\nsad,{}\n", 'id,label\n"{}","sad"\n']
)
def test_tables_of_other_programs_are_read(text: str, store: Path) -> None:
    assert read_answers(table(store, text.format(ONE))) == (Answer(ONE, "label", "sad"),)


HEADERS = {
    "no id": ("label,keep\n", "the columns label, keep; expected id, and columns named by"),
    "no question": ("id\n", "the columns id; expected id, and columns"),
    "an unknown question": ("id,lable\n", "the columns id, lable"),
    "the same picture": ("id,same_picture\n", "the columns id, same_picture"),
    "two ids": ("id,sample_id,label\n", "the columns id, sample_id, label"),
    "an empty file": ("", "the columns none"),
}


@pytest.mark.parametrize("name", HEADERS)
def test_a_table_with_another_header_is_refused(name: str, store: Path) -> None:
    text, says = HEADERS[name]
    with pytest.raises(InputError, match=rf"answers\.csv:1: {says}"):
        read_answers(table(store, text + f"{ONE},sad,sad\n" * bool(text)))


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (f"id,label\n{ONE},sad\n{TWO},wonderful\n", 3, "'wonderful' is no answer to label"),
        (f"id,label\n\n\n{TWO},hapy\n", 4, r"'hapy' is no answer to label \(did you mean"),
        (f"id,occluded\n{ONE},sad\n", 2, "'sad' is no answer to occluded; expected one of yes"),
        (f"id,label\n{ONE},sad,yes\n", 2, "more or fewer cells than the header"),
        (f"id,label\n{ONE},sad\n{TWO}\n", 3, "more or fewer cells than the header"),
    ],
)
def test_a_wrong_row_is_told_by_its_line(text: str, line: int, says: str, store: Path) -> None:
    with pytest.raises(InputError, match=rf"answers\.csv:{line}: {says}"):
        read_answers(table(store, text))


@pytest.mark.parametrize("rows", [f"{ONE},sad\n{ONE},fear\n", f"{ONE},sad\nfer2013:99,sad\n"])
def test_of_a_table_with_a_fault_nothing_is_written(rows: str, store: Path) -> None:
    answers = read_answers(table(store, f"id,label\n{rows}"))
    with pytest.raises((UsageError, InputError), match=r"answered twice|not stored"):
        decide(DecideRequest(store, answers, "anna"))
    assert not store_decisions(store).exists()


def test_a_table_that_is_none_is_refused(store: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_answers(store.with_name("gone.csv"))
    with pytest.raises(InputError, match="cannot be read"):
        read_answers(store.parent)
    with pytest.raises(InputError, match="cannot be read"):
        read_answers(table(store, 'id,label\n"x,sad\n'))


def test_who_decides_is_the_user_unless_one_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    assert checked_author("anna") == "anna"
    monkeypatch.setattr(getpass, "getuser", lambda: "the user")
    assert checked_author("") == "the user"

    def nobody() -> str:
        raise KeyError("uid not found")

    monkeypatch.setattr(getpass, "getuser", nobody)
    with pytest.raises(UsageError, match=r"author: '': an author has a name.*Name who"):
        checked_author("")
    for name in (" ", "anna ", "an\nna", "a" * 65):
        with pytest.raises(UsageError, match="an author"):
            checked_author(name)


def test_decisions_about_a_store_that_grows_stay_what_they_are(store: Path, tmp_path: Path) -> None:
    hand(store, (ONE, "label", "sad"), author="anna")
    before = store_decisions(store).read_bytes()
    write_fer2013(tmp_path / "more", sizes=(20, 5, 5), seed=9)
    ingest(IngestRequest((tmp_path / "more",), store, name="more"))
    assert store_decisions(store).read_bytes() == before
    assert labels_in(built(store, tmp_path / "o", recipe({})), "train")[ONE] == "sad"


def test_samples_of_odd_file_names_may_be_decided_on(tmp_path: Path) -> None:
    folder = tmp_path / "own" / "happy"
    folder.mkdir(parents=True)
    for number, name in enumerate((b"a\xe9.png", b"b.png")):
        picture = cv2.imencode(".png", np.full((48, 48), 50 * number, np.uint8))[1].tobytes()
        (folder / name.decode("utf-8", "surrogateescape")).write_bytes(picture)
    ingest(IngestRequest((tmp_path / "own",), tmp_path / "s.h5", name="own"))
    odd, plain = sorted(stored(tmp_path / "s.h5"), key=len, reverse=True)
    hand(tmp_path / "s.h5", ("own:happy/a\udce9.png", "label", "sad"), author="anna")
    hand(tmp_path / "s.h5", ("own:happy/b.png", "label", "sad"), author="anna")
    assert {one.sample_id for one in told(tmp_path / "s.h5")} == {odd, plain}


@pytest.mark.parametrize(
    "answer",
    [
        (ONE, "same_picture", "yes"),
        (ONE, "occluded", "yes", TWO),
        (ONE, "same_picture", "yes", ONE),
    ],
)
def test_a_pair_is_of_two_samples_and_only_pairs_are(store: Path, answer: tuple[str, ...]) -> None:
    with pytest.raises(UsageError, match="same_picture, and it alone, names another sample"):
        hand(store, answer, author="anna")
    assert not store_decisions(store).exists()
