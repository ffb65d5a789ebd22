"""Decisions where chance draws splits: shares, a val taken from train, folds."""

from collections import Counter

import numpy as np
import pytest

from fercurate.domain.decisions.decision import Decision
from fercurate.domain.plan import BuildPlan
from fercurate.errors import RecipeError
from tests.domain.decisions.made import told
from tests.planning.decided_plans import DRAWN, Row, plan, recipe, rows_of

MANY: list[Row] = [("T", ("happy", "sad", "fear")[row % 3]) for row in range(60)]
SOME = range(0, 60, 4)
FAULTY = [told(f"toy:{row}", "yes", question="blurred") for row in SOME]
RELABELED = [told(f"toy:{row}", "angry") for row in SOME]


FOLDS = (
    "splits: {kind: stratified_kfold, folds: 3}\ndecisions: {allow_relabeled_evaluation: true}\n"
)
HALVES = "splits: {kind: grouped_stratified, train: 0.5, test: 0.5}\n"


@pytest.mark.parametrize("text", [DRAWN, HALVES])
def test_of_drawn_splits_only_train_is_cleaned(text: str) -> None:
    before, made = (plan(MANY, people, f"{text}decisions: {{}}\n") for people in ([], FAULTY))
    rows, all_rows = rows_of(made), rows_of(before)
    assert rows["train"] == [row for row in all_rows["train"] if row not in SOME]
    assert {name: rows[name] for name in rows if name != "train"} == {
        name: all_rows[name] for name in rows if name != "train"
    }
    gone = len(set(all_rows["train"]) & set(SOME))
    assert made.decisions["dropped"] == {"blurred": gone}
    assert 0 < gone < len(SOME)


def test_of_drawn_splits_only_train_is_relabeled() -> None:
    made = plan(MANY, RELABELED, f"{DRAWN}decisions: {{}}\n")
    angry = recipe(DRAWN).scheme.classes.index("angry")
    rows = rows_of(made)
    named = {name: {row for row in rows[name] if made.labels[row] == angry} for name in rows}
    assert named == {"train": set(rows["train"]) & set(SOME), "val": set(), "test": set()}
    assert made.decisions["labeled"] == {"train": len(named["train"])}
    assert set(rows["val"] + rows["test"]) & set(SOME)


SHARE = "{from: Training, share: 0.3}"
FROM_TRAIN = f"splits: {{kind: native, train: [Training], val: {SHARE}, test: [PrivateTest]}}\n"


def shared(people: list[Decision]) -> BuildPlan:
    return plan([*MANY, ("P", "sad")], people, f"{FROM_TRAIN}decisions: {{}}\n")


def test_labels_do_not_count_in_a_val_that_is_drawn_from_train() -> None:
    made = shared(RELABELED)
    angry = recipe(FROM_TRAIN).scheme.classes.index("angry")
    for name, rows in rows_of(made).items():
        mine = set(rows) & set(SOME)
        assert mine or name == "test", "it would prove nothing"
        relabeled = {row for row in rows if made.labels[row] == angry}
        assert relabeled == (mine if name == "train" else set())


def test_a_val_that_is_drawn_from_train_is_not_cleaned() -> None:
    before, after = rows_of(shared([])), rows_of(shared(FAULTY))
    assert set(before["val"]) & set(SOME), "it would prove nothing"
    assert after["val"] == before["val"]
    assert after["train"] == [row for row in before["train"] if row not in SOME]


def test_folds_are_made_of_what_people_left() -> None:
    relabeled = [told(f"toy:{row}", "angry") for row in range(1, 60, 4)]
    text = FOLDS
    made = plan(MANY, [*FAULTY, *relabeled], text)
    assert made.folds is not None
    assert (made.folds[list(SOME)] == -1).all()
    assert sorted(rows_of(made)["train"]) == [row for row in range(60) if row not in SOME]
    classes = recipe(text).scheme.classes
    counts = Counter(made.folds[np.flatnonzero(made.labels == classes.index("angry"))].tolist())
    assert counts == {0: 5, 1: 5, 2: 5}
    assert made.decisions["labeled"] == {"train": 15}


def test_folds_that_are_tested_on_labels_of_people_need_a_key_and_are_warned_of() -> None:
    made = plan(MANY, RELABELED, FOLDS)
    assert any("people gave 15 samples" in text for text in made.warnings)
    with pytest.raises(RecipeError, match=r"folds of train: .* allow_relabeled_evaluation: true"):
        recipe("splits: {kind: stratified_kfold, folds: 3}\ndecisions: {}\n")
