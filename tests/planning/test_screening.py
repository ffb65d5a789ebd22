"""Screening in a plan: who is left out, whose copy stays, who is best, in which split."""

from pathlib import Path

import numpy as np
import pytest

from fercurate.domain.plan import BuildPlan
from fercurate.domain.votes import VOTE_COLUMNS
from fercurate.planning.evidence import Evidence
from fercurate.planning.plan import plan_build
from fercurate.planning.screening import Screening
from fercurate.recipe.loader import parse_recipe
from fercurate.screening.judge import Judgment

HEAD = """
version: 1
name: own
description: own
sources: [toy]
labels: {scheme: seven}
"""
NATIVE = "splits: {kind: native, train: [Training], val: [PublicTest], test: [PrivateTest]}\n"
SHARES = "splits: {kind: grouped_stratified, train: 0.5, test: 0.5}\n"

Row = tuple[str, str, str, float]
"""Native split, label, the criterion that it fails or nothing, quality."""


def plan(rows: list[Row], text: str, twins: list[int] | None = None) -> BuildPlan:
    table = _manifest(rows)
    reasons = np.array([row[2] for row in rows], dtype=object)
    enhanced = np.array([row[3] < 0 for row in rows])
    screening = Screening(Judgment(reasons, enhanced), np.abs([row[3] for row in rows]))
    votes = np.zeros((len(rows), len(VOTE_COLUMNS)), dtype=np.uint8)
    groups = np.arange(len(rows)) if twins is None else np.array(twins)
    copies = None if twins is None else groups
    evidence = Evidence(table, votes, table.text("digest"), groups, copies, screening)
    return plan_build(evidence, parse_recipe(HEAD + text, "own").recipe)


def _manifest(rows: list[Row]):
    from fercurate.domain.manifest import NUMBER_COLUMNS, TEXT_COLUMNS, Manifest

    texts = {name: np.full(len(rows), "", dtype=object) for name in TEXT_COLUMNS}
    texts["id"] = np.array([f"toy:{n}" for n in range(len(rows))], dtype=object)
    texts["digest"] = np.array([f"d{n}" for n in range(len(rows))], dtype=object)
    texts["source"][:] = "toy"
    texts["native_split"] = np.array([row[0] for row in rows], dtype=object)
    texts["expression"] = np.array([row[1] for row in rows], dtype=object)
    numbers = {name: np.full(len(rows), -1, kind) for name, kind in NUMBER_COLUMNS.items()}
    return Manifest.from_columns({**texts, **numbers})


def rows_of(made: BuildPlan) -> dict[str, list[int]]:
    return {p.split: list(p.rows) for p in made.main_plans}


ROWS: list[Row] = [
    ("Training", "happy", "", 0.9),
    ("Training", "happy", "occluded", 0.1),
    ("Training", "sad", "", 0.5),
    ("PublicTest", "sad", "not_human", 0.5),
    ("PublicTest", "sad", "", 0.5),
    ("PrivateTest", "sad", "not_face", 0.5),
    ("PrivateTest", "sad", "", 0.5),
]


def test_every_split_is_screened_unless_the_recipe_says_which() -> None:
    everywhere = plan(ROWS, NATIVE + "screen: {}\n")
    assert rows_of(everywhere) == {"train": [0, 2], "val": [4], "test": [6]}
    assert everywhere.dropped["screening: occluded"] == {"happy": 1}
    chosen = plan(ROWS, NATIVE + "screen: {splits: [train, val]}\n")
    assert rows_of(chosen) == {"train": [0, 2], "val": [4], "test": [5, 6]}


def test_the_screened_test_repeats_the_test_samples_that_pass() -> None:
    made = plan(ROWS, NATIVE + "screen: {splits: [train], test_screened: true}\n")
    assert rows_of(made)["test"] == [5, 6]
    assert rows_of(made)["test_screened"] == [6]


def test_a_criterion_that_is_kept_drops_nobody() -> None:
    made = plan(ROWS, NATIVE + "screen: {criteria: {occluded: keep}}\n")
    assert rows_of(made)["train"] == [0, 1, 2]


def test_without_a_screening_nobody_is_looked_at() -> None:
    assert rows_of(plan(ROWS, NATIVE))["train"] == [0, 1, 2]


def test_of_copies_in_a_split_the_first_stays() -> None:
    rows: list[Row] = [
        ("Training", "happy", "occluded", 0.9),
        ("Training", "happy", "", 0.9),
        ("Training", "happy", "", 0.9),
        ("PublicTest", "happy", "", 0.9),
        ("PrivateTest", "happy", "", 0.9),
    ]
    text = NATIVE + "screen: {criteria: {duplicate: drop}}\n"
    made = plan(rows, text, twins=[0, 0, 0, 0, 0])
    assert rows_of(made) == {"train": [1], "val": [3], "test": [4]}


