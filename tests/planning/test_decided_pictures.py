"""Equal pictures by people in a plan: pairs that leaks see, and duplicates that are none."""

import numpy as np
import pytest

from fercurate.domain.decisions.decision import Decision
from fercurate.domain.groups import alone
from fercurate.domain.manifest import Manifest
from fercurate.domain.plan import BuildPlan
from fercurate.planning.decisions import DecidedSamples
from tests.domain.decisions.made import told
from tests.planning.decided_plans import Row, decided, manifest, plan, recipe, rows_of

LEAKING: list[Row] = [("T", "happy"), ("T", "sad"), ("V", "happy"), ("P", "happy"), ("T", "sad")]
REPAIRED = "leaks: drop_train\ndecisions: {}\n"
APART = {"train": [0, 1, 4], "val": [2], "test": [3]}


def same(sample: int, other: int, answer: str = "yes", author: str = "anna") -> Decision:
    """What somebody says of two samples."""
    return told(f"toy:{sample}", answer, author, question="same_picture", given=f"toy:{other}")


def repaired(people: list[Decision], text: str = REPAIRED) -> BuildPlan:
    return plan(LEAKING, people, text, duplicates=alone(len(LEAKING)))


def of(people: list[Decision], text: str = "decisions: {}\n") -> DecidedSamples:
    found = decided(manifest(LEAKING), people, recipe(text))
    assert found is not None
    return found


@pytest.mark.parametrize("pair", [(0, 3), (3, 0)])
def test_pictures_that_people_say_are_the_same_are_kin(pair: tuple[int, int]) -> None:
    assert rows_of(repaired([])) == APART
    made = repaired([same(*pair)])
    assert rows_of(made) == {"train": [1, 4], "val": [2], "test": [3]}
    assert made.decisions["joined_pairs"] == 1
    assert made.verdicts.reasons[0] == "person, sequence or copy in another split"
    assert made.kin is not None
    assert made.kin[0] == made.kin[3]


def test_kinship_goes_on_from_pair_to_pair() -> None:
    made = repaired([same(0, 1), same(1, 3), same(4, 2, "no")])
    assert rows_of(made) == {"train": [4], "val": [2], "test": [3]}
    assert (made.decisions["joined_pairs"], made.decisions["set_apart"]) == (2, 1)
    assert made.kin is not None
    assert len(set(made.kin[[0, 1, 3]])) == 1


def test_it_is_nothing_to_a_recipe_that_keeps_leaks() -> None:
    made = plan(LEAKING, [same(0, 3)])
    assert rows_of(made) == APART
    assert made.decisions["joined_pairs"] == 1


def test_a_drawn_split_keeps_them_on_one_side() -> None:
    rows: list[Row] = [("T", ("happy", "sad")[row % 2]) for row in range(40)]
    text = "splits: {kind: grouped_stratified, train: 0.5, test: 0.5}\ndecisions: {}\n"
    people = [same(row, row + 20) for row in range(20)]
    split_of = {row: name for name, some in rows_of(plan(rows, people, text)).items()
                for row in some}  # fmt: skip
    assert [split_of[row] == split_of[row + 20] for row in range(20)] == [True] * 20
    alone_of = {row: name for name, some in rows_of(plan(rows, [], text)).items() for row in some}
    assert not all(alone_of[row] == alone_of[row + 20] for row in range(20))


@pytest.mark.parametrize(
    ("answers", "by_majority", "by_any"),
    [
        (("yes",), (1, 0), (1, 0)),
        (("no",), (0, 1), (0, 1)),
        (("yes", "no"), (0, 0), (1, 0)),
        (("yes", "no", "no"), (0, 1), (1, 0)),
        (("unsure",), (0, 0), (0, 0)),
        (("", "yes"), (1, 0), (1, 0)),
    ],
    ids=str,
)
def test_several_people_decide_by_the_rule_for_faults(
    answers: tuple[str, ...], by_majority: tuple[int, int], by_any: tuple[int, int]
) -> None:
    people = [same(0, 3, answer, who) for who, answer in zip("abc", answers, strict=False)]
    for rule, wanted in (("majority", by_majority), ("any", by_any), ("none", by_majority)):
        found = of(people, f"decisions: {{drop: {rule}}}\n")
        assert (len(found.same), len(found.apart)) == wanted, rule


def test_of_pairs_only_stored_samples_count() -> None:
    found = of([same(0, 77), told("toy:1", "yes", question="same_picture"), same(2, 2)])
    assert found.same.shape == (0, 2)
    assert found.apart.tolist() == []


def test_two_people_may_name_two_pairs_of_one_sample() -> None:
    found = of([same(0, 3, "yes", "anna"), same(0, 2, "yes", "ben")])
    assert sorted(map(tuple, found.same.tolist())) == [(0, 2), (0, 3)]
    contrary = of([same(0, 3, "yes", "anna"), same(0, 2, "no", "ben")])
    assert contrary.same.tolist() == [[0, 3]]


def test_a_pair_is_the_same_from_both_ends() -> None:
    people = [same(0, 3, "yes", "anna"), same(3, 0, "no", "ben"), same(3, 0, "no", "carl")]
    assert of(people).same.tolist() == []


GROUPED = np.array([0, 0, 0, 3, 3])


@pytest.mark.parametrize(
    ("apart", "left"),
    [
        ([1], [0, 1, 0, 3, 3]),
        ([0], [0, 1, 1, 3, 3]),
        ([0, 1], [0, 1, 2, 3, 3]),
        ([0, 1, 2], [0, 1, 2, 3, 3]),
        ([3], [0, 0, 0, 3, 4]),
        ([], [0, 0, 0, 3, 3]),
    ],
    ids=str,
)
def test_who_is_no_duplicate_leaves_its_group_and_the_others_stay(
    apart: list[int], left: list[int]
) -> None:
    people = [same(row, (row + 1) % 5, "no") for row in apart]
    before = GROUPED.copy()
    assert of(people).regrouped(before).tolist() == left
    np.testing.assert_array_equal(before, GROUPED)


def test_what_is_set_apart_is_no_leak() -> None:
    near = np.array([0, 1, 2, 0, 4])
    for people, train in (([], [1, 4]), ([same(0, 3, "no")], [0, 1, 4])):
        regrouped = of(people).regrouped(near)
        made = plan(LEAKING, people, REPAIRED, duplicates=regrouped)
        assert rows_of(made)["train"] == train


def test_equal_pixels_stay_together_whatever_people_say() -> None:
    digests = [told(f"toy:{row}").digest for row in range(5)]
    digests[3] = digests[0]
    table: Manifest = manifest(LEAKING, digest=digests)
    made = plan(table, [same(0, 3, "no")], REPAIRED, duplicates=alone(5))
    assert rows_of(made)["train"] == [1, 4]


def test_who_is_no_copy_of_a_stranger_stays_with_its_own_copies() -> None:
    found = of([same(1, 4, "no"), same(0, 2, "no")])
    assert found.regrouped(GROUPED).tolist() == [0, 1, 1, 3, 3]
