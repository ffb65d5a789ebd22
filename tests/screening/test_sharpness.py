"""Sharpness: exact energies, blur found, contrast forgiven."""

import cv2
import numpy as np
import pytest

from fercurate.screening.sharpness import SHARPNESS_CRITERIA, Sharpness
from fercurate.synthetic.faces import Identity, Scene, draw_face

(BLURRED,) = SHARPNESS_CRITERIA


def blurred(*pictures: np.ndarray) -> np.ndarray:
    return BLURRED.score(Sharpness().measure(pictures))


def faces(count: int, size: int = 48) -> list[np.ndarray]:
    rng = np.random.default_rng(2)
    people = ((Identity.draw(rng), Scene.draw(rng)) for _ in range(count))
    return [draw_face(who, "happy", scene, size=size) for who, scene in people]


def test_energies_of_a_ramp_and_a_checkerboard() -> None:
    ramp = np.tile(np.arange(0, 144, 3, dtype=np.uint8), (48, 1))
    board = (np.indices((48, 48)).sum(axis=0) % 2 * 10).astype(np.uint8)
    flat, busy = Sharpness().measure([ramp, board])
    across = 3**2 * 48 * 47 / 48**2
    assert flat[1] == pytest.approx(across)
    reflected = cv2.Laplacian(ramp.astype(np.float32), cv2.CV_32F)
    assert flat[0] == pytest.approx(reflected.var())
    assert busy.tolist() == pytest.approx([40.0**2, 2 * 10**2 * 47 / 48])


def test_blurring_more_scores_worse() -> None:
    for face in faces(10):
        series = [face] + [cv2.GaussianBlur(face, (0, 0), sigma) for sigma in (0.6, 0.9, 1.5, 3)]
        assert (np.diff(blurred(*series)) > 0).all()


def test_contrast_alone_is_not_blur() -> None:
    for face in faces(10):
        pale = np.rint(100 + (face.astype(np.float32) - 100) * 0.4).clip(0, 255).astype(np.uint8)
        soft = cv2.GaussianBlur(face, (0, 0), 1.0)
        sharp_score, pale_score, soft_score = blurred(face, pale, soft)
        assert abs(pale_score - sharp_score) < (soft_score - sharp_score) / 3


def test_a_flat_picture_has_no_detail_at_all() -> None:
    assert blurred(np.full((48, 48), 7, np.uint8), np.zeros((300, 200), np.uint8)).tolist() == [
        1,
        1,
    ]


def test_what_is_enlarged_counts_as_blurred() -> None:
    for face in faces(10):
        small = cv2.resize(face, (16, 16), interpolation=cv2.INTER_AREA)
        assert blurred(small)[0] > 0.6 > blurred(face)[0]


@pytest.mark.parametrize("shape", [(1, 1), (1, 900), (900, 1), (2, 3), (48, 49), (700, 300)])
def test_any_size_is_measured(shape: tuple[int, int]) -> None:
    picture = np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)
    assert 0 <= blurred(picture)[0] <= 1


def test_equal_pictures_have_equal_values_in_any_company() -> None:
    pictures = [*faces(5), *faces(5, size=96), *faces(5, size=33)]
    together = Sharpness().measure(pictures)
    for picture, row in zip(pictures, together, strict=True):
        np.testing.assert_array_equal(Sharpness().measure([picture])[0], row)


def test_a_picture_without_pixels_is_undefined() -> None:
    assert np.isnan(Sharpness().measure([np.empty((4, 0), np.uint8)])).all()
    assert Sharpness().measure([]).shape == (0, 2)
