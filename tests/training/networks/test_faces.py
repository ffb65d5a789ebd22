"""Faces as predict.py cuts them out of a picture."""

import numpy as np

from fercurate.training.networks import faces


def test_faces_are_reduced_by_area_averaging() -> None:
    dots = np.zeros((192, 192), dtype=np.uint8)
    dots[::4, ::4] = 160
    found = faces.cut_face(np.dstack([dots] * 3), faces.Box(0, 0, 192, 192), 0.0, 48, 1)
    np.testing.assert_array_equal(found, 10)


def test_a_face_is_a_square_with_its_margin_and_repeated_borders() -> None:
    across = np.tile(np.arange(100, dtype=np.uint8), (60, 1))
    picture = np.dstack([across] * 3)
    tall = faces.cut_face(picture, faces.Box(40, 10, 10, 20), 0.0, 20, 1)
    np.testing.assert_array_equal(tall[0], np.arange(35, 55))
    wide = faces.cut_face(picture, faces.Box(40, 10, 10, 20), 0.5, 40, 1)
    np.testing.assert_array_equal(wide[0], np.arange(25, 65))
    over = faces.cut_face(picture, faces.Box(-10, 0, 20, 20), 0.0, 20, 1)
    np.testing.assert_array_equal(over[0], [0] * 10 + list(range(10)))
    whole = faces.cut_face(picture, faces.whole_picture(picture)[0], 0.5, 100, 1)
    np.testing.assert_array_equal(whole[0], np.arange(100))


def test_colors_are_turned_to_rgb_for_networks_that_take_them() -> None:
    blue = np.zeros((8, 8, 3), dtype=np.uint8)
    blue[..., 0] = 255
    found = faces.cut_face(blue, faces.whole_picture(blue)[0], 0.0, 8, 3)
    assert found[0, 0].tolist() == [0, 0, 255]
