"""What the kit and the tool both say of an export: the same."""

from dataclasses import fields

import pytest

from fercurate.domain.plan import FILE_SPLITS
from fercurate.domain.segments.base import ORIGINAL
from fercurate.recipe.parts.augmentation import OnlineAugmentation
from fercurate.training.shared import format as export_format
from fercurate.training.shared.augmentation import KerasTerms, stated_terms
from fercurate.training.shared.errors import ExportError


def test_splits_and_original_rows_have_the_names_that_a_plan_gives_them() -> None:
    assert export_format.SPLITS == FILE_SPLITS
    assert export_format.ORIGINAL == ORIGINAL
    assert tuple(export_format.LEGACY_SPLITS) == FILE_SPLITS


def test_a_recipe_can_say_all_terms_and_no_others() -> None:
    ours = {one.name: one.default for one in fields(KerasTerms)}
    assert {name: one.default for name, one in OnlineAugmentation.model_fields.items()} == ours


@pytest.mark.parametrize(
    ("inside", "outside"),
    [
        ({"rotation": 180}, {"rotation": 180.5}),
        ({"shear": 90}, {"shear": 91}),
        ({"zoom": 0.99}, {"zoom": 1}),
        ({"shift": 0.99}, {"shift": -0.1}),
        ({"brightness": [0.0, 2.5]}, {"brightness": [2.0, 1.0]}),
    ],
)
def test_recipe_and_kit_have_the_same_bounds(
    inside: dict[str, object], outside: dict[str, object]
) -> None:
    assert OnlineAugmentation.model_validate(inside, strict=False).terms == stated_terms(inside)
    with pytest.raises(ValueError, match=next(iter(outside))):
        OnlineAugmentation.model_validate(outside, strict=False)
    with pytest.raises(ExportError, match=f"online_augmentation: {next(iter(outside))} is"):
        stated_terms(outside)


def test_an_export_without_terms_states_none() -> None:
    assert stated_terms({"albumentations": []}) is None
    assert stated_terms({}) is None
