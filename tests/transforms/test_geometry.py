"""Geometry: exact turns, zoom against two references."""

from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import ndimage

from fercurate.transforms.chain import Chain
from fercurate.transforms.face.crop import Crop
from fercurate.transforms.face.geometry import FaceGeometry
from fercurate.transforms.geometry import Flip, Grayscale, Resize, Rotate, ToRgb, Zoom

BATCHES = hnp.arrays(np.uint8, st.tuples(st.integers(1, 4), st.just(12), st.just(12)))


def faces(count: int = 6, size: int = 48, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (count, size, size), dtype=np.uint8)


@given(BATCHES)
def test_quarter_turns_are_exact_and_undo_each_other(batch: np.ndarray) -> None:
    turned = Rotate(90).apply(batch)
    np.testing.assert_array_equal(Rotate(-90).apply(turned), batch)
    np.testing.assert_array_equal(Rotate(180).apply(batch), Rotate(90).apply(turned))
    np.testing.assert_array_equal(Flip().apply(Flip().apply(batch)), batch)


def test_positive_degrees_turn_counter_clockwise() -> None:
    batch = np.array([[[1, 2], [3, 4]]], dtype=np.uint8)
    np.testing.assert_array_equal(Rotate(90).apply(batch)[0], [[2, 4], [1, 3]])


@pytest.mark.parametrize("factor", [1.7, 1.1, 0.8, 3.0])
def test_zoom_agrees_with_opencv(factor: float) -> None:
    batch = cv2.GaussianBlur(faces(1)[0], (5, 5), 1.2)[None]
    center = 23.5
    matrix = np.array([[factor, 0, center * (1 - factor)], [0, factor, center * (1 - factor)]])
    expected = cv2.warpAffine(
        batch[0], matrix, (48, 48), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101
    )
    difference = np.abs(Zoom(factor).apply(batch)[0].astype(int) - expected.astype(int))
    assert difference.max() <= 3  # warpAffine rounds positions to 1/32 pixel


def test_zoom_equals_the_written_out_formula() -> None:
    image = faces(1)[0].astype(np.float64)
    source = 23.5 + (np.arange(48) - 23.5) / 1.7
    low, part = np.floor(source).astype(int), source - np.floor(source)
    rows = image[low] * (1 - part)[:, None] + image[low + 1] * part[:, None]
    expected = rows[:, low] * (1 - part) + rows[:, low + 1] * part
    result = Zoom(1.7).apply(image.astype(np.uint8)[None])[0]
    assert np.abs(result - expected).max() <= 0.75  # half a gray level, and 11-bit weights


def test_zoom_by_one_changes_nothing_and_stays_in_range() -> None:
    batch = faces()
    np.testing.assert_array_equal(Zoom(1.0).apply(batch), batch)
    white = np.full((2, 48, 48, 3), 255, dtype=np.uint8)
    np.testing.assert_array_equal(Zoom(1.7).apply(white), white)


@pytest.mark.parametrize("degrees", [15, -33.3, 100, 271])
def test_other_angles_agree_with_scipy(degrees: float) -> None:
    batch = np.stack([cv2.GaussianBlur(face, (0, 0), 2) for face in faces(3)])
    expected = [
        ndimage.rotate(image.astype(float), degrees, reshape=False, order=1, mode="mirror")
        for image in batch
    ]
    difference = np.abs(Rotate(degrees).apply(batch) - np.stack(expected))
    assert difference.max() < 1  # positions are rounded to 1/32 pixel, values to 1


def test_angles_have_one_label_each() -> None:
    assert Rotate(90.0).label == "rotate(degrees=90)"
    assert Rotate(-12.5).label == "rotate(degrees=-12.5)"
    np.testing.assert_array_equal(Rotate(270).apply(faces()), Rotate(-90).apply(faces()))


@pytest.mark.parametrize("bad", [{"degrees": 360}, {"degrees": 0}])
def test_rotate_refuses_whole_turns(bad: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"expected -360\.\.360"):
        Rotate(**bad)


