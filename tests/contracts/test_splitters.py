"""What every splitter keeps, whichever it is: ``splits/registry.py`` is asked which there are."""

from dataclasses import FrozenInstanceError, fields, is_dataclass
from typing import Any, get_args, get_type_hints

import numpy as np
import pytest

from fercurate.domain.groups import Groups, group_equal
from fercurate.domain.manifest import NUMBER_COLUMNS, TEXT_COLUMNS, Manifest
from fercurate.domain.plan import SPLIT_NAMES
from fercurate.recipe.loader import json_schema
from fercurate.splits.base import ANYWHERE, SplitEvidence, Splitter
from fercurate.splits.registry import SPLITTERS

PEOPLE, EACH = 24, 3
KEYS: dict[str, dict[str, Any]] = {
    "native": {"train": ("Training",), "test": ("PublicTest",)},
    "grouped_stratified": {"train": 0.5, "test": 0.5},
}
"""The keys that a splitter cannot do without."""


def kind_of(splitter: type[Splitter]) -> str:
    (kind,) = get_args(get_type_hints(splitter)["kind"])
    return str(kind)


def manifest() -> Manifest:
    count = PEOPLE * EACH
    texts = {name: np.full(count, "", dtype=object) for name in TEXT_COLUMNS}
    texts["id"] = np.array([f"toy:{n:03d}" for n in range(count)], dtype=object)
    texts["source"][:] = "toy"
    texts["subject"] = np.array([f"S{n % PEOPLE:02d}" for n in range(count)], dtype=object)
    texts["native_split"] = np.where(
        np.arange(count) % PEOPLE < 18, "Training", "PublicTest"
    ).astype(object)
    numbers = {name: np.full(count, -1, kind) for name, kind in NUMBER_COLUMNS.items()}
    return Manifest.from_columns({**texts, **numbers})


def evidence(rows: np.ndarray | None = None, seed: int = 0) -> SplitEvidence:
    table = manifest()
    chosen = np.arange(len(table)) if rows is None else rows

    def kin(some: np.ndarray) -> Groups:
        return group_equal(table.text("subject")[some])

    return SplitEvidence(table, chosen, np.arange(len(table)) % 7, seed, kin)


@pytest.fixture(params=SPLITTERS, ids=kind_of)
def splitter(request: pytest.FixtureRequest) -> Splitter:
    return request.param(**KEYS.get(kind_of(request.param), {}))


def test_it_is_a_frozen_value_with_a_kind_of_its_own(splitter: Splitter) -> None:
    assert is_dataclass(splitter)
    assert splitter.kind == kind_of(type(splitter))
    with pytest.raises(FrozenInstanceError):
        splitter.kind = "other"
    assert [kind_of(one) for one in SPLITTERS].count(splitter.kind) == 1


def test_every_sample_stands_in_one_split_and_all_keep_their_order(splitter: Splitter) -> None:
    known = evidence()
    assignment = splitter.assign(known)
    assert set(assignment.rows) == set(splitter.names) <= set(SPLIT_NAMES)
    together = np.concatenate(list(assignment.rows.values()))
    assert len(set(together)) == len(together) == len(known.rows)
    assert all((np.diff(rows) > 0).all() for rows in assignment.rows.values())


def test_only_the_samples_asked_for_are_split(splitter: Splitter) -> None:
    asked = np.arange(0, PEOPLE * EACH, 2)
    assignment = splitter.assign(evidence(asked))
    assert set(np.concatenate(list(assignment.rows.values()))) <= set(asked)


def test_nobody_stands_on_two_sides(splitter: Splitter) -> None:
    known = evidence()
    person = known.manifest.text("subject")
    sides = [set(person[rows]) for rows in splitter.assign(known).rows.values()]
    assert not any(sides[a] & sides[b] for a in range(len(sides)) for b in range(a))


def test_the_same_seed_gives_the_same_split(splitter: Splitter) -> None:
    first, again = splitter.assign(evidence(seed=3)), splitter.assign(evidence(seed=3))
    for name, rows in first.rows.items():
        np.testing.assert_array_equal(rows, again.rows[name])


def test_sides_are_told_beforehand_or_not_at_all(splitter: Splitter) -> None:
    known = evidence()
    sides = splitter.sides(known.manifest)
    if not splitter.native:
        assert set(sides) == {ANYWHERE}
        return
    for name, rows in splitter.assign(known).rows.items():
        assert set(sides[rows]) == {name}


def test_folds_keep_people_apart_and_test_everybody_once(splitter: Splitter) -> None:
    known = evidence()
    if not splitter.cross_validates:
        with pytest.raises(NotImplementedError):
            splitter.assign_folds(known)
        return
    folds = splitter.assign_folds(known)
    assert folds.shape == known.rows.shape
    assert folds.min() == 0
    person = known.people
    assert all(len(set(folds[person == name])) == 1 for name in set(person))


def test_its_keys_are_in_the_schema_of_recipes(splitter: Splitter) -> None:
    schema = json_schema()["$defs"][type(splitter).__name__]
    assert set(schema["properties"]) == {field.name for field in fields(splitter)}
    assert schema["additionalProperties"] is False
    assert "kind" in schema["required"]
