"""One answer of several people: majorities, unanimity, faults; who is unsure does not count."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fercurate.domain.decisions.answers import AnswerTable
from fercurate.domain.decisions.consensus import UNDECIDED, agreed_codes, agreed_faults
from tests.domain.decisions.made import read_by

PEOPLE = ("anna", "ben", "carl", "dora")


def agreed(rule: str, *answers: str) -> str:
    """What follows from the labels of some people on one sample, "" for nothing."""
    table = AnswerTable.of("label", read_by([answers], PEOPLE[: len(answers)]))
    (code,) = agreed_codes(table, rule)  # type: ignore[arg-type]
    return "" if code == UNDECIDED else table.names[code]


@pytest.mark.parametrize(
    ("answers", "majority", "unanimous"),
    [
        (("sad",), "sad", "sad"),
        (("sad", "sad"), "sad", "sad"),
        (("sad", "fear"), "", ""),
        (("sad", "sad", "fear"), "sad", ""),
        (("sad", "fear", "angry"), "", ""),
        (("sad", "sad", "fear", "angry"), "sad", ""),
        (("sad", "sad", "fear", "fear"), "", ""),
        (("sad", "unsure"), "sad", "sad"),
        (("sad", "fear", "unsure"), "", ""),
        (("unsure", "unsure", "unsure", "sad"), "sad", "sad"),
        (("unsure", "unsure"), "", ""),
        (("not_face", "not_face", "sad"), "not_face", ""),
        (("not_face", "sad"), "", ""),
        (("contempt",), "contempt", "contempt"),
    ],
    ids="-".join,
)
def test_labels_of_several_people(answers: tuple[str, ...], majority: str, unanimous: str) -> None:
    assert agreed("majority", *answers) == majority
    assert agreed("unanimous", *answers) == unanimous


def faults(rule: str, question: str, *answers: str) -> int:
    table = AnswerTable.of(question, read_by([answers], PEOPLE[: len(answers)], question))
    faulty = "no" if question == "keep" else "yes"
    (found,) = agreed_faults(table, rule, faulty)  # type: ignore[arg-type]
    return int(found)


@pytest.mark.parametrize(
    ("answers", "any_one", "majority"),
    [
        (("yes",), 1, 1),
        (("no",), 0, 0),
        (("yes", "no"), 1, -1),
        (("yes", "no", "no"), 1, 0),
        (("yes", "yes", "no"), 1, 1),
        (("yes", "yes", "no", "no"), 1, -1),
        (("no", "no", "unsure"), 0, 0),
        (("yes", "unsure", "unsure"), 1, 1),
        (("yes", "no", "unsure"), 1, -1),
        (("unsure", "unsure"), -1, -1),
    ],
    ids=lambda one: "-".join(one) if isinstance(one, tuple) else str(one),
)
def test_faults_by_one_or_by_more_than_half(
    answers: tuple[str, ...], any_one: int, majority: int
) -> None:
    assert faults("any", "occluded", *answers) == any_one
    assert faults("majority", "occluded", *answers) == majority
    turned = [{"yes": "no", "no": "yes"}.get(one, one) for one in answers]
    assert faults("any", "keep", *turned) == any_one
    assert faults("majority", "keep", *turned) == majority


def test_many_samples_are_decided_each_for_itself() -> None:
    rows = [["sad", "sad", "fear"], ["", "fear", ""], ["angry", "sad", ""], ["unsure", "", ""]]
    table = AnswerTable.of("label", read_by(rows, PEOPLE[:3]))
    named = [table.names[code] if code >= 0 else "" for code in agreed_codes(table, "majority")]
    assert dict(zip(table.samples.tolist(), named, strict=True)) == {
        "toy:0": "sad",
        "toy:1": "fear",
        "toy:2": "",
        "toy:3": "",
    }


@pytest.mark.parametrize("rule", ["majority", "unanimous", "dawid_skene"])
def test_nothing_follows_from_nothing(rule: str) -> None:
    table = AnswerTable.of("label", [])
    assert agreed_codes(table, rule).tolist() == []  # type: ignore[arg-type]
    silent = AnswerTable.of("label", read_by([["unsure", ""], ["unsure", "unsure"]], PEOPLE[:2]))
    assert agreed_codes(silent, rule).tolist() == [UNDECIDED] * 2  # type: ignore[arg-type]
    assert agreed_faults(AnswerTable.of("keep", []), "any", "no").tolist() == []


ANSWERED = st.lists(
    st.lists(st.sampled_from(["sad", "fear", "happy", "unsure", ""]), min_size=3, max_size=3),
    min_size=1,
    max_size=6,
)


@given(ANSWERED, st.permutations(range(3)))
def test_who_is_called_how_makes_no_difference(rows: list[list[str]], order: list[int]) -> None:
    for rule in ("majority", "unanimous"):
        one = AnswerTable.of("label", read_by(rows, PEOPLE[:3]))
        other = AnswerTable.of("label", read_by(rows, [PEOPLE[place] for place in order]))
        np.testing.assert_array_equal(agreed_codes(one, rule), agreed_codes(other, rule))


@given(ANSWERED)
def test_the_unanimous_are_a_majority_and_believed(rows: list[list[str]]) -> None:
    table = AnswerTable.of("label", read_by(rows, PEOPLE[:3]))
    unanimous = agreed_codes(table, "unanimous")
    decided = unanimous >= 0
    np.testing.assert_array_equal(agreed_codes(table, "majority")[decided], unanimous[decided])


def test_who_is_right_more_often_is_believed_more() -> None:
    rng = np.random.default_rng(5)
    words = np.array(["sad", "fear", "happy", "angry"])
    truth = rng.integers(0, 4, 300)
    guessed = rng.random((300, 5)) > (0.95, 0.9, 0.3, 0.3, 0.3)
    said = words[np.where(guessed, rng.integers(0, 4, (300, 5)), truth[:, None])]
    table = AnswerTable.of("label", read_by(said.tolist(), (*PEOPLE, "emil")))
    right = [table.names.index(one) for one in words[truth]]
    majority, believed = (agreed_codes(table, rule) for rule in ("majority", "dawid_skene"))
    assert (believed == right).mean() >= (majority == right).mean() + 0.1
    assert (believed == right).mean() >= 0.93


def test_the_only_answer_on_a_sample_is_the_answer() -> None:
    rows = [["happy"]] * 10 + [["sad"]]
    table = AnswerTable.of("label", read_by(rows, ["anna"]))
    named = [table.names[code] for code in agreed_codes(table, "dawid_skene")]
    assert named == [*["happy"] * 10, "sad"]
