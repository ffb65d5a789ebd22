"""Labels by people in a plan: in which splits, by which rule, in which scheme."""

import re

import numpy as np
import pytest

from fercurate.domain.votes import VOTE_COLUMNS
from fercurate.errors import RecipeError
from fercurate.recipe.loader import parse_recipe
from tests.domain.decisions.made import at, pixels, told
from tests.planning.decided_plans import (
    DRAWN,
    HEAD,
    NATIVE,
    SEVEN,
    SIX,
    Row,
    labels_of,
    manifest,
    plan,
    recipe,
    rows_of,
)

OWN = {0: "happy", 1: "sad", 2: "neutral", 3: "angry", 4: "sad", 5: "happy"}
EVERYBODY = [told(f"toy:{row}", "fear") for row in range(6)]
EVERYWHERE = "decisions: {splits: [train, val, test], allow_relabeled_evaluation: true}\n"


def test_a_recipe_without_decisions_takes_none() -> None:
    made = plan(SIX, EVERYBODY, "")
    assert labels_of(made) == OWN
    assert (dict(made.decisions), made.notes, made.warnings) == ({}, (), plan(SIX, [], "").warnings)


def test_labels_count_in_train_alone_unless_the_recipe_says_more() -> None:
    made = plan(SIX, EVERYBODY)
    assert labels_of(made) == {0: "fear", 1: "fear", 2: "fear", 3: "fear", 4: "sad", 5: "happy"}
    assert made.decisions["labeled"] == {"train": 4}
    assert made.decisions["splits"] == ["train"]
    assert not [text for text in made.warnings if "people" in text]
    (note,) = made.notes
    assert note.startswith("decisions: 6 by anna: labels of 4 in train by the rule majority")


@pytest.mark.parametrize("splits", ["[val]", "[train, test]", "[train, val, test]"])
@pytest.mark.parametrize("kind", [NATIVE, DRAWN])
def test_evaluation_splits_need_a_permission(splits: str, kind: str) -> None:
    text = HEAD + SEVEN + kind + f"decisions:\n  labels: majority\n  splits: {splits}\n"
    with pytest.raises(RecipeError) as caught:
        parse_recipe(text, "own")
    (fault,) = caught.value.faults
    assert (fault.path, text.splitlines()[fault.line - 1]) == (
        "decisions.splits",
        f"  splits: {splits}",
    )
    named = [name for name in ("val", "test") if name in splits]
    assert fault.message.startswith(f"{' and '.join(named)}: results on relabeled pictures")
    assert "allow_relabeled_evaluation: true" in fault.message


def test_part_of_splits_that_are_drawn_is_refused() -> None:
    text = "decisions: {splits: [train, val], allow_relabeled_evaluation: true}\n"
    with pytest.raises(RecipeError, match="splits are drawn by chance here; expected"):
        recipe(DRAWN + text)


def test_relabeled_evaluation_splits_are_counted_and_warned_of() -> None:
    made = plan(SIX, EVERYBODY, EVERYWHERE)
    assert set(labels_of(made).values()) == {"fear"}
    assert made.decisions["labeled"] == {"train": 4, "val": 1, "test": 1}
    said = [text for text in made.warnings if "people gave" in text]
    assert [text.partition(":")[0] for text in said] == ["val", "test"]
    assert all("1 sample" in text and "compare only to those" in text for text in said)


def test_only_the_splits_that_are_named_are_relabeled() -> None:
    text = "decisions: {splits: [val], allow_relabeled_evaluation: true}\n"
    made = plan(SIX, EVERYBODY, text)
    assert labels_of(made) == OWN | {4: "fear"}
    assert made.decisions["labeled"] == {"val": 1}


def test_nobody_is_warned_of_evaluation_splits_without_decisions() -> None:
    made = plan(SIX, [told("toy:0", "fear")], EVERYWHERE)
    assert not [text for text in made.warnings if "people gave" in text]
    assert made.decisions["labeled"] == {"train": 1, "val": 0, "test": 0}


PEOPLE = [
    *(told("toy:0", label, who) for who, label in zip("abc", ("fear", "fear", "sad"), strict=True)),
    *(told("toy:1", label, who) for who, label in zip("ab", ("fear", "angry"), strict=True)),
    *(told("toy:2", label, who) for who, label in zip("ab", ("fear", "unsure"), strict=True)),
    told("toy:3", "unsure"),
]


@pytest.mark.parametrize(
    ("rule", "labels", "undecided"),
    [
        ("majority", {0: "fear", 2: "fear"}, 2),
        ("unanimous", {2: "fear"}, 3),
        ("none", {}, 0),
    ],
)
def test_who_is_not_agreed_on_keeps_its_own(
    rule: str, labels: dict[int, str], undecided: int
) -> None:
    made = plan(SIX, PEOPLE, f"decisions: {{labels: {rule}}}\n")
    assert labels_of(made) == OWN | labels
    assert made.decisions["undecided_labels"] == undecided
    assert made.decisions["labeled"] == {"train": len(labels)}
    said = f"decisions: {undecided} samples have no label that their authors agree on"
    assert any(text.startswith(said) for text in made.notes) == (undecided > 0)


def test_a_sample_without_a_label_gets_one_where_decisions_count() -> None:
    rows: list[Row] = [("T", ""), ("T", ""), ("V", ""), *SIX]
    people = [told("toy:0", "fear"), told("toy:2", "fear")]
    made = plan(rows, people)
    assert rows_of(made) == {"train": [0, 3, 4, 5, 6], "val": [7], "test": [8]}
    assert labels_of(made)[0] == "fear"
    assert made.verdicts.reasons[[1, 2]].tolist() == ["no label", "outside the scheme"]
    everywhere = plan(rows, people, EVERYWHERE)
    assert rows_of(everywhere)["val"] == [2, 7]
    assert everywhere.verdicts.reasons[1] == "no label"
    assert plan(rows, people, "").verdicts.reasons[:3].tolist() == ["no label"] * 3


