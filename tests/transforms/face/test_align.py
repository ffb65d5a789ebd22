"""Alignment by the eyes: where they land, what stays, what happens without them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fercurate.transforms.chain import Chain
from fercurate.transforms.face.align import Align
from fercurate.transforms.face.geometry import FaceGeometry, eye_centers
from fercurate.transforms.face.sampling import Density, sample
from fercurate.transforms.geometry import Grayscale, Resize
from tests.corpora import seen_eyes

UNKNOWN = np.full((2, 2), np.nan)


def spots(points: np.ndarray, shape: tuple[int, int], width: float) -> np.ndarray:
    """A dark picture with a bright Gaussian spot at each point (x, y)."""
    y, x = np.mgrid[: shape[0], : shape[1]]
    away = [(x - px) ** 2 + (y - py) ** 2 for px, py in points]
    return np.rint(sum(250 * np.exp(-d / (2 * width**2)) for d in away)).clip(0, 255).astype("u1")


def center(picture: np.ndarray, near: tuple[float, float], reach: float) -> np.ndarray:
    """The center of brightness x, y within reach of a place."""
    y, x = np.mgrid[: picture.shape[0], : picture.shape[1]]
    weight = picture * (np.hypot(x - near[0], y - near[1]) < reach).astype(float)
    return np.array([(weight * x).sum(), (weight * y).sum()]) / weight.sum()


def eyes_at(middle: tuple[float, float], distance: float, degrees: float) -> np.ndarray:
    half = np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))]) * distance / 2
    return np.stack([np.array(middle) - half, np.array(middle) + half])


def by_detector(*eyes: np.ndarray) -> FaceGeometry:
    return FaceGeometry(points=seen_eyes(np.array(eyes, dtype=np.float32)))


def aligned(image: np.ndarray, eyes: np.ndarray, **options: float) -> np.ndarray:
    return Align(by="detector", **options).apply_at([image], by_detector(eyes))[0]  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [48, 64, 112, 224])
@pytest.mark.parametrize(
    ("distance", "degrees"),
    [(80, 0), (80, 25), (30, -40), (150, 170), (19, 90)],
    ids=["level", "tilted", "small", "upside-down", "lying"],
)
def test_eyes_land_on_the_stated_places(size: int, distance: float, degrees: float) -> None:
    eyes = eyes_at((150.3, 141.6), distance, degrees)
    result = aligned(spots(eyes, (300, 320), distance / 16), eyes, size=size)
    assert result.shape == (size, size)
    for sign, _ in zip((-1, 1), eyes, strict=True):
        wanted = (size * (0.5 + sign * 0.2) - 0.5, size * 0.35 - 0.5)
        found = center(result, wanted, 0.15 * size)
        np.testing.assert_allclose(found, wanted, atol=0.1)


def test_places_are_those_of_the_parameters() -> None:
    eyes = eyes_at((100, 90), 60, 10)
    drawn = spots(eyes, (200, 200), 4)
    result = aligned(drawn, eyes, size=100, eye_distance=0.5, eye_height=0.3)
    np.testing.assert_allclose(center(result, (24.5, 29.5), 10), (24.5, 29.5), atol=0.5)
    np.testing.assert_allclose(center(result, (74.5, 29.5), 10), (74.5, 29.5), atol=0.5)


def test_eyes_of_landmarks_are_the_means_of_six_points() -> None:
    rng = np.random.default_rng(0)
    landmarks = rng.uniform(20, 80, (1, 68, 2)).astype(np.float32)
    landmarks[0, 36:42] = np.array([35, 40]) + 5 * _hexagon()
    landmarks[0, 42:48] = np.array([65, 44]) + 5 * _hexagon()
    np.testing.assert_allclose(eye_centers(landmarks)[0], [[35, 40], [65, 44]], atol=1e-5)
    image = rng.integers(0, 256, (100, 100), dtype=np.uint8)
    (by_landmarks,) = Align(48).apply_at([image], FaceGeometry(landmarks=landmarks))
    expected = aligned(image, eye_centers(landmarks)[0], size=48)
    np.testing.assert_array_equal(by_landmarks, expected)


def _hexagon() -> np.ndarray:
    angle = np.arange(6) * np.pi / 3
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)


@given(
    degrees=st.floats(-180, 180),
    distance=st.floats(30, 90),
    mouth=st.tuples(st.floats(-0.5, 0.5), st.floats(0.6, 1.2)),
)
@settings(max_examples=25, deadline=None)
def test_angles_stay(degrees: float, distance: float, mouth: tuple[float, float]) -> None:
    eyes = eyes_at((180, 180), distance, degrees)
    along = eyes[1] - eyes[0]
    below = np.array([-along[1], along[0]])
    third = eyes.mean(axis=0) + mouth[0] * along + mouth[1] * below
    drawn = spots(np.array([*eyes, third]), (360, 360), distance / 20)
    result = aligned(drawn, eyes, size=120)
    wanted = np.array([59.5 + mouth[0] * 48, 41.5 + mouth[1] * 48])
    found = [center(result, near, 10) for near in ((35.5, 41.5), (83.5, 41.5), tuple(wanted))]
    np.testing.assert_allclose(found[2], wanted, atol=0.5)
    before, after = _angles(np.array([*eyes, third])), _angles(np.array(found))
    np.testing.assert_allclose(after, before, atol=1.0)


def _angles(corners: np.ndarray) -> np.ndarray:
    """The three angles of a triangle in degrees."""
    sides = np.roll(corners, -1, axis=0) - corners
    turns = np.arctan2(sides[:, 1], sides[:, 0])
    return np.degrees((turns - np.roll(turns, 1) + np.pi) % (2 * np.pi))


@pytest.mark.parametrize("size", [48, 50, 112])
@pytest.mark.parametrize("channels", [(), (3,)], ids=["gray", "rgb"])
def test_a_picture_whose_eyes_are_in_place_stays(size: int, channels: tuple[int, ...]) -> None:
    image = np.random.default_rng(1).integers(0, 256, (size, size, *channels), dtype=np.uint8)
    eyes = np.array([[0.3, 0.35], [0.7, 0.35]]) * size - 0.5
    np.testing.assert_array_equal(aligned(image, eyes, size=size), image)


@pytest.mark.parametrize(
    "eyes",
    [
        UNKNOWN,
        np.array([[30, 30], [np.nan, 30]]),
        np.array([[30, 30], [30, 30]]),
        np.array([[30, 30], [30.5, 30]]),
        np.array([[-90, 30], [-50, 30]]),
        np.array([[np.inf, 30], [50, 30]]),
    ],
    ids=["unknown", "half", "same", "too-close", "outside", "infinite"],
)
def test_without_eyes_a_picture_is_resized(eyes: np.ndarray) -> None:
    image = np.random.default_rng(1).integers(0, 256, (90, 70), dtype=np.uint8)
    np.testing.assert_array_equal(aligned(image, eyes, size=48), Resize(48).apply(image[None])[0])


@pytest.mark.parametrize("by", ["landmarks", "detector"])
def test_without_places_all_pictures_are_resized(by: str) -> None:
    images = [np.full((60, 50), 7, np.uint8), np.full((40, 80, 3), 9, np.uint8)]
    step = Align(48, by=by)  # type: ignore[arg-type]
    for image, result in zip(images, step.apply_at(images, FaceGeometry()), strict=True):
        np.testing.assert_array_equal(result, Resize(48).apply(image[None])[0])
    assert Chain((step, Grayscale())).apply(images).shape == (2, 48, 48)


def test_outside_of_the_picture_its_border_goes_on() -> None:
    image = np.zeros((40, 40), np.uint8)
    image[:, 20:] = 200
    result = aligned(image, np.array([[15.5, 12], [23.5, 12]]), size=48)
    assert (result[:, :23] == 0).all()
    assert (result[:, 25:] == 200).all()


def test_fine_stripes_become_gray_when_shrinking() -> None:
    image = np.zeros((490, 640), np.uint8)
    image[:, ::2] = 255
    for distance, degrees in ((60, 0), (100, 0), (100, 30), (150, 5)):
        result = aligned(image, eyes_at((320, 245), distance, degrees), size=48)
        assert np.abs(result.astype(int) - 127).max() <= 16, (distance, degrees)


def face(points: np.ndarray) -> np.ndarray:
    """A smooth drawn face, 0..255, at points (..., 2) in eye units."""
    parts = [
        ((-0.5, 0.0), 0.22, -90), ((0.5, 0.0), 0.22, -70), ((0.0, 0.6), 0.2, 40),
        ((0.1, 1.1), 0.3, -80), ((-0.6, 0.8), 0.4, 50), ((0.0, 0.3), 1.2, 60),
    ]  # fmt: skip
    away = [np.square(points - place).sum(axis=-1) / width**2 for place, width, _ in parts]
    tones = [tone * np.exp(-a / 2) for a, (_, _, tone) in zip(away, parts, strict=True)]
    return 130 + np.sum(tones, axis=0)


def drawn_face(eyes: np.ndarray, side: int) -> np.ndarray:
    y, x = np.mgrid[:side, :side]
    along = complex(*(eyes[1] - eyes[0]))
    units = (x + 1j * y - complex(*eyes.mean(axis=0))) / along
    return np.rint(face(np.stack([units.real, units.imag], axis=-1))).astype(np.uint8)


@given(
    degrees=st.floats(-180, 180),
    distance=st.floats(24, 70),
    shift=st.tuples(st.floats(-20, 20), st.floats(-20, 20)),
)
@settings(max_examples=40, deadline=None)
def test_a_turned_scaled_shifted_face_gives_the_same_picture(
    degrees: float, distance: float, shift: tuple[float, float]
) -> None:
    eyes = eyes_at((150 + shift[0], 150 + shift[1]), distance, degrees)
    result = aligned(drawn_face(eyes, 300), eyes, size=48)
    in_place = drawn_face(np.array([[0.3, 0.35], [0.7, 0.35]]) * 48 - 0.5, 48)
    difference = np.abs(result.astype(int) - in_place)
    assert (difference.max() <= 6, difference.mean() <= 1) == (True, True)


@pytest.mark.parametrize("scale", [0.4, 1.0, 1.1], ids=["enlarged", "same", "hardly-shrunk"])
def test_sampling_equals_the_written_out_formula(scale: float) -> None:
    image = drawn_face(eyes_at((40, 35), 30, 20), 80)
    y, x = np.mgrid[:32, :32] * scale + np.array([20.3, 25.7])[:, None, None]
    result = sample(image, x, y, Density.of(scale))
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    across, down = x - left, y - top
    expected = (
        image[top, left] * (1 - across) * (1 - down) + image[top, left + 1] * across * (1 - down)
        + image[top + 1, left] * (1 - across) * down + image[top + 1, left + 1] * across * down
    )  # fmt: skip
    assert np.abs(result - expected).max() <= 0.5 + 1 / 64 * 2 * 12  # slope below 12 a pixel


@pytest.mark.parametrize(
    ("scale", "reduction", "samples"),
    [(0.1, 1, 1), (1.1, 1, 1), (1.5, 1, 2), (2.0, 1, 2), (2.2, 2, 1), (5.0, 3, 2), (60.0, 30, 2)],
)
def test_pictures_are_sampled_as_finely_as_they_shrink(
    scale: float, reduction: int, samples: int
) -> None:
    assert Density.of(scale) == Density(reduction, samples)


def test_a_very_wide_picture_and_one_pixel() -> None:
    wide = np.full((2, 40_000), 77, np.uint8)
    eyes = np.array([[35_000.0, 0.5], [35_020.0, 0.5]])
    assert (aligned(wide, eyes, size=16) == 77).all()
    far = np.array([[100.0, 0.5], [39_900.0, 0.5]])
    assert (aligned(wide, far, size=1024) == 77).all()
    assert (aligned(np.full((1, 1), 5, np.uint8), np.array([[-3, 0], [3, 0]]), size=8) == 5).all()
    absurd = np.array([[-1e7, 20.0], [1e7, 20.0]])
    assert (aligned(np.full((48, 48), 5, np.uint8), absurd, size=48) == 5).all()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"size": 7}, "size is 7; expected 8..1024 pixels"),
        ({"size": 48, "eye_distance": 0.95}, "eye_distance is 0.95; expected 0.1..0.9"),
        ({"size": 48, "eye_height": 0.0}, "eye_height is 0; expected 0.1..0.9"),
        ({"size": 48, "eye_height": float("nan")}, "eye_height is nan"),
    ],
)
def test_align_refuses_what_gives_no_face(options: dict[str, float], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Align(**options)  # type: ignore[arg-type]
