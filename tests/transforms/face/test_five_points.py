"""Alignment by five points: where they land, which template is nearest, what cannot be aligned."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fercurate.domain.sample import five_points, landmarks_of
from fercurate.transforms.face.align import Align
from fercurate.transforms.face.five_points import TEMPLATE_SIDE, fitted, template_points
from fercurate.transforms.face.geometry import FaceGeometry
from tests.transforms.face.test_align import center, spots

ARCFACE = np.array(
    [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655],
     [70.7299, 92.2041]]
)  # fmt: skip


def moved(points: np.ndarray, scale: float, degrees: float, to: tuple[float, float]) -> np.ndarray:
    """Points turned and scaled about their middle, which comes to a place."""
    turn = np.exp(1j * np.radians(degrees)) * scale
    flat = (points[:, 0] + 1j * points[:, 1]) - complex(*points.mean(axis=0))
    flat = flat * turn + complex(*to)
    return np.stack([flat.real, flat.imag], axis=1)


def seen(*points: np.ndarray) -> FaceGeometry:
    return FaceGeometry(points=np.array(points, dtype=np.float32))


@pytest.mark.parametrize("size", [48, 112, 224, 260])
@pytest.mark.parametrize(
    ("scale", "degrees"), [(2.0, 0), (1.5, 30), (4.0, -75), (2.5, 180)],
    ids=["level", "tilted", "lying", "upside-down"],
)  # fmt: skip
def test_points_land_on_the_template(size: int, scale: float, degrees: float) -> None:
    points = moved(ARCFACE, scale, degrees, (260.0, 240.0))
    picture = spots(points, (480, 520), 3 * scale)
    step = Align(size, by="detector", template="arcface")
    (result,) = step.apply_at([picture], seen(points))
    assert result.shape == (size, size)
    ratio = size / TEMPLATE_SIDE
    for place in (ARCFACE + 0.5) * ratio - 0.5:
        found = center(result, tuple(place), 10 * ratio)
        np.testing.assert_allclose(found, place, atol=0.12 * max(ratio, 1))


@settings(max_examples=60)
@given(
    st.integers(0, 2**31),
    st.floats(0.2, 20),
    st.floats(-180, 180),
)
def test_no_other_similarity_comes_nearer(seed: int, scale: float, degrees: float) -> None:
    rng = np.random.default_rng(seed)
    points = moved(ARCFACE + rng.normal(0, 4, (5, 2)), scale, degrees, (200.0, 100.0))
    fit = fitted(points[None], ARCFACE[None])
    apart = fit.forward(points[None])[0] - ARCFACE
    assert fit.residual[0] == pytest.approx(np.sqrt((apart**2).sum(axis=1).mean()))
    for _ in range(20):
        turn = (1 + rng.normal(0, 0.02)) * np.exp(1j * rng.normal(0, 0.02))
        other = (apart + ARCFACE) @ np.array([[turn.real, turn.imag], [-turn.imag, turn.real]])
        other += ARCFACE.mean(axis=0) - other.mean(axis=0)
        distance = np.sqrt(((other - ARCFACE) ** 2).sum(axis=1).mean())
        assert distance >= fit.residual[0] - 1e-9


def test_it_is_the_similarity_of_umeyama() -> None:
    rng = np.random.default_rng(3)
    points = moved(ARCFACE + rng.normal(0, 3, (5, 2)), 1.7, 12, (130.0, 140.0))
    covariance = (ARCFACE - ARCFACE.mean(0)).T @ (points - points.mean(0)) / 5
    left, values, right = np.linalg.svd(covariance)
    sign = np.diag([1.0, np.sign(np.linalg.det(left) * np.linalg.det(right))])
    rotation = left @ sign @ right
    scale = (values * np.diag(sign)).sum() / ((points - points.mean(0)) ** 2).sum() * 5
    wanted = (points - points.mean(0)) @ (scale * rotation).T + ARCFACE.mean(0)
    np.testing.assert_allclose(fitted(points[None], ARCFACE[None]).forward(points[None])[0], wanted)


def test_a_reflected_face_is_not_reflected_back() -> None:
    mirrored = ARCFACE * [-1, 1] + [112, 0]
    fit = fitted(mirrored[None], ARCFACE[None])
    assert fit.residual[0] > 10


@pytest.mark.parametrize("pose", range(5))
def test_of_ddamfns_poses_the_nearest_is_taken(pose: int) -> None:
    templates = template_points("ddamfn")
    points = moved(templates[pose], 3.0, 20, (200.0, 210.0))
    step = Align(112, by="detector", template="ddamfn")
    fits = step.similarities(np.array([[400.0, 400.0]]), seen(points))
    assert fits.residual[0] < 1e-4
    np.testing.assert_allclose(fits.forward(points[None])[0], templates[pose], atol=1e-3)


def test_own_template_puts_the_eyes_where_eyes_alone_would() -> None:
    points = moved(ARCFACE, 2.0, 0, (150.0, 140.0))
    picture = spots(points, (300, 320), 6)
    size, options = 64, {"eye_distance": 0.5, "eye_height": 0.3}
    own: Any = Align(size, by="detector", template="own", **options)  # type: ignore[arg-type]
    (result,) = own.apply_at([picture], seen(points))
    for sign in (-1, 1):
        wanted = (size * (0.5 + sign * 0.25) - 0.5, size * 0.3 - 0.5)
        np.testing.assert_allclose(center(result, wanted, 6), wanted, atol=0.2)


UNUSABLE = {
    "unknown": np.full((5, 2), np.nan),
    "one unknown": np.where(np.arange(5)[:, None] == 3, np.nan, ARCFACE),
    "one place": np.full((5, 2), 30.0),
    "outside": ARCFACE + 500,
    "infinite": np.where(np.arange(5)[:, None] == 1, np.inf, ARCFACE),
}


@pytest.mark.parametrize("points", UNUSABLE.values(), ids=UNUSABLE)
@pytest.mark.parametrize("template", ["arcface", "ddamfn", "own"])
def test_what_cannot_be_aligned_is_resized(points: np.ndarray, template: Any) -> None:
    step = Align(32, by="detector", template=template)
    picture = np.random.default_rng(0).integers(0, 256, (64, 64), dtype=np.uint8)
    (result,) = step.apply_at([picture], seen(points))
    plain = Align(32, by="detector").apply_at([picture], FaceGeometry())[0]
    np.testing.assert_array_equal(result, plain)
    assert np.isnan(step.extents(np.array([[64.0, 64.0]]), seen(points))).all()


def test_both_takes_the_corpus_where_it_knows() -> None:
    own, other = moved(ARCFACE, 1, 0, (60.0, 60.0)), moved(ARCFACE, 2, 40, (90.0, 90.0))
    landmarks = np.stack([landmarks_of(own), np.full((68, 2), np.nan)])
    geometry = FaceGeometry(
        points=np.stack([other, other]).astype(np.float32), landmarks=landmarks.astype(np.float32)
    )
    step = Align(112, by="both", template="arcface")
    fits = step.similarities(np.full((2, 2), 200.0), geometry)
    np.testing.assert_allclose(fits.scale, [1, 0.5], rtol=1e-5)
    eyes = Align(112, by="both")
    sides = eyes.extents(np.full((2, 2), 200.0), geometry)[:, 0]
    np.testing.assert_allclose(sides[1] / sides[0], 2, rtol=1e-5)


def test_five_points_of_landmarks_are_eyes_nose_and_mouth() -> None:
    landmarks = np.random.default_rng(1).uniform(0, 100, (2, 68, 2)).astype(np.float32)
    points = five_points(landmarks)
    np.testing.assert_allclose(points[0, 0], landmarks[0, 36:42].mean(axis=0), rtol=1e-6)
    np.testing.assert_allclose(points[1, 2:], landmarks[1, [30, 48, 54]])
    np.testing.assert_allclose(five_points(landmarks_of(points[0])[None])[0], points[0], rtol=1e-6)


def test_color_is_kept_and_bytes_are_these() -> None:
    """Bytes made on one machine: places are rounded to 1/32 pixel, weights are whole numbers."""
    rng = np.random.default_rng(9)
    picture = rng.integers(0, 256, (120, 130, 3), dtype=np.uint8)
    points = moved(ARCFACE + rng.normal(0, 2, (5, 2)), 0.9, 17, (66.0, 61.0))
    step = Align(24, by="detector", template="arcface")
    (result,) = step.apply_at([picture], seen(points))
    assert result.shape == (24, 24, 3)
    assert result[::8, ::8, 0].tolist() == EXPECTED


EXPECTED = [[148, 166, 135], [132, 121, 131], [126, 137, 121]]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"template": "arcface", "eye_height": 0.5}, "arcface has places of its own"),
        ({"size": 4}, "size is 4"),
    ],
)
def test_settings_that_make_no_sense_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Align(**{"size": 48, **options})


def test_labels_tell_the_template() -> None:
    assert Align(112, by="both", template="arcface").label == (
        "align(template=arcface, size=112, by=both)"
    )
    assert Align(48).label == "align(size=48, eye_distance=0.4, eye_height=0.35, by=landmarks)"
