"""Plans of any small corpus: nobody is lost, nobody is divided, order does not matter."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fercurate.domain.manifest import NUMBER_COLUMNS, TEXT_COLUMNS, Manifest
from fercurate.domain.plan import BuildPlan
from fercurate.domain.votes import VOTE_COLUMNS
from fercurate.planning.evidence import Evidence
from fercurate.planning.plan import plan_build
from fercurate.recipe.loader import parse_recipe

HEAD = "version: 1\nname: own\ndescription: own\nsources: [toy]\nlabels: {scheme: seven}\n"
NATIVE = "splits: {kind: native, train: [Training], val: [PublicTest], test: [PrivateTest]}\n"
RANDOM = "splits: {kind: grouped_stratified, train: 0.5, val: 0.25, test: 0.25}\n"
FOLDS = "splits: {kind: subject_kfold, folds: 3}\n"
POLICIES = ("drop_train", "drop_eval", "move")

Row = dict[str, str]
CORPORA = st.lists(
    st.fixed_dictionaries(
        {
            "expression": st.sampled_from(["happy", "sad", "fear", "contempt"]),
            "native_split": st.sampled_from(["Training", "PublicTest", "PrivateTest", "Other"]),
            "subject": st.sampled_from(["", "", "", "S1", "S2", "S3", "S4"]),
            "sequence": st.sampled_from(["", "", "", "1", "2"]),
            "digest": st.integers(0, 30).map(str),
        }
    ),
    min_size=4,
    max_size=16,
)
ALONE: list[Row] = [
    {"expression": name, "native_split": split, "digest": f"{split}{name}"}
    for split in ("Training", "PublicTest", "PrivateTest")
    for name in ("happy", "sad", "fear")
]
"""Samples that resemble nobody, so that no split is ever empty."""


def numbered(rows: list[Row]) -> list[Row]:
    whole = [dict.fromkeys(("subject", "sequence"), "") | row for row in (*rows, *ALONE)]
    return [row | {"id": f"toy:{number}", "source": "toy"} for number, row in enumerate(whole)]


def plan(rows: list[Row], text: str) -> BuildPlan:
    """Plan a build of these rows."""
    texts = {name: np.array([r.get(name, "") for r in rows], dtype=object) for name in TEXT_COLUMNS}
    numbers = {name: np.full(len(rows), -1, kind) for name, kind in NUMBER_COLUMNS.items()}
    table = Manifest.from_columns({**texts, **numbers})
    votes = np.zeros((len(rows), len(VOTE_COLUMNS)), dtype=np.uint8)
    evidence = Evidence(table, votes, table.text("digest"), np.arange(len(rows)))
    return plan_build(evidence, parse_recipe(HEAD + text, "own").recipe)


def splits(made: BuildPlan, rows: list[Row]) -> dict[str, str]:
    """The split of each sample that is in one, by id."""
    return {rows[row]["id"]: p.split for p in made.main_plans for row in p.rows}


def kin(rows: list[Row], split: dict[str, str], *columns: str) -> dict[tuple[str, ...], set[str]]:
    """The splits in which those lie who agree in some columns, none of them empty."""
    found: dict[tuple[str, ...], set[str]] = {}
    for row in rows:
        key = tuple(row[column] for column in columns)
        if all(key) and row["id"] in split:
            found.setdefault(key, set()).add(split[row["id"]])
    return found


@pytest.mark.parametrize("text", [NATIVE, RANDOM])
@given(rows=CORPORA.map(numbered))
@settings(max_examples=60, deadline=None)
def test_every_sample_is_in_one_split_or_left_out_for_a_reason(text: str, rows: list[Row]) -> None:
    made = plan(rows, text)
    written = [row for p in made.main_plans for row in p.rows.tolist()]
    dropped = sum(sum(classes.values()) for classes in made.dropped.values())
    assert len(written) == len(set(written))
    assert len(written) + dropped == len(rows)
    assert all(rows[row]["expression"] != "contempt" for row in written)


@given(rows=CORPORA.map(numbered))
@settings(max_examples=60, deadline=None)
def test_random_splits_divide_no_person_recording_or_picture(rows: list[Row]) -> None:
    split = splits(plan(rows, RANDOM), rows)
    for columns in (["subject"], ["sequence"], ["digest"]):
        assert all(len(names) == 1 for names in kin(rows, split, *columns).values())


@pytest.mark.parametrize("policy", POLICIES)
@given(rows=CORPORA.map(numbered))
@settings(max_examples=40, deadline=None)
def test_repaired_splits_share_nobody(policy: str, rows: list[Row]) -> None:
    split = splits(plan(rows, f"{NATIVE}leaks: {policy}\n"), rows)
    for column in ("subject", "sequence", "digest"):
        assert all(len(names) == 1 for names in kin(rows, split, column).values())


@given(rows=CORPORA.map(numbered))
@settings(max_examples=40, deadline=None)
def test_folds_divide_no_person(rows: list[Row]) -> None:
    known = [row | {"subject": row["subject"] or row["digest"]} for row in rows]
    made = plan(known, FOLDS)
    (train,) = made.main_plans
    assert made.folds is not None
    people: dict[str, set[int]] = {}
    for row in train.rows.tolist():
        people.setdefault(known[row]["subject"], set()).add(int(made.folds[row]))
    assert all(len(folds) == 1 for folds in people.values())
    assert set.union(*people.values()) == {0, 1, 2}


@pytest.mark.parametrize("text", [NATIVE, RANDOM, f"{NATIVE}leaks: drop_train\n"])
@given(rows=CORPORA.map(numbered), data=st.data())
@settings(max_examples=40, deadline=None)
def test_the_order_of_samples_does_not_matter(
    text: str, rows: list[Row], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(rows))
    assert splits(plan(rows, text), rows) == splits(plan(shuffled, text), shuffled)