def test_a_label_outside_the_scheme_leaves_a_sample_out_where_it_counts() -> None:
    people = [told("toy:0", "contempt"), told("toy:4", "contempt")]
    made = plan(SIX, people)
    assert made.verdicts.reasons[0] == "outside the scheme"
    assert rows_of(made) == {"train": [1, 2, 3], "val": [4], "test": [5]}
    assert made.decisions["labeled"] == {"train": 0}


def test_contempt_counts_to_the_class_that_the_recipe_says() -> None:
    text = "labels: {scheme: seven, contempt: disgust}\ndecisions: {}\n"
    made = plan(SIX, [told("toy:0", "contempt")], text)
    assert labels_of(made, text) == OWN | {0: "disgust"}


def test_classes_that_are_merged_take_their_expressions() -> None:
    merged = "{name: m, classes: {bad: [sad, fear, angry], good: [happy], plain: [neutral]}}"
    text = f"labels: {{scheme: {merged}}}\ndecisions: {{}}\n"
    people = [told("toy:0", "fear"), told("toy:1", "happy"), told("toy:2", "disgust")]
    made = plan(SIX, people, text)
    assert labels_of(made, text) == {0: "bad", 1: "good", 3: "bad", 4: "bad", 5: "good"}
    assert made.verdicts.reasons[2] == "outside the scheme"


def votes(*rows: dict[str, int]) -> np.ndarray:
    return np.array([[row.get(name, 0) for name in VOTE_COLUMNS] for row in rows], dtype=np.uint8)


def test_soft_targets_of_decided_samples_are_one_class() -> None:
    text = "labels: {scheme: eight, ferplus: {mode: probability}}\ndecisions: {}\n"
    mixed = {"happiness": 6, "surprise": 4}
    table = votes(mixed, mixed, {"happiness": 5, "fear": 5}, {}, mixed, mixed)
    people = [told("toy:0", "fear"), told("toy:3", "sad"), told("toy:4", "fear")]
    before, made = (plan(SIX, told_by, text, table) for told_by in ([], people))
    classes = recipe(text).scheme.classes
    targets, soft = made.labeling.targets, before.labeling.targets
    assert targets is not None
    assert soft is not None
    one_hot = np.eye(len(classes), dtype=np.float32)
    np.testing.assert_array_equal(targets[0], one_hot[classes.index("fear")])
    np.testing.assert_array_equal(targets[3], one_hot[classes.index("sad")])
    np.testing.assert_array_equal(targets[[1, 2, 4, 5]], soft[[1, 2, 4, 5]])
    assert sorted(soft[1])[-2:] == pytest.approx([0.4, 0.6])
    assert before.verdicts.reasons[3] == "no votes"
    assert labels_of(made, text)[3] == "sad"
    assert labels_of(made, text)[4] == "happy"


def test_votes_that_decide_nothing_are_decided_by_people() -> None:
    text = "labels: {scheme: eight, ferplus: {mode: majority}}\ndecisions: {}\n"
    tied = {"anger": 5, "fear": 5}
    table = votes(tied, tied, *[{"sadness": 9}] * 4)
    made = plan(SIX, [told("toy:0", "angry"), told("toy:1", "unsure")], text, table)
    assert labels_of(made, text)[0] == "angry"
    assert made.verdicts.reasons[1] == "votes undecided"


def test_contradictions_are_judged_by_the_labels_of_people() -> None:
    words = ["a", "a", "b", "b", "c", "d"]
    digests = [told("x", digest=word * 64).digest for word in words]
    table = manifest([("T", "happy"), ("T", "happy"), ("T", "sad"), ("T", "fear"), *SIX[4:]],
                     digest=digests)  # fmt: skip
    people = [told("toy:0", "sad", digest="a" * 64), told("toy:2", "fear", digest="b" * 64)]
    text = "contradictions: drop\ndecisions: {}\n"
    assert rows_of(plan(table, [], text))["train"] == [0, 1]
    assert rows_of(plan(table, people, text))["train"] == [2, 3]


def test_nothing_is_decided_where_nobody_has_decided() -> None:
    made = plan(SIX, [])
    assert labels_of(made) == OWN
    assert made.notes == ("decisions: there are none yet",)
    assert (made.decisions["counted"], made.decisions["labeled"]) == (0, {"train": 0})


def test_decisions_about_other_pixels_are_listed_and_warned_of() -> None:
    people = [told(f"toy:{row}", "fear", digest="0" * 64) for row in (3, 0, 1)]
    people += [told("toy:77", "fear"), told("toy:77", "yes", question="occluded")]
    made = plan(SIX, [*people, told("toy:2", "fear")])
    assert labels_of(made) == OWN | {2: "fear"}
    assert made.decisions["other_pixels"] == ["toy:0", "toy:1", "toy:3"]
    assert made.decisions["not_stored"] == 1
    assert any(
        text.startswith("decisions on 3 samples are about other pixels")
        and text.endswith("not applied: toy:0, toy:1, toy:3")
        for text in made.warnings
    )
    assert re.search(r"decisions: 1 sample \w+ not stored", " ".join(made.notes))
    assert made.decisions["counted"] == 6


def test_the_last_answer_counts_under_whichever_name_it_was_given() -> None:
    old = told("old:0", "sad", digest=pixels("toy:0"), moment=1)
    people = [old, told("toy:0", "fear", moment=2), old._replace(answer="angry", time=at(3))]
    assert labels_of(plan(SIX, people))[0] == "angry"
