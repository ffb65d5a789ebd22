"""Synthetic faces: repeatable, varied, and moving the way their expression says."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from fercurate.synthetic import faces

Fault = Callable[[NDArray[np.uint8], np.random.Generator], NDArray[np.uint8]]

FRONT = faces.Scene(
    yaw=0.0, pitch=0.0, roll=0.0, shift_x=0.0, shift_y=0.0, scale=0.37, light_angle=1.0,
    light_strength=0.2, exposure=1.0, background=90.0, clutter=5.0, noise=2.0, blur=0.005,
    noise_seed=7,
)  # fmt: skip


def person(seed: int) -> faces.Identity:
    return faces.Identity.draw(np.random.default_rng(seed))


def move(expression: str, seed: int) -> NDArray[np.float64]:
    """Return how far each landmark goes from rest to peak, in percent of the picture."""
    rest = faces.landmarks(person(seed), expression, FRONT, intensity=0.0, size=100)
    return faces.landmarks(person(seed), expression, FRONT, intensity=1.0, size=100) - rest


@pytest.mark.parametrize("size", [32, 48, 97, 224, 640])
def test_picture_has_the_asked_size_and_uses_the_gray_range(size: int) -> None:
    picture = faces.draw_face(person(1), "happy", FRONT, size=size)
    assert picture.shape == (size, size)
    assert picture.dtype == np.uint8
    assert picture.std() > 15


def test_sizes_show_the_same_face() -> None:
    small = faces.draw_face(person(1), "fear", FRONT, size=48)
    large = faces.draw_face(person(1), "fear", FRONT, size=480)
    shrunk = large.reshape(48, 10, 48, 10).mean(axis=(1, 3))
    assert np.corrcoef(small.ravel(), shrunk.ravel())[0, 1] > 0.97


def test_same_inputs_give_the_same_picture() -> None:
    first, second = (
        faces.draw_face(person(3), "sad", faces.Scene.draw(np.random.default_rng(4)))
        for _ in range(2)
    )
    assert np.array_equal(first, second)


def test_noise_follows_its_seed() -> None:
    one = faces.draw_face(person(3), "sad", FRONT)
    other = faces.draw_face(person(3), "sad", replace(FRONT, noise_seed=8))
    assert not np.array_equal(one, other)


def test_people_differ_more_than_noise() -> None:
    pictures = [faces.draw_face(person(seed), "neutral", FRONT).astype(float) for seed in range(6)]
    gaps = [np.abs(a - b).mean() for n, a in enumerate(pictures) for b in pictures[:n]]
    assert min(gaps) > 6


@pytest.mark.parametrize("expression", faces.EXPRESSIONS)
def test_intensity_zero_is_neutral_and_grows_to_the_peak(expression: str) -> None:
    rest = faces.draw_face(person(5), "neutral", FRONT)
    frames = [
        faces.draw_face(person(5), expression, FRONT, intensity=step) for step in (0.0, 0.5, 1.0)
    ]
    gaps = [np.abs(frame.astype(float) - rest).mean() for frame in frames]
    assert gaps[0] == 0
    if expression != "neutral":
        assert 0 < gaps[1] < gaps[2]


@pytest.mark.parametrize("seed", range(8))
def test_landmarks_move_as_the_expression_says(seed: int) -> None:
    corners, brow_inner, brow_outer = [48, 54], [21, 22], [17, 26]
    happy, sad, surprise, angry = (move(e, seed) for e in ("happy", "sad", "surprise", "angry"))
    assert (happy[corners, 1] < -1).all()
    assert happy[54, 0] - happy[48, 0] > 1
    assert (sad[corners, 1] > 1).all()
    assert (sad[brow_inner, 1] < sad[brow_outer, 1] - 1).all()
    assert (surprise[17:27, 1] < -1).all()
    assert surprise[66, 1] - surprise[62, 1] > 4
    assert (angry[brow_inner, 1] > 1).all()
    assert angry[22, 0] - angry[21, 0] < -0.5
    contempt = move("contempt", seed)
    assert contempt[54, 1] < contempt[48, 1] - 1


def test_landmarks_lie_on_the_drawing() -> None:
    quiet = replace(FRONT, noise=0.0, light_strength=0.0)
    someone = replace(person(2), glasses=False, beard=0.0, skin=200.0, hair=20.0)
    picture = faces.draw_face(someone, "surprise", quiet, size=256).astype(float)
    points = faces.landmarks(someone, "surprise", quiet, size=256)
    skin = np.median(picture[150:170, 100:156])
    x, y = points[[62, 66]].mean(axis=0).round().astype(int)
    assert picture[y, x] < 0.35 * skin  # the open mouth
    for x, y in points[[18, 19, 24, 25]].round().astype(int):
        assert picture[y, x] < 0.5 * skin  # the brows


def test_landmarks_keep_the_ibug_order() -> None:
    points = faces.landmarks(person(0), "neutral", FRONT)
    assert points.shape == (68, 2)
    assert (np.diff(points[:17, 0]) > 0).all()
    assert points[36:42, 0].max() < points[42:48, 0].min()
    for upper, lower in ((17, 36), (37, 41), (38, 40), (43, 47), (30, 51), (51, 57), (57, 8)):
        assert points[upper, 1] < points[lower, 1]


def test_unknown_expression_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"bored.*angry.*contempt"):
        faces.draw_face(person(0), "bored", FRONT)
    with pytest.raises(ValueError, match="bored"):
        faces.landmarks(person(0), "bored", FRONT)


@pytest.mark.parametrize(("intensity", "size"), [(1.5, 48), (-0.1, 48), (1.0, 31), (1.0, 641)])
def test_out_of_range_arguments_are_refused(intensity: float, size: int) -> None:
    with pytest.raises(ValueError, match=r"must lie in"):
        faces.draw_face(person(0), "happy", FRONT, intensity=intensity, size=size)


@pytest.mark.parametrize("seed", range(8))
def test_exposure_faults_reach_their_bounds(seed: int) -> None:
    rng = np.random.default_rng(seed)
    face = faces.draw_face(faces.Identity.draw(rng), "fear", faces.Scene.draw(rng))
    assert faces.darken(face, rng).mean() < 25
    assert faces.brighten(face, rng).mean() > 225


@pytest.mark.parametrize("size", [48, 200])
@pytest.mark.parametrize("fault", [faces.occlude, faces.watermark, faces.darken, faces.brighten])
def test_faults_change_a_copy(fault: Fault, size: int) -> None:
    face = faces.draw_face(person(0), "happy", FRONT, size=size)
    before = face.copy()
    for seed in range(8):
        spoiled = fault(face, np.random.default_rng(seed))
        assert spoiled.shape == face.shape
        assert spoiled.dtype == np.uint8
        assert np.abs(spoiled.astype(float) - face).mean() > 3
        assert np.array_equal(spoiled, fault(face, np.random.default_rng(seed)))
    assert np.array_equal(face, before)


def test_cartoons_are_flat_and_show_the_expression() -> None:
    happy = faces.cartoon(person(0), "happy", FRONT, size=192)
    assert happy.shape == (192, 192)
    assert np.bincount(happy.ravel()).max() > 0.2 * happy.size
    assert not np.array_equal(happy, faces.cartoon(person(0), "sad", FRONT, size=192))
    with pytest.raises(ValueError, match="bored"):
        faces.cartoon(person(0), "bored", FRONT)


def test_non_faces_vary() -> None:
    pictures = [faces.non_face(np.random.default_rng(seed), size=64) for seed in range(12)]
    assert {picture.shape for picture in pictures} == {(64, 64)}
    assert len({picture.tobytes() for picture in pictures}) == 12
