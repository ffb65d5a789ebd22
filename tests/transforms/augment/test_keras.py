"""Keras's terms: the ranges that ImageDataGenerator draws from, and what its formulas make."""

import math
import re
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image, ImageEnhance
from scipy import ndimage

from fercurate.transforms.augment import (
    NAMED,
    REFUSED,
    Augmentation,
    KerasTerms,
    Step,
    check_step,
    keras_steps,
)

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "augmentation.md").read_text()
FACE: np.ndarray = cv2.GaussianBlur(
    np.random.default_rng(3).integers(0, 256, (48, 48), dtype=np.uint8), (0, 0), 3
)


def drawn(terms: KerasTerms, count: int = 600) -> tuple[np.ndarray, list[dict[str, Any]]]:
    """Copies of one face by Keras's terms, and what the first step drew for each."""
    batch = np.repeat(FACE[None], count, axis=0)
    result, records = Augmentation(keras_steps(terms)).augment(batch, range(count))
    return result, [record["transforms"][0] for record in records]


def keras_affine(
    picture: np.ndarray, theta: float, tx: float, ty: float, shear: float, zx: float, zy: float
) -> np.ndarray:
    """Write out ``apply_affine_transform`` of Keras 3: angles in degrees."""
    t, s = math.radians(theta), math.radians(shear)
    matrix = np.array([[math.cos(t), -math.sin(t), 0], [math.sin(t), math.cos(t), 0], [0, 0, 1]])
    matrix = matrix @ [[1, 0, tx], [0, 1, ty], [0, 0, 1]]
    matrix = matrix @ [[1, -math.sin(s), 0], [0, math.cos(s), 0], [0, 0, 1]]
    matrix = matrix @ [[zx, 0, 0], [0, zy, 0], [0, 0, 1]]
    middle = np.array([[1, 0, 23.5], [0, 1, 23.5], [0, 0, 1]])
    matrix = middle @ matrix @ np.linalg.inv(middle)
    matrix = matrix[[1, 0, 2]][:, [1, 0, 2]]  # rows come first in arrays
    return np.asarray(
        ndimage.affine_transform(
            picture.astype(float), matrix[:2, :2], matrix[:2, 2], order=1, mode="nearest"
        )
    )


CASES = [
    (KerasTerms(rotation=40), lambda d: {"theta": d["rotate"]}),
    (KerasTerms(zoom=0.2), lambda d: {"zx": 1 / d["scale"]["x"], "zy": 1 / d["scale"]["y"]}),
    (KerasTerms(shift=0.2), lambda d: {"tx": -d["translate"]["x"], "ty": -d["translate"]["y"]}),
    (
        KerasTerms(shear=3),
        lambda d: {
            "shear": math.degrees(math.asin(math.tan(math.radians(d["shear"]["x"])))),
        },
    ),
]


@pytest.mark.parametrize(("terms", "named"), CASES, ids=["rotation", "zoom", "shift", "shear"])
def test_copies_are_what_keras_makes_of_the_same_draws(terms: KerasTerms, named: Any) -> None:
    result, values = drawn(terms, 12)
    nothing = {"theta": 0, "tx": 0, "ty": 0, "shear": 0, "zx": 1, "zy": 1}
    for picture, value in zip(result, values, strict=True):
        expected = keras_affine(FACE, **(nothing | named(value)))
        assert np.abs(picture - expected).max() <= 2  # OpenCV rounds positions to 1/32 pixel
    assert any((picture != FACE).any() for picture in result)


def test_ranges_are_keras_s() -> None:
    _, values = drawn(NAMED["ewu_online"])
    angles = np.array([value["rotate"] for value in values])
    assert 39 < angles.max() <= 40
    assert -40 <= angles.min() < -39
    for axis in "xy":
        zooms = 1 / np.array([value["scale"][axis] for value in values])
        assert 0.8 <= zooms.min() < 0.81
        assert 1.19 < zooms.max() <= 1.2001
        assert 0.45 < (zooms < 1).mean() < 0.55
    shears = np.array([value["shear"]["x"] for value in values])
    assert 0.195 < abs(shears).max() <= 0.2
    assert {value["shear"]["y"] for value in values} == {0}
    axes = np.array([[value["scale"]["x"], value["scale"]["y"]] for value in values])
    assert abs(np.corrcoef(axes.T)[0, 1]) < 0.1


