"""Illumination: even and extreme pictures, color, batches, repetition, parameters, recipes."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from fercurate.synthetic.faces import Identity, Scene, draw_face
from fercurate.transforms.base import Transform
from fercurate.transforms.illumination import (
    EQUALIZERS,
    ILLUMINATION,
    REFLECTANCES,
    Clahe,
    DctNormalization,
    DifferenceOfGaussians,
    EqualizeLinear,
    Gamma,
    HistogramEqualization,
    Homomorphic,
    IsotropicDiffusion,
)
from fercurate.transforms.registry import NORMALIZERS

ROOT = Path(__file__).resolve().parents[3]
STEPS: tuple[Transform, ...] = tuple(kind() for kind in ILLUMINATION)
VARIED = (
    *STEPS,
    Clahe(3.0, 5),
    Clahe(40.0, 1),
    EqualizeLinear(0.3),
    Gamma(0.5),
    Gamma(2.2),
    DctNormalization(7),
    DifferenceOfGaussians(0.5, 0.7, 3.3),
    Homomorphic(0.2, 2.5, 4.0),
    IsotropicDiffusion(60.0),
)


def labels(steps: tuple[Transform, ...]) -> list[str]:
    return [step.label for step in steps]


def parameters(step: Transform) -> dict[str, float | str]:
    names = [field.name for field in fields(step)]  # type: ignore[arg-type]
    return {name: getattr(step, name) for name in names if name != "kind"}


def faces(count: int = 3) -> np.ndarray:
    rng = np.random.default_rng(7)
    drawn = [draw_face(Identity.draw(rng), "happy", Scene.draw(rng)) for _ in range(count)]
    return np.stack(drawn)


GRAYS = [0, 1, 90, 128, 238, 255]
CONSTANT = {
    "equalize_histogram": GRAYS,
    "clahe": [5, 6, 93, 130, 238, 255],
    "equalize_linear": GRAYS,
    "gamma": [0, 128, 128, 128, 128, 255],
    "dct": [128] * 6,
    "difference_of_gaussians": [128] * 6,
    "homomorphic": [128] * 6,
    "isotropic_diffusion": [128] * 6,
}


@pytest.mark.parametrize("step", STEPS, ids=labels(STEPS))
@pytest.mark.parametrize("size", [1, 8, 48])
def test_an_even_picture_stays_even(step: Transform, size: int) -> None:
    gray = np.stack([np.full((size, size), v, dtype=np.uint8) for v in GRAYS])
    expected = np.broadcast_to(np.array(CONSTANT[step.kind])[:, None, None], gray.shape)
    np.testing.assert_array_equal(step.apply(gray), expected)
    rgb = step.apply(np.repeat(gray[..., None], 3, axis=3))
    np.testing.assert_array_equal(rgb, np.repeat(expected[..., None], 3, axis=3))


@pytest.mark.parametrize("step", VARIED, ids=labels(VARIED))
def test_extreme_pictures_give_pictures(step: Transform) -> None:
    batch = np.zeros((5, 20, 20), dtype=np.uint8)
    batch[0, 3, 4] = 1
    batch[1] = 255
    batch[1, 0, 0] = 0
    batch[2, :, ::2] = 255
    batch[3, :10] = 255
    batch[4] = np.random.default_rng(0).integers(0, 256, (20, 20))
    result = step.apply(batch)
    assert result.dtype == np.uint8
    assert result.shape == batch.shape
    if step != Gamma(2.2):
        assert all(len(np.unique(picture)) > 1 for picture in result)
    assert step.apply(batch[:0]).shape == (0, 20, 20)
    assert step.apply(np.zeros((0, 20, 20, 3), dtype=np.uint8)).shape == (0, 20, 20, 3)


@pytest.mark.parametrize("step", VARIED, ids=labels(VARIED))
def test_color_keeps_its_chroma_and_gets_the_luma_of_the_gray_picture(step: Transform) -> None:
    gray = faces()
    tint = np.array([14, 0, -9])
    rgb = np.clip(gray[..., None].astype(int) + tint, 0, 255).astype(np.uint8)
    before = np.stack([cv2.cvtColor(picture, cv2.COLOR_RGB2YCrCb) for picture in rgb])
    after = step.apply(rgb)
    inside = ((after > 0) & (after < 255)).all(axis=3)
    assert inside.mean() > 0.3
    found = np.stack([cv2.cvtColor(picture, cv2.COLOR_RGB2YCrCb) for picture in after])
    luma = step.apply(np.ascontiguousarray(before[..., 0]))
    assert np.abs(found[..., 0][inside].astype(int) - luma[inside]).max() <= 1
    assert np.abs(found[..., 1:][inside].astype(int) - before[..., 1:][inside]).max() <= 2


@pytest.mark.parametrize("step", VARIED, ids=labels(VARIED))
def test_neighbors_order_memory_and_threads_change_nothing(step: Transform) -> None:
    batch = np.random.default_rng(3).integers(0, 256, (23, 48, 48), dtype=np.uint8)
    whole = step.apply(batch)
    order = np.random.default_rng(4).permutation(23)
    np.testing.assert_array_equal(step.apply(batch[order]), whole[order])
    wide = np.zeros((23, 60, 99), dtype=np.uint8)
    wide[:, 5:53, 1:97:2] = batch
    np.testing.assert_array_equal(step.apply(wide[:, 5:53, 1:97:2]), whole)
    with ThreadPoolExecutor(4) as pool:
        for result in pool.map(step.apply, [batch] * 4):
            np.testing.assert_array_equal(result, whole)


def repeated(step: Transform, batch: np.ndarray) -> np.ndarray:
    once = step.apply(batch)
    return np.abs(step.apply(once).astype(int) - once)


@settings(max_examples=60, deadline=None)
@given(hnp.arrays(np.uint8, (2, 12, 12), elements=st.integers(0, 255)))
def test_equalization_and_a_plain_stretch_are_idempotent(batch: np.ndarray) -> None:
    assert repeated(HistogramEqualization(), batch).max() <= 1
    assert repeated(EqualizeLinear(0.0), batch).max() == 0


def test_repeated_equalization_of_faces_stays_within_one_gray_value() -> None:
    dark = faces(8) // 9
    assert repeated(HistogramEqualization(), np.concatenate([faces(8), dark])).max() <= 1


@pytest.mark.parametrize(
    "step",
    [Clahe(), EqualizeLinear(), Gamma(0.5), *(kind() for kind in REFLECTANCES)],
    ids=lambda step: step.label,
)
def test_the_others_are_not_idempotent(step: Transform) -> None:
    assert repeated(step, faces()).max() > 8


def test_the_fitted_gamma_brings_the_mean_near_mid_gray_and_repeats_almost_evenly() -> None:
    batch = np.concatenate([faces() // 5, faces(), 150 + faces() // 3])
    means = Gamma().apply(batch).mean(axis=(1, 2))
    assert np.abs(batch.mean(axis=(1, 2)) - 127.5).max() > 70
    assert np.abs(means - 127.5).max() < 20
    assert repeated(Gamma(), batch).mean() < 5


def test_groups_of_steps_are_told_apart() -> None:
    assert {kind for kind in ILLUMINATION if kind.equalizes} == set(EQUALIZERS)  # type: ignore[attr-defined]
    assert set(REFLECTANCES) | set(EQUALIZERS) | {Gamma} == set(ILLUMINATION)
    assert not set(REFLECTANCES) & set(EQUALIZERS)
    assert set(ILLUMINATION) <= set(NORMALIZERS)


@pytest.mark.parametrize("step", STEPS, ids=labels(STEPS))
def test_a_face_and_the_same_face_in_the_dark_come_closer(step: Transform) -> None:
    batch = faces(6)
    dark = (batch * 0.3).astype(np.uint8)
    before = np.abs(batch.astype(int) - dark).mean()
    after = np.abs(step.apply(batch).astype(int) - step.apply(dark)).mean()
    factor = 0.8 if step.kind == "clahe" else 0.3
    assert after < factor * before


def likeness(first: np.ndarray, second: np.ndarray) -> float:
    pairs = zip(first, second, strict=True)
    return float(np.mean([np.corrcoef(a.ravel(), b.ravel())[0, 1] for a, b in pairs]))


def test_light_from_the_side_is_taken_out_as_documented() -> None:
    batch = faces(6)
    lit = (batch * np.linspace(1, 0.15, 48)).astype(np.uint8)
    measured = [likeness(batch, lit), *(likeness(s.apply(batch), s.apply(lit)) for s in STEPS)]
    assert min(measured[5:]) > measured[0] + 0.25
    page = (ROOT / "docs" / "illumination.md").read_text()
    names = " | ".join(["nothing", *(f"`{step.kind}`" for step in STEPS)])
    row = page.partition(f"| {names} |\n")[2].splitlines()[1]
    documented = [float(cell) for cell in row.strip("| ").split("|")]
    np.testing.assert_allclose(measured, documented, atol=0.0051)


@pytest.mark.parametrize(
    ("kind", "bad", "expected"),
    [
        (Clahe, {"clip_limit": 0.5}, "clip_limit is 0.5; expected 1..256"),
        (Clahe, {"tiles": 0}, "tiles is 0; expected 1..32"),
        (EqualizeLinear, {"weight": 1.2}, "weight is 1.2; expected 0..1"),
        (Gamma, {"exponent": 0.0}, "exponent is 0.0; expected 0.1..10"),
        (DctNormalization, {"discard": 0}, "discard is 0; expected 1..500"),
        (DifferenceOfGaussians, {"gamma": 0.0}, "gamma is 0.0; expected 0.01..1"),
        (DifferenceOfGaussians, {"inner": 2.0}, "expected 0.1 <= inner < outer <= 64"),
        (Homomorphic, {"low": 2.0}, "expected 0 <= low < high <= 4"),
        (Homomorphic, {"cutoff": 0.0}, "cutoff is 0.0; expected 0.1..500"),
        (IsotropicDiffusion, {"smoothness": 0.0}, "smoothness is 0.0; expected 0.1..10000"),
        (IsotropicDiffusion, {"smoothness": np.nan}, "smoothness is nan"),
    ],
)
def test_parameters_out_of_range_are_refused(
    kind: type[Transform], bad: dict[str, float], expected: str
) -> None:
    with pytest.raises(ValueError, match=expected):
        kind(**bad)


@pytest.mark.parametrize("step", VARIED, ids=labels(VARIED))
def test_a_label_has_every_parameter_and_a_recipe_can_name_the_step(step: Transform) -> None:
    from fercurate.recipe.loader import parse_recipe

    values = parameters(step)
    shown = ", ".join(f"{name}={value}" for name, value in values.items())
    assert step.label == f"{step.kind}({shown})"
    keys = "".join(f", {name}: {value}" for name, value in values.items())
    text = (ROOT / "docs" / "recipes.md").read_text()
    example = text.partition("```yaml\n")[2].partition("```")[0]
    named = example.replace("{kind: grayscale}", f"{{kind: {step.kind}{keys}}}")
    assert parse_recipe(named, "docs").recipe.normalize[0] == step


def test_the_documents_name_every_step_and_every_parameter_with_its_default() -> None:
    recipes = (ROOT / "docs" / "recipes.md").read_text()
    page = (ROOT / "docs" / "illumination.md").read_text()
    row = next(line for line in recipes.splitlines() if line.startswith("| `normalize` |"))
    for step in STEPS:
        assert f"`{step.kind}`" in row
        section = page.partition(f"\n## `{step.kind}`\n")[2].partition("\n## ")[0]
        assert section
        for name, default in parameters(step).items():
            assert f"`{name}`" in recipes.partition("## Steps")[2]
            shown = "`auto`" if default == "auto" else f"{default:g}"
            assert f"`{name}` (default {shown})" in section
