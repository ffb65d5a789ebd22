"""What every transform keeps: ``transforms/registry.py`` is asked which there are."""

from dataclasses import FrozenInstanceError, fields, is_dataclass
from typing import Any, get_args, get_type_hints

import numpy as np
import pytest

from fercurate.recipe.loader import json_schema
from fercurate.transforms.base import FaceStep, Transform
from fercurate.transforms.face.geometry import FaceGeometry
from fercurate.transforms.registry import COPIES, NORMALIZERS

KEYS: dict[str, dict[str, Any]] = {
    "rotate": {"degrees": 90},
    "zoom": {"factor": 1.7},
    "resize": {"size": 32},
    "align": {"size": 32},
    "frontalize": {"size": 32},
}
"""The keys that a transform cannot do without."""

ALL = (*NORMALIZERS, *COPIES)
FACE_STEPS = [kind for kind in ALL if issubclass(kind, FaceStep)]
BATCHED = [kind for kind in ALL if not issubclass(kind, FaceStep)]


def kind_of(transform: type[Any]) -> str:
    (kind,) = get_args(get_type_hints(transform)["kind"])
    return str(kind)


def made(transform: type[Any]) -> Any:
    return transform(**KEYS.get(kind_of(transform), {}))


def batch(channels: tuple[int, ...]) -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (5, 40, 40, *channels), dtype=np.uint8)


@pytest.mark.parametrize("transform", ALL, ids=kind_of)
def test_it_is_a_frozen_value_with_a_kind_of_its_own(transform: type[Any]) -> None:
    value = made(transform)
    assert is_dataclass(value)
    assert value == made(transform)
    assert value.label.startswith(value.kind)
    with pytest.raises(FrozenInstanceError):
        value.kind = "other"
    assert [kind_of(one) for one in ALL].count(value.kind) == 1


@pytest.mark.parametrize("transform", BATCHED, ids=kind_of)
@pytest.mark.parametrize("channels", [(), (3,)])
def test_pictures_change_one_by_one_and_the_input_stays(
    transform: type[Transform], channels: tuple[int, ...]
) -> None:
    step, given = made(transform), batch(channels)
    result = step.apply(given)
    np.testing.assert_array_equal(given, batch(channels))
    assert (result.dtype, len(result)) == (np.uint8, 5)
    alone = np.concatenate([step.apply(given[i : i + 1]) for i in range(5)])
    np.testing.assert_array_equal(result, alone)


@pytest.mark.parametrize("transform", COPIES, ids=kind_of)
def test_an_offline_copy_keeps_the_size_and_says_its_family(transform: type[Any]) -> None:
    copy = made(transform)
    assert copy.apply(batch(())).shape == batch(()).shape
    assert copy.family in ("rotated", "scaled", "flipped")
    assert not copy.draws


@pytest.mark.parametrize("transform", FACE_STEPS, ids=kind_of)
def test_a_face_nobody_knows_the_place_of_is_no_error(transform: type[FaceStep]) -> None:
    pictures = list(batch(()))
    results = made(transform).apply_at(pictures, FaceGeometry())
    assert len(results) == len(pictures)
    assert all(result.dtype == np.uint8 for result in results)


@pytest.mark.parametrize("transform", ALL, ids=kind_of)
def test_its_keys_are_in_the_schema_of_recipes(transform: type[Any]) -> None:
    schema = json_schema()["$defs"][transform.__name__]
    assert set(schema["properties"]) == {field.name for field in fields(transform)}
    assert schema["additionalProperties"] is False
    assert "kind" in schema["required"]
