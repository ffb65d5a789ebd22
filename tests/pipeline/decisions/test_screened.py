"""What people say goes before what is measured: criteria, copies, and who is best."""

import csv
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fercurate.domain.decisions.decision import Decision
from fercurate.domain.lineage import LineageEntry
from fercurate.domain.sample import Sample
from fercurate.pipeline.measure.known import known_scores
from fercurate.store.store import Store
from fercurate.store.writer import open_writer
from tests.pipeline.decisions.people import built, on, recipe, stored, summary, written

CRITERION = "low_contrast"
EVERYWHERE = {"splits": ["train", "val", "test"], "allow_relabeled_evaluation": True}


class Screened:
    """A measured store, a threshold that a fifth of it fails, and builds by it."""

    def __init__(self, store: Path, folder: Path) -> None:
        self.store, self.folder, self.count = store, folder, 0
        self.digests, natives = stored(store), stored(store, "native_split")
        with Store.open(store) as opened:
            scores = dict(zip(self.digests, known_scores(opened)[CRITERION], strict=True))
        self.threshold = float(np.quantile(list(scores.values()), 0.8))
        train = [name for name in self.digests if natives[name] == "Training"]
        self.failing = [name for name in train if scores[name] >= self.threshold]
        self.passing = [name for name in train if scores[name] < self.threshold]
        self.failing_test = [
            name for name in self.digests
            if natives[name] == "PrivateTest" and scores[name] >= self.threshold
        ]  # fmt: skip

    def say(self, samples: list[str], question: str, answer: str, who: str = "anna") -> list[Any]:
        return [on(self.digests, one, answer, question=question, author=who) for one in samples]

    def build(self, said: list[Decision], **decisions: Any) -> dict[str, dict[str, str]]:
        """Build by these decisions; the table of samples by id."""
        self.count += 1
        criteria = {CRITERION: self.threshold}
        loaded = recipe(decisions, screen={"preset": "none", "criteria": criteria})
        file = written(self.folder / "d.jsonl", said)
        export = built(self.store, self.folder / f"o{self.count}", loaded, [file])
        with (export / "samples.csv").open(newline="") as table:
            return {row["sample_id"]: row for row in csv.DictReader(table)}


@pytest.fixture
def screened(shared_filtered: Path, tmp_path: Path) -> Screened:
    return Screened(shared_filtered, tmp_path)


def reasons(table: dict[str, dict[str, str]], samples: list[str]) -> set[str]:
    return {table[name]["reason"] for name in samples}


def test_no_overrules_the_criterion_that_was_asked_about(screened: Screened) -> None:
    overruled, left = screened.failing[:5], screened.failing[5:]
    table = screened.build(screened.say(overruled, CRITERION, "no"))
    assert reasons(table, overruled) == {""}
    assert {table[name]["split"] for name in overruled} == {"train"}
    assert reasons(table, left) == {f"screening: {CRITERION}"}
    assert {table[name]["stage"] for name in left} == {"screening"}
    other = screened.build(screened.say(overruled, "blurred", "no"))
    assert reasons(other, overruled) == {f"screening: {CRITERION}"}


def test_who_is_to_be_kept_is_kept_whatever_it_fails(screened: Screened) -> None:
    kept, left = screened.failing[:5], screened.failing[5:]
    table = screened.build(screened.say(kept, "keep", "yes"))
    assert reasons(table, kept) == {""}
    assert reasons(table, left) == {f"screening: {CRITERION}"}


def test_yes_leaves_out_whatever_the_score(screened: Screened) -> None:
    faulty = screened.passing[:5]
    table = screened.build(screened.say([*faulty, *screened.failing[:2]], CRITERION, "yes"))
    assert reasons(table, faulty) == {f"decision: {CRITERION}"}
    assert {table[name]["stage"] for name in faulty} == {"decisions"}
    assert reasons(table, screened.failing[:2]) == {f"decision: {CRITERION}"}
    assert reasons(table, screened.failing[2:]) == {f"screening: {CRITERION}"}


@pytest.mark.parametrize(
    ("rule", "answers", "reason"),
    [
        ("majority", ("no", "no", "yes"), ""),
        ("majority", ("no", "yes"), f"screening: {CRITERION}"),
        ("any", ("no", "no", "unsure"), ""),
        ("any", ("no", "no", "yes"), f"decision: {CRITERION}"),
        ("none", ("no", "no", "no"), f"screening: {CRITERION}"),
    ],
)
def test_several_people_overrule_by_the_rule_of_the_recipe(
    rule: str, answers: tuple[str, ...], reason: str, screened: Screened
) -> None:
    said = [
        one
        for who, answer in zip("abc", answers, strict=False)
        for one in screened.say(screened.failing[:3], CRITERION, answer, who)
    ]
    assert reasons(screened.build(said, drop=rule), screened.failing[:3]) == {reason}