@pytest.mark.parametrize(("shift", "most"), [(0.2, 9), (0.1, 4)])
def test_shifts_are_whole_pixels_up_to_their_share(shift: float, most: int) -> None:
    _, values = drawn(KerasTerms(shift=shift))
    for axis in "xy":
        assert {v["translate"][axis] for v in values} == set(range(-most, most + 1))


def test_half_are_mirrored_and_brightness_is_a_factor() -> None:
    steps = keras_steps(KerasTerms(horizontal_flip=True, brightness=(0.2, 1.5)))
    batch = np.repeat(FACE[None], 600, axis=0)
    result, records = Augmentation(steps).augment(batch, range(600))
    mirrored = 0
    for picture, record in zip(result, records, strict=True):
        *flip, light = record["transforms"]
        mirrored += bool(flip)
        source = Image.fromarray(FACE[:, ::-1] if flip else FACE)
        expected = np.asarray(ImageEnhance.Brightness(source).enhance(light["multiplier"]))
        assert np.abs(picture.astype(int) - expected).max() <= 1
    assert 260 < mirrored < 340
    factors = [record["transforms"][-1]["multiplier"] for record in records]
    assert 0.2 <= min(factors) < 0.21
    assert 1.49 < max(factors) <= 1.5


def test_terms_become_no_more_steps_than_needed() -> None:
    assert keras_steps(KerasTerms()) == ()
    assert keras_steps(KerasTerms(horizontal_flip=True)) == (Step("HorizontalFlip", {"p": 0.5}),)
    assert keras_steps(NAMED["ten_percent_online"]) == (
        Step(
            "Affine",
            {
                "rotate": [-10, 10],
                "scale": [0.9091, 1.1111],
                "balanced_scale": True,
                "translate_percent": [-0.1, 0.1],
                "border_mode": 1,
            },
        ),
        Step("HorizontalFlip", {"p": 0.5}),
    )


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"rotation": 181}, "rotation is 181; expected 0..180 degrees"),
        ({"shear": -1}, "shear is -1; expected 0..90 degrees"),
        ({"zoom": 1}, "zoom is 1; expected 0..1, without 1"),
        ({"shift": float("nan")}, "shift is nan; expected 0..1, without 1"),
        ({"brightness": (1.5, 0.2)}, "brightness is 1.5..0.2; expected 0 <= low <= high"),
    ],
)
def test_terms_outside_their_ranges_are_refused(values: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        KerasTerms(**values)


def test_the_steepest_terms_still_make_pictures() -> None:
    terms = KerasTerms(rotation=180, shear=90, zoom=0.95, shift=0.95, brightness=(0, 9))
    for step in keras_steps(terms):
        check_step(step.transform, step.parameters, 1)
    result, _ = Augmentation(keras_steps(terms)).augment(FACE[None], [1])
    assert result.shape == (1, 48, 48)


def test_the_page_lists_the_named_sets_and_what_is_refused() -> None:
    for name, terms in NAMED.items():
        row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{name}` |"))
        shown = row.split("|")[3:-1]
        brightness = "" if terms.brightness is None else "{}..{}".format(*terms.brightness)
        expected = (terms.rotation, terms.shear, terms.zoom, terms.shift)
        assert [cell.strip() for cell in shown] == [
            *(str(value) if value else "" for value in expected),
            "yes" if terms.horizontal_flip else "",
            brightness,
        ]
    for name in REFUSED:
        assert f"`{name}`" in PAGE


def test_every_transform_that_the_page_names_by_example_is_possible() -> None:
    named = re.findall(r"\{kind: albumentations, transform: (\w+)([^}]*)\}", PAGE)
    assert len(named) >= 4
    for transform, rest in named:
        parameters = re.findall(r", (\w+): (\[[^\]]*\]|[^,\[]+)", rest)
        values = {name: eval(value) for name, value in parameters}
        check_step(transform, values, 1)