def test_of_copies_with_different_labels_none_stays() -> None:
    rows: list[Row] = [
        ("Training", "happy", "", 0.9),
        ("Training", "sad", "", 0.9),
        ("Training", "fear", "", 0.9),
        ("PublicTest", "happy", "", 0.9),
        ("PrivateTest", "happy", "", 0.9),
    ]
    made = plan(rows, NATIVE + "screen: {criteria: {duplicate: drop}}\n", twins=[0, 0, 2, 0, 4])
    assert rows_of(made) == {"train": [2], "val": [3], "test": [4]}
    assert made.dropped["copy with another label in the split"] == {"happy": 1, "sad": 1}


def test_the_best_of_a_class_are_selected_where_asked() -> None:
    rows: list[Row] = [("Training", "happy", "", q) for q in (0.2, 0.9, 0.5, 0.9)]
    rows += [("Training", "sad", "", 0.1), ("PublicTest", "happy", "", 0.1)]
    rows += [("PublicTest", "happy", "", 0.3), ("PrivateTest", "happy", "", 0.1)]
    text = NATIVE + "select: {per_class: {happy: 2}, splits: [train]}\n"
    assert rows_of(plan(rows, text)) == {"train": [1, 3, 4], "val": [5, 6], "test": [7]}


def test_too_few_samples_to_select_from_are_reported() -> None:
    made = plan(ROWS, NATIVE + "select: {per_class: {happy: 9}, splits: [train]}\n")
    assert rows_of(made)["train"] == [0, 1, 2]
    assert made.notes == ("select: happy: only 2 samples of 9 wanted",)


def test_before_random_splits_everyone_is_screened() -> None:
    rows: list[Row] = [("Training", "happy", "" if n % 2 else "occluded", 0.5) for n in range(20)]
    made = plan(rows, SHARES + "screen: {}\n")
    assert sorted(row for rows in rows_of(made).values() for row in rows) == list(range(1, 20, 2))


def test_a_class_that_loses_far_more_is_warned_of() -> None:
    rows: list[Row] = [("Training", "happy", "", 0.5) for _ in range(60)]
    rows += [("Training", "fear", "occluded" if n < 8 else "", 0.5) for n in range(20)]
    rows += [("PublicTest", "happy", "", 0.5), ("PrivateTest", "happy", "", 0.5)]
    said = [
        [text for text in plan(rows, NATIVE + screen).warnings if text.startswith("screening")]
        for screen in ("screen: {}\n", "screen: {criteria: {occluded: keep}}\n")
    ]
    assert len(said[0]) == 1
    assert said[0][0].startswith("screening: class fear loses 40.0%")
    assert said[1] == []


def test_a_native_split_named_twice_is_a_clear_error() -> None:
    from fercurate.errors import InputError

    text = "splits: {kind: native, train: [Training], test: ['toy:Training']}\nscreen: {}\n"
    with pytest.raises(InputError, match="own: splits: the native split toy:Training is taken"):
        plan(ROWS, text)


def test_light_is_cured_only_where_samples_are_screened() -> None:
    rows: list[Row] = [
        ("Training", "happy", "", -0.5),
        ("Training", "happy", "", 0.5),
        ("PublicTest", "happy", "", -0.5),
        ("PrivateTest", "happy", "", -0.5),
    ]
    made = plan(rows, NATIVE + "screen: {criteria: {low_contrast: enhance}, splits: [train]}\n")
    assert made.enhanced is not None
    assert made.enhanced.tolist() == [True, False, False, False]
    assert plan(rows[1:2] + rows[2:], NATIVE).enhanced is None


@pytest.mark.parametrize("name", ["clean_five", "clean_seven"])
def test_the_clean_recipes_build_what_they_say(
    run, merged_store: Path, tmp_path: Path, name: str
) -> None:
    import shutil

    from fercurate.export.reader import read_export

    shutil.copy(merged_store, tmp_path / "s.h5")
    shutil.copytree(merged_store.with_name("s.h5.parts"), tmp_path / "s.h5.parts")
    done = run("build", "--recipe", name, "--store", "s.h5", "--output", name)
    assert done.code == 0, done.err
    splits = {rows.split: rows for rows in read_export(tmp_path / name)}
    screened = {"test_screened"} if name == "clean_seven" else set()
    assert set(splits) == {"train", "val", "test"} | screened
    if screened:
        official = set(splits["test"].text["sample_id"])
        assert set(splits["test_screened"].text["sample_id"]) < official
        assert len(official) == 30
    assert run("audit", name).code == 0
