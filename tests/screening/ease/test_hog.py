"""The HOG feature of faces: its size, what it forgives, what it tells apart."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from fercurate.screening.ease.hog import HOG_LENGTH, hog_features
from fercurate.synthetic.faces import Identity, Scene, draw_face


def faces(count: int, size: int = 48) -> np.ndarray:
    rng = np.random.default_rng(11)
    names = ("happy", "sad", "surprise", "neutral")
    return np.stack(
        [draw_face(Identity.draw(rng), names[i % 4], Scene.draw(rng), size=size)
         for i in range(count)]
    )  # fmt: skip


def ramp(axis: int, *, falling: bool = False) -> np.ndarray:
    levels = np.linspace(20, 220, 48).round().astype(np.uint8)[:: -1 if falling else 1]
    return np.repeat(np.expand_dims(levels, 1 - axis), 48, axis=1 - axis)[None]


def distance(left: np.ndarray, right: np.ndarray) -> float:
    return float(np.linalg.norm(left - right, axis=1).mean())


@pytest.mark.parametrize("shape", [(48, 48), (96, 96), (40, 60)], ids=str)
def test_any_size_gives_1440_numbers_between_0_and_the_root_of_2(shape: tuple[int, int]) -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (3, *shape)).astype(np.uint8)
    features = hog_features(pictures)
    assert (features.shape, features.dtype, HOG_LENGTH) == ((3, 1440), np.float32, 1440)
    assert features.min() >= 0
    assert 0.5 < features.max() <= 2**0.5


def test_no_pictures_give_no_features() -> None:
    assert hog_features(np.zeros((0, 48, 48), np.uint8)).shape == (0, HOG_LENGTH)


def test_a_constant_picture_gives_zeros() -> None:
    assert not hog_features(np.full((1, 48, 48), 90, np.uint8)).any()


def test_a_ramp_to_the_right_is_a_ramp_to_the_left_but_up_is_not_down() -> None:
    right, left = (hog_features(ramp(1, falling=f)) for f in (False, True))
    down, up = (hog_features(ramp(0, falling=f)) for f in (False, True))
    size = float(np.linalg.norm(right))
    assert distance(right, left) < 0.1 * size
    assert distance(down, up) > size
    assert distance(down, right) > size


def test_mirroring_changes_a_face_far_less_than_another_face_does() -> None:
    pictures = faces(24)
    own = hog_features(pictures)
    mirrored = hog_features(np.ascontiguousarray(pictures[:, :, ::-1]))
    assert distance(own, mirrored) < 0.25 * distance(own, np.roll(own, 1, axis=0))


def test_the_second_half_tells_how_lopsided_a_picture_is() -> None:
    half = HOG_LENGTH // 2
    level, tilted = hog_features(ramp(0))[0], hog_features(ramp(1))[0]
    assert np.linalg.norm(level[half:]) < 0.1 * np.linalg.norm(level[:half])
    assert np.linalg.norm(tilted[half:]) > 0.9 * np.linalg.norm(tilted[:half])


def test_brightness_does_not_count() -> None:
    pictures = np.clip(faces(4), 40, 180).astype(np.uint8)
    np.testing.assert_allclose(hog_features(pictures), hog_features(pictures + 40), atol=1e-6)


def test_values_do_not_depend_on_company_or_threads() -> None:
    pictures = faces(40)
    whole = hog_features(pictures)
    assert np.array_equal(hog_features(pictures[7:8]), whole[7:8])
    with ThreadPoolExecutor(4) as pool:
        parts = list(pool.map(hog_features, np.array_split(pictures, 8)))
    assert np.array_equal(np.concatenate(parts), whole)
