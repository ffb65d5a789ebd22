"""Classes made of several expressions: labels, votes, targets; and classes that stay empty."""

from typing import Any

import numpy as np
import pytest

from fercurate.domain.manifest import NUMBER_COLUMNS, TEXT_COLUMNS, Manifest
from fercurate.domain.plan import BuildPlan
from fercurate.domain.votes import VOTE_COLUMNS
from fercurate.planning.evidence import Evidence
from fercurate.planning.plan import plan_build
from fercurate.planning.remarks import empty_classes, untested_classes
from fercurate.recipe.loader import parse_recipe

TEXT = """
version: 1
name: own
description: own
sources: [toy]
labels:
  scheme: {{name: own, classes: {classes}}}
  contempt: {contempt}
{rest}
"""
MERGED = "{negative: [angry, disgust, fear], happy: [happy], other: [neutral]}"
NATIVE = "splits: {kind: native, train: [Training], test: [PrivateTest]}\n"


def plan(
    samples: list[tuple[str, str]],
    votes: list[dict[str, int]] | None = None,
    *,
    classes: str = MERGED,
    contempt: str = "drop",
    rest: str = NATIVE,
) -> BuildPlan:
    """The plan of samples, each of an expression and a native split."""
    count = len(samples)
    texts = {name: np.full(count, "", dtype=object) for name in TEXT_COLUMNS}
    texts["id"] = np.array([f"toy:{n:03d}" for n in range(count)], dtype=object)
    texts["digest"] = texts["id"]
    texts["source"][:] = "toy"
    texts["expression"] = np.array([one for one, _ in samples], dtype=object)
    texts["native_split"] = np.array([split for _, split in samples], dtype=object)
    numbers = {name: np.full(count, -1, kind) for name, kind in NUMBER_COLUMNS.items()}
    table = Manifest.from_columns({**texts, **numbers})
    counted = [[one.get(name, 0) for name in VOTE_COLUMNS] for one in votes or [{}] * count]
    evidence = Evidence(
        table, np.array(counted, dtype=np.uint8), table.text("digest"), np.arange(count)
    )
    text = TEXT.format(classes=classes, contempt=contempt, rest=rest)
    return plan_build(evidence, parse_recipe(text, "own").recipe)


def in_train(*expressions: str) -> list[tuple[str, str]]:
    return [*((one, "Training") for one in expressions), ("happy", "PrivateTest")]


@pytest.mark.parametrize(
    ("contempt", "labels", "dropped"),
    [
        ("drop", [0, 0, 0, 1, 2, -1, -1, 1], {"contempt": 1, "sad": 1}),
        ("negative", [0, 0, 0, 1, 2, 0, -1, 1], {"sad": 1}),
        ("other", [0, 0, 0, 1, 2, 2, -1, 1], {"sad": 1}),
    ],
)
def test_expressions_count_to_their_class(
    contempt: str, labels: list[int], dropped: dict[str, int]
) -> None:
    samples = in_train("angry", "disgust", "fear", "happy", "neutral", "contempt", "sad")
    made = plan(samples, contempt=contempt)
    assert made.labels.tolist() == labels
    assert made.dropped == {"outside the scheme": dropped}


VOTED: dict[str, tuple[dict[str, int], dict[str, Any]]] = {
    "split among expressions of one class": (
        {"anger": 3, "disgust": 3, "neutral": 4},
        {"majority": 0, "probability": [0.6, 0, 0.4], "multi_target": [1, 0, 1]},
    ),
    "single votes for a class are no outliers together": (
        {"anger": 1, "disgust": 1, "fear": 1, "happiness": 7},
        {"majority": 1, "probability": [0.3, 0.7, 0], "multi_target": [1, 1, 0]},
    ),
    "one class alone": (
        {"anger": 2, "disgust": 8},
        {"majority": 0, "probability": [1, 0, 0], "multi_target": [1, 0, 0]},
    ),
    "outside the scheme": (
        {"sadness": 9, "anger": 1},
        {"majority": -1, "probability": None, "multi_target": None},
    ),
}


@pytest.mark.parametrize("mode", ["majority", "probability", "crossentropy", "multi_target"])
@pytest.mark.parametrize("case", VOTED)
def test_votes_are_summed_into_the_class(case: str, mode: str) -> None:
    votes, expected = VOTED[case]
    sure = {"happiness": 10}
    text = NATIVE.replace("splits", "  ferplus: {mode: " + mode + "}\nsplits")
    made = plan(in_train("sad", "happy"), [votes, sure, sure], rest=text)
    wanted = expected["probability" if mode == "crossentropy" else mode]
    if mode == "majority":
        assert made.labels[0] == wanted
        return
    assert made.labeling.targets is not None
    kept = 0 in made.train.rows
    assert kept == (wanted is not None)
    if kept:
        np.testing.assert_allclose(made.labeling.targets[0], wanted, atol=0.02)


def test_contempt_s_votes_go_where_contempt_goes() -> None:
    votes = [{"contempt": 5, "anger": 3, "happiness": 2}, {"happiness": 10}, {"happiness": 10}]
    text = NATIVE.replace("splits", "  ferplus: {mode: majority}\nsplits")
    made = plan(in_train("sad", "happy"), votes, contempt="negative", rest=text)
    assert made.labels[0] == 0


@pytest.mark.parametrize(
    ("samples", "rest", "says"),
    [
        (in_train("happy", "angry"), NATIVE,
         ["no split has a sample of other: nothing is learned of this class",
          "test has no sample of negative"]),
        (in_train("happy", "angry"), NATIVE + "class_weights: balanced\n",
         ["no split has a sample of other: nothing is learned of this class, and the weight is 0",
          "test has no sample of negative"]),
        ([*in_train("happy"), ("angry", "PrivateTest"), ("neutral", "PrivateTest")], NATIVE,
         ["train has no sample of negative, other: nothing is learned of these classes"]),
        ([*in_train("happy", "angry", "neutral"), ("fear", "PrivateTest"),
          ("neutral", "PrivateTest")], NATIVE, []),
    ],
)  # fmt: skip
def test_a_class_that_stays_empty_is_warned_of(
    samples: list[tuple[str, str]], rest: str, says: list[str]
) -> None:
    assert list(plan(samples, rest=rest).warnings) == says


def test_the_sentences_name_every_empty_class_once() -> None:
    counts = {"train": np.array([3, 0, 0]), "val": np.array([0, 1, 0])}
    assert empty_classes(("a", "b", "c"), counts, weighted=False) == (
        "no split has a sample of c: nothing is learned of this class",
        "train has no sample of b: nothing is learned of this class",
        "val has no sample of a",
    )


def test_folds_that_do_not_test_a_class_are_told() -> None:
    labels, folds = np.array([0, 0, 0, 1, 1, 1]), np.array([0, 1, 2, 0, 0, 1])
    said = untested_classes(("a", "b", "c"), labels, folds)
    assert said == ("not every fold tests every class: b in 2 of 3",)
    assert untested_classes(("a", "b", "c"), labels[:3], folds[:3]) == ()
