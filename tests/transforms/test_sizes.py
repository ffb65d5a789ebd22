"""What a chain does to sizes, told beforehand, against what it does to pictures."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fercurate.transforms.chain import Chain
from fercurate.transforms.face.align import Align
from fercurate.transforms.face.crop import Crop
from fercurate.transforms.face.frontal import Frontalize
from fercurate.transforms.face.geometry import FaceGeometry, eye_centers, eye_squares, has_eyes
from fercurate.transforms.geometry import Grayscale, Resize
from fercurate.transforms.sizes import size_changes
from tests.corpora import seen_eyes

SIZES = np.array([[200, 400], [48, 48], [10, 12]], dtype=np.float64)


@pytest.mark.parametrize(
    ("fit", "stretched", "padded", "cut", "enlarged"),
    [
        (None, [2, 1, 1.2], 0, 0, [1, 1, 4.8]),
        ("stretch", [2, 1, 1.2], 0, 0, [1, 1, 4.8]),
        ("pad", [1, 1, 1], 2, 0, [1, 1, 4]),
        ("crop", [1, 1, 1], 0, 2, [1, 1, 4.8]),
    ],
)
def test_each_fit_is_told(
    fit: Any, stretched: list[float], padded: int, cut: int, enlarged: list[float]
) -> None:
    changes = size_changes(Chain((Grayscale(), Resize(48, fit))), SIZES)
    np.testing.assert_allclose(changes.stretched, stretched)
    np.testing.assert_allclose(changes.enlarged, enlarged)
    assert (changes.padded.sum(), changes.cut.sum()) == (padded, cut)
    np.testing.assert_array_equal(changes.taken, SIZES)
    assert changes.placed.all()


def test_only_the_first_resize_meets_other_shapes() -> None:
    changes = size_changes(Chain((Resize(24, "pad"), Resize(48))), SIZES)
    assert (changes.stretched == 1).all()
    np.testing.assert_allclose(changes.enlarged, [2, 2, 2])


def test_a_chain_that_resizes_nothing_changes_nothing() -> None:
    changes = size_changes(Chain((Grayscale(),)), SIZES)
    assert (changes.stretched == 1).all()
    assert (changes.enlarged == 1).all()


@given(
    st.lists(st.floats(-40, 140, width=32), min_size=4, max_size=4),
    st.sampled_from([0.0, 0.1, 0.25]),
)
def test_a_crop_takes_what_it_says(box: list[float], margin: float) -> None:
    image, boxes = np.zeros((100, 90), np.uint8), np.array([box], dtype=np.float32)
    step, sizes = Crop(margin), np.array([[100.0, 90.0]])
    found = step.extents(sizes, FaceGeometry(boxes=boxes))[0]
    part = step.cut(image, boxes[0])
    if np.isfinite(found).all():
        assert part.shape == tuple(found)
    else:
        assert part is image


@pytest.mark.parametrize(
    "box", [(np.nan, 1, 2, 3), (200, 20, 30, 40), (10, 20, -3, 40), (10, 20, 30, 0)]
)
def test_no_box_no_crop(box: tuple[float, ...]) -> None:
    boxes = np.array([box, (10, 20, 30, 40)], dtype=np.float32)
    sizes = np.array([[100.0, 90.0]] * 2)
    changes = size_changes(Chain((Crop(), Resize(48))), sizes, FaceGeometry(boxes=boxes))
    assert changes.placed.tolist() == [False, True]
    np.testing.assert_array_equal(changes.taken, [[100, 90], [40, 30]])


@pytest.mark.parametrize("step", [Crop(), Crop(by="landmarks"), Align(48), Frontalize(48)])
def test_without_geometry_no_face_is_known(step: Any) -> None:
    assert not size_changes(Chain((step,)), SIZES).placed.any()


def test_faces_are_placed_by_eyes_as_pictures_are() -> None:
    rng = np.random.default_rng(5)
    eyes = rng.uniform(-30, 120, (300, 2, 2)).astype(np.float32)
    eyes[::7, 1, 0] = np.nan
    eyes[::11, 1] = eyes[::11, 0]
    sizes = rng.integers(20, 100, (300, 2)).astype(np.float64)
    found = np.isfinite(eye_squares(eyes, sizes, 0.4)).all(axis=1)
    expected = [
        has_eyes(pair, (int(high), int(wide)))
        for pair, (high, wide) in zip(eyes, sizes, strict=True)
    ]
    assert found.tolist() == expected
    assert 20 < found.sum() < 280


def test_aligned_faces_are_squares_and_pictures_without_eyes_are_stretched() -> None:
    eyes = np.array([[[40, 50], [60, 50]], np.full((2, 2), np.nan)], dtype=np.float32)
    sizes = np.array([[120.0, 100.0], [120.0, 100.0]])
    changes = size_changes(
        Chain((Align(100, by="detector"),)), sizes, FaceGeometry(points=seen_eyes(eyes))
    )
    assert changes.placed.tolist() == [True, False]
    np.testing.assert_allclose(changes.stretched, [1, 1.2])
    np.testing.assert_allclose(changes.enlarged, [100 / (20 / 0.4), 1])


def test_frontalized_faces_need_every_landmark() -> None:
    points = np.random.default_rng(1).uniform(20, 60, (2, 68, 2)).astype(np.float32)
    points[1, 3] = np.nan
    known = Frontalize(48).extents(np.full((2, 2), 80.0), FaceGeometry(landmarks=points))
    apart = np.hypot(*(eye_centers(points)[0, 1] - eye_centers(points)[0, 0]))
    np.testing.assert_allclose(known[0], [apart / 0.4] * 2)
    assert np.isnan(known[1]).all()
