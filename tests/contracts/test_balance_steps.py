"""What every balance step keeps: ``balance/registry.py`` is asked which there are."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import FrozenInstanceError, fields, is_dataclass
from typing import Any, get_args, get_type_hints

import numpy as np
import pytest

from fercurate.balance.base import BalanceContext, BalanceStep
from fercurate.balance.registry import BALANCE_STEPS
from fercurate.domain.plan import SplitPlan
from fercurate.domain.segments.base import FAMILIES, Parents
from fercurate.domain.segments.kinds import Originals
from fercurate.domain.text import encode_text
from fercurate.recipe.loader import json_schema
from fercurate.transforms.geometry import Flip, Rotate

CLASSES = ("angry", "happy", "sad")
LABELS = np.repeat([0, 1, 2], [12, 30, 18])
KEYS: dict[str, dict[str, Any]] = {"offline": {"copies": (Flip(), Rotate(90)), "strategy": "auto"}}
"""The keys that a step cannot do without."""


def kind_of(step: type[BalanceStep]) -> str:
    (kind,) = get_args(get_type_hints(step)["kind"])
    return str(kind)


@contextmanager
def pictures(parents: Parents) -> Iterator[np.ndarray]:
    rng = np.random.default_rng(1)
    noise = rng.integers(0, 60, (len(LABELS), 4, 4), dtype=np.uint8)
    classes = (19 * LABELS[:, None, None]).astype(np.uint8)  # apart, with a border between them
    yield (classes + noise)[parents.rows]


def context(seed: int = 0) -> BalanceContext:
    ids = encode_text([f"toy:{n:03d}" for n in range(len(LABELS))])
    return BalanceContext(CLASSES, LABELS, ids, seed, pictures, lambda _: nullcontext())


@pytest.fixture(params=BALANCE_STEPS, ids=kind_of)
def step(request: pytest.FixtureRequest) -> BalanceStep:
    return request.param(**KEYS.get(kind_of(request.param), {}))


def facts(plan: SplitPlan) -> list[tuple[Any, ...]]:
    return [
        (segment.op, segment.rows.tolist(), segment.copies.tolist(), segment.mix.tolist())
        for segment in plan.segments
    ]


def test_it_is_a_frozen_value_with_a_kind_of_its_own(step: BalanceStep) -> None:
    assert is_dataclass(step)
    assert step.kind == kind_of(type(step))
    with pytest.raises(FrozenInstanceError):
        step.kind = "other"
    assert [kind_of(one) for one in BALANCE_STEPS].count(step.kind) == 1


def test_classes_come_closer_and_no_row_is_made_from_nothing(step: BalanceStep) -> None:
    given = SplitPlan.of("train", np.arange(len(LABELS)))
    plan = step.resample(given, context()).plan
    before, after = context().counts(*given.segments), context().counts(*plan.segments)
    assert after.max() / after.min() <= before.max() / before.min()
    assert set(plan.rows) <= set(given.rows)
    assert isinstance(plan.originals, Originals)
    assert set(plan.originals.rows) <= set(given.originals.rows)
    assert all(segment.family in FAMILIES for segment in plan.segments)
    assert bool(plan.derived_rows) == step.adds_rows


@pytest.mark.parametrize("empty", [0, 2])
def test_a_class_without_rows_stays_empty_and_is_no_obstacle(step: BalanceStep, empty: int) -> None:
    rows = np.flatnonzero(~np.isin(LABELS, empty))
    plan = step.resample(SplitPlan.of("train", rows), context()).plan
    counts = context().counts(*plan.segments)
    assert counts[empty] == 0
    assert (np.delete(counts, empty) > 0).all()


def test_no_two_rows_have_one_name(step: BalanceStep) -> None:
    plan = step.resample(SplitPlan.of("train", np.arange(len(LABELS))), context()).plan
    names = np.concatenate([segment.names(context().ids) for segment in plan.segments])
    assert len(set(names)) == len(names) == len(plan)


def test_the_same_seed_gives_the_same_rows(step: BalanceStep) -> None:
    given = SplitPlan.of("train", np.arange(len(LABELS)))
    first, again = (step.resample(given, context(seed=4)).plan for _ in range(2))
    assert facts(first) == facts(again)


def test_evaluation_is_left_alone_unless_it_is_asked_for(step: BalanceStep) -> None:
    assert step.concerns("train", across_folds=False)
    assert not step.concerns("val", across_folds=False)
    assert not step.concerns("test", across_folds=False)
    assert step.evaluation_splits == ()


def test_changed_rows_in_evaluation_need_an_explicit_key(step: BalanceStep) -> None:
    if not step.adds_rows:
        assert "splits" not in {field.name for field in fields(step)}
        return
    keys = KEYS.get(step.kind, {})
    with pytest.raises(ValueError, match="allow_derived_in_evaluation"):
        type(step)(**keys, splits=("train", "test"))
    allowed = type(step)(**keys, splits=("train", "test"), allow_derived_in_evaluation=True)
    assert allowed.evaluation_splits == ("test",)
    assert allowed.concerns("test", across_folds=False)


def test_its_keys_are_in_the_schema_of_recipes(step: BalanceStep) -> None:
    schema = json_schema()["$defs"][type(step).__name__]
    assert set(schema["properties"]) == {field.name for field in fields(step)}
    assert schema["additionalProperties"] is False
    assert "kind" in schema["required"]
