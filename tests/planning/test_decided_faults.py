"""Faults that people find, in a plan: who is left out, and who stays whatever is measured."""

import numpy as np
import pytest

from fercurate.domain.decisions.decision import Decision
from fercurate.recipe.model import Recipe
from tests.domain.decisions.made import told
from tests.planning.decided_plans import (
    DRAWN,
    SIX,
    Row,
    decided,
    manifest,
    plan,
    recipe,
    rows_of,
)

READERS = ("anna", "ben", "carl")


def fault(sample: str, *answers: str, question: str = "occluded") -> list[Decision]:
    """What some people answered about a fault of one sample."""
    names = zip(READERS, answers, strict=False)
    return [told(sample, answer, who, question=question) for who, answer in names]


DISPUTED = [
    *fault("toy:0", "yes", "no", "no"),
    *fault("toy:1", "yes", "yes", "no"),
    *fault("toy:2", "yes", "no"),
    *fault("toy:3", "no", "no", "unsure"),
    *fault("toy:4", "yes"),
]


@pytest.mark.parametrize(
    ("rule", "left"), [("any", [3]), ("majority", [0, 2, 3]), ("none", [0, 1, 2, 3])]
)
def test_how_many_must_find_a_fault_is_told_by_the_recipe(rule: str, left: list[int]) -> None:
    made = plan(SIX, DISPUTED, f"decisions: {{drop: {rule}}}\n")
    assert rows_of(made) == {"train": left, "val": [4], "test": [5]}
    gone = 4 - len(left)
    assert made.decisions["dropped"] == ({"occluded": gone} if gone else {})
    assert made.decisions["drops_by"] == rule
    assert set(made.verdicts.reasons) - {""} == ({"decision: occluded"} if gone else set())


def test_evaluation_splits_are_cleaned_only_with_a_permission() -> None:
    text = "decisions: {splits: [train, val, test], allow_relabeled_evaluation: true}\n"
    rows: list[Row] = [*SIX, ("V", "happy")]
    assert rows_of(plan(rows, DISPUTED, text))["val"] == [6]
    assert rows_of(plan(rows, DISPUTED))["val"] == [4, 6]


@pytest.mark.parametrize("question", ["keep", "blurred", "not_face", "label_noise"])
def test_any_question_may_leave_a_sample_out(question: str) -> None:
    answer = "no" if question == "keep" else "yes"
    made = plan(SIX, fault("toy:1", answer, question=question))
    assert rows_of(made)["train"] == [0, 2, 3]
    assert made.verdicts.reasons[1] == f"decision: {question}"
    assert made.decisions["answers"] == {question: {answer: 1}}


def test_what_is_no_face_is_left_out() -> None:
    made = plan(SIX, [told("toy:1", "not_face"), told("toy:4", "not_face")])
    assert rows_of(made) == {"train": [0, 2, 3], "val": [4], "test": [5]}
    assert made.decisions["dropped"] == {"not_face": 1}
    assert made.verdicts.reasons[1] == "decision: not_face"


def test_an_answer_to_the_question_itself_goes_before_the_label() -> None:
    people = [told("toy:1", "not_face"), told("toy:1", "no", question="not_face")]
    assert rows_of(plan(SIX, people))["train"] == [0, 1, 2, 3]
    assert rows_of(plan(SIX, [people[0], people[1]._replace(author="ben")]))["train"] == [
        0,
        1,
        2,
        3,
    ]
    assert rows_of(plan(SIX, people[:1]))["train"] == [0, 2, 3]


def test_one_of_three_who_sees_no_face_is_no_majority() -> None:
    people = [told("toy:1", label, who) for who, label in zip(READERS, ("fear", "fear", "not_face"),
                                                             strict=True)]  # fmt: skip
    assert rows_of(plan(SIX, people))["train"] == [0, 1, 2, 3]


def test_who_is_to_be_kept_is_kept_whatever_others_find() -> None:
    people = [*fault("toy:1", "yes", "yes"), told("toy:1", "yes", "carl", question="keep")]
    people += [told("toy:2", "not_face"), told("toy:2", "yes", question="keep")]
    made = plan(SIX, people)
    assert rows_of(made)["train"] == [0, 1, 2, 3]
    assert made.decisions["dropped"] == {}


def test_of_several_faults_the_first_is_the_reason() -> None:
    people = [told("toy:1", "yes", question=name) for name in ("watermark", "blurred")]
    people += [told("toy:2", "yes", question="blurred"), told("toy:2", "no", question="keep")]
    made = plan(SIX, people)
    assert made.verdicts.reasons[[1, 2]].tolist() == ["decision: blurred", "decision: keep"]
    assert made.decisions["dropped"] == {"blurred": 1, "keep": 1}


def passing(wanted: Recipe, criterion: str) -> list[int]:
    """Whom a criterion may not leave out, of the six."""
    table = manifest(SIX)
    people = [
        *(told(f"toy:{row}", "no", question="occluded") for row in (0, 4)),
        *(told(f"toy:{row}", "yes", question="keep") for row in (1, 5)),
        *fault("toy:2", "yes", "no"),
    ]
    found = decided(table, people, wanted)
    assert found is not None
    scope = found.in_scope(wanted.splits.sides(table), wanted.splits)
    return np.flatnonzero(found.passing(criterion, scope)).tolist()


@pytest.mark.parametrize(
    ("text", "of_occluded", "of_others"),
    [
        ("decisions: {}\n", [0, 1], [1]),
        ("decisions: {splits: [val], allow_relabeled_evaluation: true}\n", [4], []),
        (
            "decisions: {splits: [train, val, test], allow_relabeled_evaluation: true}\n",
            [0, 1, 4, 5],
            [1, 5],
        ),
        ("decisions: {drop: none}\n", [], []),
        (f"{DRAWN}decisions: {{}}\n", [], []),
    ],
)
def test_no_and_keep_overrule_a_criterion_where_decisions_count(
    text: str, of_occluded: list[int], of_others: list[int]
) -> None:
    assert passing(recipe(text), "occluded") == of_occluded
    assert passing(recipe(text), "blurred") == of_others


@pytest.mark.parametrize("kind", ["stratified_kfold, folds: 2", "leave_one_subject_out"])
def test_folds_stand_in_train_so_decisions_count(kind: str) -> None:
    allowed = "{allow_relabeled_evaluation: true}"
    wanted = recipe(f"splits: {{kind: {kind}}}\ndecisions: {allowed}\n")
    assert passing(wanted, "occluded") == [0, 1, 4, 5]