def test_a_chain_joins_pictures_of_all_sizes_in_order() -> None:
    rng = np.random.default_rng(0)
    shapes = [(48, 48), (96, 96), (48, 48), (60, 50, 3)]
    images = [rng.integers(0, 256, shape, dtype=np.uint8) for shape in shapes]
    batch = Chain((Grayscale(), Resize(48))).apply(images)
    assert batch.shape == (4, 48, 48)
    for place, image in enumerate(images):
        alone = Chain((Grayscale(), Resize(48))).apply([image])
        np.testing.assert_array_equal(batch[place], alone[0])
    assert Chain((ToRgb(), Resize(48))).apply(images).shape == (4, 48, 48, 3)
    with pytest.raises(ValueError, match="different shapes"):
        Chain(()).apply(images)


@pytest.mark.parametrize(
    ("box", "margin", "rows", "columns"),
    [
        ((10, 20, 30, 40), 0.0, (20, 60), (10, 40)),
        ((10, 20, 30, 40), 0.1, (16, 64), (7, 43)),
        ((-5, -5, 30, 30), 0.0, (0, 25), (0, 25)),
        ((80, 90, 30, 30), 0.0, (90, 100), (80, 90)),
        ((10.4, 20.6, 30.2, 40.0), 0.0, (21, 61), (10, 41)),
        ((200, 20, 30, 40), 0.0, (0, 100), (0, 90)),
        ((10, 20, -3, 40), 0.0, (0, 100), (0, 90)),
        ((np.nan, 20, 30, 40), 0.0, (0, 100), (0, 90)),
    ],
)
def test_crop_takes_rows_from_y_and_columns_from_x(
    box: tuple[float, ...], margin: float, rows: tuple[int, int], columns: tuple[int, int]
) -> None:
    image = np.random.default_rng(2).integers(0, 256, (100, 90), dtype=np.uint8)
    part = Crop(margin).cut(image, np.array(box, dtype=np.float32))
    np.testing.assert_array_equal(part, image[slice(*rows), slice(*columns)])


def test_a_chain_crops_first() -> None:
    image = np.zeros((100, 90), dtype=np.uint8)
    image[20:60, 10:50] = 200
    boxes = np.array([[10, 20, 40, 40], [np.nan] * 4], dtype=np.float32)
    batch = Chain((Crop(), Resize(16))).apply([image, image], FaceGeometry(boxes=boxes))
    assert (batch[0] == 200).all()
    assert not (batch[1] == 200).all()
    whole = Chain((Crop(), Resize(16))).apply([image])
    np.testing.assert_array_equal(whole[0], batch[1])


@pytest.mark.parametrize(
    ("margin", "rows", "columns"), [(0.0, (20, 60), (10, 50)), (0.25, (10, 70), (0, 60))]
)
def test_crop_by_landmarks_cuts_out_the_pixels_they_cover(
    margin: float, rows: tuple[int, int], columns: tuple[int, int]
) -> None:
    image = np.random.default_rng(2).integers(0, 256, (100, 90), dtype=np.uint8)
    points = np.random.default_rng(3).uniform((11, 21), (48, 58), (2, 68, 2)).astype(np.float32)
    points[0, :2] = (10, 40), (49, 41)
    points[0, 8:10] = (30, 20), (31, 59)
    points[1, 5, 0] = np.nan
    step = Crop(margin, by="landmarks")
    known, unknown = step.apply_at([image, image], FaceGeometry(landmarks=points))
    np.testing.assert_array_equal(known, image[slice(*rows), slice(*columns)])
    np.testing.assert_array_equal(unknown, image)
    assert step.label == f"crop(margin={margin:g}, by=landmarks)"


def test_places_are_taken_row_by_row() -> None:
    boxes = np.arange(12, dtype=np.float32).reshape(3, 4)
    shape = np.ones((68, 2))
    taken = FaceGeometry(boxes=boxes, mean_shape=shape).take(np.array([2, 0]))
    assert taken.boxes is not None
    np.testing.assert_array_equal(taken.boxes, boxes[[2, 0]])
    assert (taken.points, taken.landmarks) == (None, None)
    assert taken.mean_shape is shape
