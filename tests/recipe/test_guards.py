"""Guard rails: what is refused, in one line, with the key that allows it; and nothing else."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fercurate.balance.over import RandomOver
from fercurate.balance.under import RandomUnder
from fercurate.errors import RecipeError
from fercurate.recipe.loader import parse_recipe
from fercurate.recipe.model import Recipe
from fercurate.recipe.parts.balance import check_order
from fercurate.transforms.illumination import EQUALIZERS, REFLECTANCES

BASE: dict[str, Any] = {
    "version": 1,
    "name": "toy",
    "description": "A toy",
    "sources": ["fer2013"],
    "labels": {"scheme": "seven"},
    "splits": {"kind": "native", "train": ["Training"], "test": ["PublicTest"]},
    "normalize": [{"kind": "grayscale"}, {"kind": "resize", "size": 48}],
}
FOLDS = {"kind": "subject_kfold", "folds": 5}
SMOTES = ("smote", "borderline_smote", "adasyn", "smote_enn", "smote_tomek")
FLIP = {"kind": "offline", "copies": [{"kind": "flip"}]}

SPLITS = st.lists(st.sampled_from(["train", "val", "test"]), min_size=1, max_size=3, unique=True)
LEVELING = st.sampled_from(["auto", "not majority", "all", 1.0])
PARTIAL = st.one_of(
    st.sampled_from(["minority", "not minority"]),
    st.floats(0.1, 0.9),
    st.dictionaries(st.sampled_from(["disgust", "fear"]), st.integers(1, 9000), min_size=1),
)
DERIVING = st.one_of(
    st.sampled_from(SMOTES).map(lambda kind: {"kind": kind}),
    st.just({"kind": "random_over"}),
    st.just(FLIP),
)


def read(**sections: Any) -> Recipe:
    return parse_recipe(json.dumps(BASE | sections), "toy.yaml").recipe


def fault(**sections: Any) -> tuple[str, str]:
    """Path and message of the only fault."""
    with pytest.raises(RecipeError) as caught:
        read(**sections)
    (found,) = caught.value.faults
    assert "\n" not in found.message
    return found.path, found.message


@given(step=DERIVING, splits=SPLITS)
def test_derived_rows_in_an_evaluation_split_need_a_key(
    step: dict[str, Any], splits: list[str]
) -> None:
    asked = step | {"splits": splits}
    if splits == ["train"]:
        assert not read(balance=[asked]).warnings
        return
    path, message = fault(balance=[asked])
    assert path == "balance[0]"
    assert "no new test picture" in message
    assert "allow_derived_in_evaluation: true" in message
    allowed = read(balance=[asked | {"allow_derived_in_evaluation": True}])
    assert len(allowed.warnings) == len([s for s in splits if s != "train"])


@given(
    weights=st.sampled_from(["balanced", "inverse_sqrt", "effective_number"]),
    step=DERIVING,
    leveling=LEVELING,
    partial=PARTIAL,
)
def test_weights_with_full_over_sampling_need_a_key(
    weights: str, step: dict[str, Any], leveling: Any, partial: Any
) -> None:
    full = [step | {"strategy": leveling}]
    path, message = fault(balance=full, class_weights=weights)
    assert path == "class_weights"
    assert "counts rare classes twice" in message
    assert "allow_weights_with_oversampling: true" in message
    assert read(balance=full, class_weights=weights, allow_weights_with_oversampling=True)
    assert read(balance=full)
    assert read(balance=[step | {"strategy": partial}], class_weights=weights)
    under = [{"kind": "random_under", "strategy": "all"}]
    assert read(balance=under, class_weights=weights)


@given(kind=st.sampled_from(SMOTES), before=st.sampled_from([FLIP, {"kind": "random_over"}]))
def test_mixing_augmented_rows_needs_a_key(kind: str, before: dict[str, Any]) -> None:
    path, message = fault(balance=[before, {"kind": kind}])
    assert path == "balance"
    assert f"{kind} after {before['kind']}" in message
    assert "allow_augmented_parents: true" in message
    assert read(balance=[before, {"kind": kind, "allow_augmented_parents": True}])
    assert read(balance=[{"kind": kind}, before])


@given(kind=st.sampled_from(SMOTES), leave_one=st.booleans())
def test_mixing_across_folds_needs_a_key(kind: str, leave_one: bool) -> None:
    folds = {"kind": "leave_one_subject_out"} if leave_one else FOLDS
    path, message = fault(splits=folds, balance=[{"kind": kind}])
    assert path == "balance[0]"
    assert "fold_files: true" in message
    assert "allow_across_folds: true" in message
    assert read(splits=folds | {"fold_files": True}, balance=[{"kind": kind}])
    assert read(splits=folds, balance=[{"kind": kind, "allow_across_folds": True}])
    assert read(splits=folds, balance=[FLIP])


KINDS = [
    [str(vars(kind)["__dataclass_fields__"]["kind"].default) for kind in group]
    for group in (EQUALIZERS, REFLECTANCES)
]


@dataclass(frozen=True, kw_only=True)
class Cap(RandomUnder):
    """Another step that chooses among originals."""

    kind: str = "cap"  # type: ignore[assignment]


def test_a_step_that_chooses_stands_before_those_that_add() -> None:
    under, over = RandomUnder(), RandomOver()
    assert check_order([under, Cap(), over]) == check_order([Cap(), under]) == ""
    for steps in ([over, Cap()], [under, over, Cap()], [over, Cap(), under]):
        assert check_order(steps) == (
            "cap must stand before the steps that add rows: it chooses among the originals"
        )
    twice = read(balance=[{"kind": "random_under"}] * 2).balance
    assert [step.kind for step in twice] == ["random_under"] * 2


@settings(max_examples=60)
@given(group=st.sampled_from(KINDS), drawn=st.data())
def test_evening_out_light_twice_needs_a_key(group: list[str], drawn: st.DataObject) -> None:
    steps = drawn.draw(st.lists(st.sampled_from(group), min_size=1, max_size=3))
    normalize = [*BASE["normalize"], *({"kind": kind} for kind in steps)]
    if len(steps) == 1:
        assert read(normalize=normalize)
        return
    _, message = fault(normalize=normalize)
    assert "allow_equalizing_twice: true" in message
    assert read(normalize=normalize, allow_equalizing_twice=True)


@pytest.mark.parametrize(
    ("sections", "path", "says"),
    [
        ({"balance": [FLIP, {"kind": "random_under"}]}, "balance",
         "random_under must stand before the steps that add rows: it chooses among the originals"),
        ({"balance": [{"kind": "smote"}, {"kind": "adasyn"}]}, "balance", "keep one"),
        ({"balance": [{"kind": "random_over"}] * 2}, "balance", "repeat stands here more than"),
        ({"balance": [FLIP, FLIP]}, "balance", "flip stands here more than once"),
        ({"balance": [{"kind": "smot"}]}, "balance[0].kind", "did you mean 'smote'"),
        ({"balance": [{"kind": "smote", "strategy": "majority"}]}, "balance[0].strategy",
         "'majority'; expected one of auto, minority"),
        ({"balance": [{"kind": "random_under", "strategy": "minority"}]}, "balance[0].strategy",
         "'minority'; expected one of auto, majority"),
        ({"balance": [{"kind": "smote", "strategy": 1.5}]}, "balance[0].strategy", "a ratio above"),
        ({"balance": [{"kind": "smote", "strategy": {"disgust": 0}}]}, "balance[0].strategy",
         "whole numbers by class"),
        ({"balance": [{"kind": "smote", "strategy": {"disgust": 10**10}}]}, "balance[0].strategy",
         "by class, at most 2,000,000"),
        ({"balance": [{"kind": "random_under", "strategy": 1e-300}]}, "balance[0].strategy",
         "a ratio above"),
        ({"online": [{"kind": "albumentations", "transform": "Blur", "blur_limit": 100_001}]},
         "online[0]", "blur_limit holds 100001; expected numbers from -4096 to 4096"),
        ({"online": [{"kind": "albumentations", "transform": "Blur", "blur_limit": [3] * 99}]},
         "online[0]", "blur_limit holds 99 values; expected at most 64"),
        ({"balance": [{"kind": "smote", "strategy": {"disgus": 9}}]}, "balance[0].strategy",
         "did you mean 'disgust'"),
        ({"balance": [{"kind": "smote", "k_neighbors": 0}]}, "balance[0].k_neighbors", "1"),
        ({"balance": [{"kind": "smote", "m_neighbors": 5}]},
         "balance[0].m_neighbors", "it belongs to kind: borderline_smote"),
        ({"balance": [FLIP | {"times": 2}]}, "balance[0]", "exact ones give the same copy"),
        ({"balance": [{"kind": "offline", "copies": [{"kind": "rotate", "degrees": 0}]}]},
         "balance[0].copies[0]", "-360..360"),
        ({"balance": [{"kind": "offline", "copies": [{"kind": "named", "set": "ewu_onlin"}]}]},
         "balance[0].copies[0].set", "did you mean 'ewu_online'"),
        ({"balance": [{"kind": "offline", "copies": [
            {"kind": "albumentations", "transform": "Afine"}]}]},
         "balance[0].copies[0]", "'Affine'"),
        ({"balance": [{"kind": "offline", "copies": [
            {"kind": "albumentations", "transform": "Affine", "scal": [1, 2]}]}]},
         "balance[0].copies[0]", "'scale'"),
        ({"balance": [{"kind": "offline", "copies": [
            {"kind": "sequence", "steps": []}]}]}, "balance[0].copies[0].steps", "at least 1"),
        ({"online": "ewu_onlin"}, "online", "did you mean 'ewu_online'"),
        ({"online": {"rotaton": 3}}, "online.rotaton", "did you mean 'rotation'"),
        ({"online": [{"kind": "albumentations", "transform": "Lambda"}]}, "online[0]", "Lambda"),
        ({"class_weights": "balance"}, "class_weights", "did you mean 'balanced'"),
    ],
)  # fmt: skip
def test_every_fault_has_its_path_and_advice(
    sections: dict[str, Any], path: str, says: str
) -> None:
    found_path, message = fault(**sections)
    assert (found_path, says in message) == (path, True), (found_path, message)


def test_a_transform_to_another_size_is_no_transform_for_this_one() -> None:
    step = {"kind": "albumentations", "transform": "RandomResizedCrop", "size": [64, 64]}
    path, message = fault(online=[step])
    assert path == "online[0]"
    assert "RandomResizedCrop" in message
    large = [{"kind": "grayscale"}, {"kind": "resize", "size": 64}]
    assert read(online=[step], normalize=large)


def test_a_transform_for_color_is_no_transform_for_gray() -> None:
    step = {"kind": "albumentations", "transform": "ToSepia"}
    online = [step]
    path, message = fault(online=online)
    assert path == "online[0]"
    assert "ToSepia" in message
    colored = [{"kind": "rgb"}, {"kind": "resize", "size": 48}]
    assert read(online=online, normalize=colored)
    copies = [{"kind": "offline", "copies": [step]}]
    assert fault(balance=copies)[0] == "balance[0].copies[0]"
    assert read(balance=copies, normalize=colored)