def test_evaluation_splits_are_overruled_only_with_a_permission(screened: Screened) -> None:
    said = screened.say(screened.failing_test, CRITERION, "no")
    assert said, "it would prove nothing"
    plain = screened.build(said)
    assert reasons(plain, screened.failing_test) == {f"screening: {CRITERION}"}
    assert reasons(screened.build(said, **EVERYWHERE), screened.failing_test) == {""}


LIGHTER = "lighter:0"


def with_a_near_copy(store: Path, original: str, split: str) -> None:
    """Store a picture of the same class that is a little lighter, in a split of FER-2013."""
    with Store.open(store) as opened:
        row = opened.manifest.text("id").tolist().index(original)
        (image,) = opened.images([row])
        label = str(opened.manifest.text("expression")[row])
    lighter = np.clip(image.astype(int) + 2, 0, 255).astype(np.uint8)
    with open_writer(store, "planted") as writer:
        writer.append(Sample(LIGHTER, "fer2013", lighter, label, label, split, "x", row=0))
        writer.commit(LineageEntry("fer2013", "x", "test", "", "0", "now"))


def near(store: Path, said: list[Decision], **sections: Any) -> dict[str, str]:
    """Why samples are left out of a build by these decisions."""
    output = store.with_name("o")
    file = written(store.with_name("d.jsonl"), said)
    built(store, output, recipe({}, **sections), [file], overwrite=output.exists())
    with (output / "samples.csv").open(newline="") as table:
        return {row["sample_id"]: row["reason"] for row in csv.DictReader(table)}


@pytest.fixture
def measured(shared_filtered: Path, tmp_path: Path) -> Path:
    shutil.copy(shared_filtered, tmp_path / "store.h5")
    shutil.copytree(f"{shared_filtered}.parts", tmp_path / "store.h5.parts")
    return tmp_path / "store.h5"


ORIGINAL = "fer2013:0000007"
LEAKED = "person, sequence or copy in another split"


@pytest.mark.parametrize("asked", [(LIGHTER, ORIGINAL), (ORIGINAL, LIGHTER)])
def test_another_picture_is_no_leak(asked: tuple[str, str], measured: Path) -> None:
    with_a_near_copy(measured, ORIGINAL, "PrivateTest")
    assert near(measured, [], leaks="drop_train")[ORIGINAL] == LEAKED
    digests = stored(measured)
    said = [on(digests, asked[0], "no", question="same_picture", given=asked[1])]
    assert near(measured, said, leaks="drop_train")[ORIGINAL] == ""
    assert summary(measured.with_name("o"))["decisions"]["set_apart"] == 1
    said = [on(digests, ORIGINAL, "yes", question="same_picture", given=LIGHTER)]
    assert near(measured, said, leaks="drop_train")[ORIGINAL] == LEAKED


def test_the_same_picture_is_a_leak_that_nobody_would_find(measured: Path) -> None:
    digests, natives = stored(measured), stored(measured, "native_split")
    other = next(name for name in digests if natives[name] == "PrivateTest")
    assert near(measured, [], leaks="drop_train")[ORIGINAL] == ""
    said = [on(digests, other, "yes", question="same_picture", given=ORIGINAL)]
    assert near(measured, said, leaks="drop_train")[ORIGINAL] == LEAKED
    assert summary(measured.with_name("o"))["decisions"]["joined_pairs"] == 1


NEAR = {"preset": "none", "criteria": {"duplicate": 0.9}}
COPY = "copy of another sample of the split"


def copied(measured: Path, question: str, answer: str, given: str = "") -> str:
    """Why the lighter copy is left out, where people say so of it."""
    said = [on(stored(measured), LIGHTER, answer, question=question, given=given)]
    return near(measured, said, screen=NEAR)[LIGHTER]


def test_another_picture_is_no_copy(measured: Path) -> None:
    with_a_near_copy(measured, ORIGINAL, "Training")
    assert near(measured, [], screen=NEAR)[LIGHTER] == COPY
    assert copied(measured, "same_picture", "no", ORIGINAL) == ""
    assert copied(measured, "duplicate", "yes") == "decision: duplicate"


@pytest.mark.parametrize(("question", "answer"), [("keep", "yes"), ("duplicate", "no")])
def test_a_copy_that_people_want_to_keep_is_kept(
    question: str, answer: str, measured: Path
) -> None:
    with_a_near_copy(measured, ORIGINAL, "Training")
    assert copied(measured, question, answer) == ""
