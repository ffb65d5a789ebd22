"""Frontalization: the mean shape, and the warp to it against a formula written out."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import Delaunay

from fercurate.synthetic.ckplus import _studio
from fercurate.synthetic.faces import EXPRESSIONS, Identity, draw_face, landmarks
from fercurate.transforms.chain import Chain
from fercurate.transforms.face.align import Align
from fercurate.transforms.face.eye_frame import EyeFrame
from fercurate.transforms.face.frontal import Frontalize, _vertices
from fercurate.transforms.face.geometry import FaceGeometry, eye_centers
from fercurate.transforms.face.mean_shape import MIRROR, mean_shape, own_shape
from fercurate.transforms.geometry import Grayscale, Resize


def drawn(count: int, size: int, seed: int = 0) -> tuple[list[np.ndarray], np.ndarray]:
    """Pictures of drawn faces and their landmarks (N, 68, 2)."""
    rng = np.random.default_rng(seed)
    pictures, points = [], []
    for number in range(count):
        seen = (Identity.draw(rng), EXPRESSIONS[number % len(EXPRESSIONS)], _studio(rng))
        pictures.append(draw_face(*seen, size=size))
        points.append(landmarks(*seen, size=size))
    return pictures, np.array(points, dtype=np.float32)


PICTURES, LANDMARKS = drawn(24, 200)


def known(shape: np.ndarray | None) -> np.ndarray:
    """A shape that there is."""
    assert shape is not None
    return shape


SHAPE = known(mean_shape(LANDMARKS))


def frontal(image: np.ndarray, points: np.ndarray, size: int = 48) -> np.ndarray:
    geometry = FaceGeometry(landmarks=points[None].astype(np.float32), mean_shape=SHAPE)
    return Frontalize(size).apply_at([image], geometry)[0]


def test_the_mirror_permutation_swaps_left_and_right() -> None:
    mirror = np.array(MIRROR)
    assert sorted(MIRROR) == list(range(68))
    np.testing.assert_array_equal(mirror[mirror], np.arange(68))
    middle = [place for place in range(68) if MIRROR[place] == place]
    assert middle == [8, 27, 28, 29, 30, 33, 51, 57, 62, 66]
    assert [MIRROR[place] for place in (0, 17, 31, 36, 37, 41, 48, 59, 60, 67)] == [
        *(16, 26, 35, 45, 44, 46, 54, 55, 64, 65)
    ]


def test_the_mean_shape_is_symmetric_upright_and_in_eye_units() -> None:
    np.testing.assert_array_equal(SHAPE[list(MIRROR)], SHAPE * [-1, 1])
    np.testing.assert_allclose(eye_centers(SHAPE), [[-0.5, 0], [0.5, 0]], atol=1e-5)
    assert SHAPE[8, 1] > SHAPE[57, 1] > SHAPE[33, 1] > 0 > SHAPE[19, 1]


def test_the_mean_shape_is_the_one_of_generalized_procrustes_analysis() -> None:
    """Gower's iteration: fit every shape to the mean by turning and scaling, average, repeat."""
    shapes = LANDMARKS.astype(np.float64)
    both = np.concatenate([shapes, (shapes * [-1, 1])[:, list(MIRROR)]])
    both -= both.mean(axis=1, keepdims=True)
    both /= np.linalg.norm(both, axis=(1, 2), keepdims=True)
    mean = both[0]
    for _ in range(30):
        fitted = []
        for shape in both:
            u, sizes, v = np.linalg.svd(shape.T @ mean)
            assert np.linalg.det(u @ v) > 0
            fitted.append(sizes.sum() * shape @ u @ v)
        mean = np.mean(fitted, axis=0)
        mean /= np.linalg.norm(mean)
    eyes = eye_centers(mean)
    along = complex(*(eyes[1] - eyes[0]))
    units = (mean[:, 0] + 1j * mean[:, 1] - complex(*eyes.mean(axis=0))) / along
    np.testing.assert_allclose(SHAPE, np.stack([units.real, units.imag], axis=1), atol=2e-4)


@given(
    st.lists(
        st.tuples(st.floats(-3, 3), st.floats(0.2, 5), st.floats(-500, 500)),
        min_size=24, max_size=24,
    )
)  # fmt: skip
@settings(max_examples=15, deadline=None)
def test_place_size_and_turn_do_not_change_the_mean_shape(
    moves: list[tuple[float, float, float]],
) -> None:
    moved = []
    for points, (turn, scale, shift) in zip(LANDMARKS.astype(np.float64), moves, strict=True):
        cos, sin = np.cos(turn) * scale, np.sin(turn) * scale
        moved.append(points @ np.array([[cos, sin], [-sin, cos]]) + [shift, -shift])
    again = known(mean_shape(np.array(moved, dtype=np.float32)))
    np.testing.assert_allclose(again, SHAPE, atol=1e-4)


def test_faces_without_landmarks_do_not_count() -> None:
    unknown = np.full((3, 68, 2), np.nan, np.float32)
    half = LANDMARKS[:1].copy()
    half[0, 3, 1] = np.inf
    nothing = np.zeros((2, 68, 2), np.float32)
    with_them = np.concatenate([unknown, LANDMARKS, half, nothing])
    np.testing.assert_array_equal(mean_shape(with_them), SHAPE)
    assert mean_shape(np.concatenate([unknown, half, nothing])) is None
    assert mean_shape(LANDMARKS[:0]) is None


def test_the_mean_shape_is_the_same_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fercurate.transforms.face.mean_shape._BLOCK", 7)
    np.testing.assert_array_equal(mean_shape(LANDMARKS), SHAPE)


@pytest.mark.parametrize("size", [48, 64, 112, 224])
@pytest.mark.parametrize("channels", [(), (3,)], ids=["gray", "rgb"])
def test_landmarks_in_place_leave_the_picture_as_it_is(
    size: int, channels: tuple[int, ...]
) -> None:
    image = np.random.default_rng(1).integers(0, 256, (size, size, *channels), dtype=np.uint8)
    in_place = EyeFrame(size).pixels(SHAPE)
    np.testing.assert_array_equal(frontal(image, in_place, size), image)


def written_out(image: np.ndarray, points: np.ndarray, size: int) -> np.ndarray:
    """The warp by barycentric coordinates and bilinear sampling, in floats."""
    vertices = _vertices(EyeFrame(size), SHAPE.tobytes())
    design = np.zeros((136, 4))
    design[::2] = np.column_stack([vertices[:68, 0], -vertices[:68, 1], np.ones(68), np.zeros(68)])
    design[1::2] = np.column_stack([vertices[:68, 1], vertices[:68, 0], np.zeros(68), np.ones(68)])
    a, b, right, down = np.linalg.lstsq(design, points.reshape(-1))[0]
    rim = vertices[68:] @ np.array([[a, b], [-b, a]]) + [right, down]
    ends = np.concatenate([points, rim])
    y, x = np.mgrid[:size, :size].astype(float)
    source = np.full((size, size, 2), np.nan)
    for corners in Delaunay(vertices @ [[1, 0], [1e-3, 1]]).simplices:
        (ax, ay), (bx, by), (cx, cy) = vertices[corners]
        area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay)
        second = ((x - ax) * (cy - ay) - (cx - ax) * (y - ay)) / area
        third = ((bx - ax) * (y - ay) - (x - ax) * (by - ay)) / area
        first = 1 - second - third
        inside = np.minimum(np.minimum(first, second), third) >= -1e-9
        weights = np.stack([first, second, third], axis=-1)
        source[inside] = (weights @ ends[corners])[inside]
    assert np.isfinite(source).all()
    across, below = source.clip(0, np.array(image.shape[::-1]) - 1.001).transpose(2, 0, 1)
    left, top = np.floor(across).astype(int), np.floor(below).astype(int)
    p, q = across - left, below - top
    upper = image[top, left] * (1 - p) + image[top, left + 1] * p
    lower = image[top + 1, left] * (1 - p) + image[top + 1, left + 1] * p
    return upper * (1 - q) + lower * q


@pytest.mark.parametrize("number", range(6))
def test_the_warp_equals_the_written_out_formula(number: int) -> None:
    y, x = np.mgrid[:200, :200]
    smooth = np.rint(128 + 60 * np.sin(x / 12) + 60 * np.cos(y / 15)).astype(np.uint8)
    points = LANDMARKS[number].astype(np.float64)
    size = 112  # enlarges, so that one place a pixel is sampled
    result = frontal(smooth, points, size)
    assert np.abs(result - written_out(smooth, points, size)).max() <= 0.75


@pytest.mark.parametrize("size", [48, 112])
def test_every_landmark_comes_to_the_mean_shape(size: int) -> None:
    """A ramp tells for each pixel which place of the picture it shows."""
    ramps = [np.tile(np.arange(200, dtype=np.uint8), (200, 1))]
    ramps.append(ramps[0].T.copy())
    wanted = EyeFrame(size).pixels(SHAPE)
    inside = ((wanted >= 1) & (wanted <= size - 2)).all(axis=1)
    assert inside.sum() >= 50
    for points in LANDMARKS[:8]:
        for axis, ramp in enumerate(ramps):
            shown = frontal(ramp, points, size).astype(float)
            left, top = np.floor(wanted[inside]).astype(int).T
            p, q = (wanted[inside] - np.floor(wanted[inside])).T
            upper = shown[top, left] * (1 - p) + shown[top, left + 1] * p
            lower = shown[top + 1, left] * (1 - p) + shown[top + 1, left + 1] * p
            found = upper * (1 - q) + lower * q
            pixel = 80 / (0.4 * size)  # of the result, in the picture; eyes are up to 80 apart
            assert np.abs(found - points[inside, axis]).max() <= 0.5 + pixel


def test_a_turned_face_becomes_symmetric() -> None:
    """Left and right of the nose come to mirror places: light and dark meet at the axis."""
    x = np.arange(200)
    points = LANDMARKS[0].astype(np.float64)
    points[:, 0] += 0.004 * (points[:, 0] - points[27, 0]) ** 2  # one side wider, as when turned
    bridge = np.interp(np.arange(200), points[27:31, 1], points[27:31, 0])
    halves = np.where(x < bridge[:, None], 0, 255).astype(np.uint8)
    result = frontal(halves, points)
    rows = slice(19, 24)  # along the nose
    assert (result[rows, :22] == 0).all()
    assert (result[rows, 26:] == 255).all()


@pytest.mark.parametrize("factor", [2, 3, 6])
def test_fine_stripes_become_gray_when_shrinking(factor: int) -> None:
    stripes = np.zeros((200 * factor, 200 * factor), np.uint8)
    stripes[:, ::2] = 255
    result = frontal(stripes, LANDMARKS[1] * factor)
    assert np.abs(result.astype(int) - 127).max() <= 24


@pytest.mark.parametrize("known", ["some", "none", "no-shape"])
def test_without_landmarks_a_picture_is_resized(known: str) -> None:
    points = LANDMARKS[:2].copy()
    points[0, 40] = np.nan
    points[1, 36:48] = points[1, 36]
    places = {
        "some": FaceGeometry(landmarks=points, mean_shape=SHAPE),
        "none": FaceGeometry(mean_shape=SHAPE),
        "no-shape": FaceGeometry(landmarks=LANDMARKS[:2]),
    }[known]
    for image, result in zip(
        PICTURES[:2], Frontalize(48).apply_at(PICTURES[:2], places), strict=True
    ):
        np.testing.assert_array_equal(result, Resize(48).apply(image[None])[0])


def test_a_closed_mouth_is_a_shape_like_others() -> None:
    shut = SHAPE.copy()
    for lower, upper in ((67, 61), (66, 62), (65, 63)):
        shut[lower] = shut[upper]
    image = np.random.default_rng(1).integers(0, 256, (64, 64), dtype=np.uint8)
    in_place = EyeFrame(64).pixels(shut)[None].astype(np.float32)
    (result,) = Frontalize(64).apply_at([image], FaceGeometry(landmarks=in_place, mean_shape=shut))
    np.testing.assert_array_equal(result, image)


def test_each_picture_is_warped_by_itself() -> None:
    rgb = [np.repeat(PICTURES[0][..., None], 3, axis=2), *PICTURES[1:4]]
    geometry = FaceGeometry(landmarks=LANDMARKS[:4], mean_shape=SHAPE)
    chain = Chain((Frontalize(64), Grayscale()))
    batch = chain.apply(rgb, geometry)
    assert batch.shape == (4, 64, 64)
    for row in range(4):
        alone = chain.apply(rgb[row : row + 1], geometry.take(np.array([row])))
        np.testing.assert_array_equal(batch[row], alone[0])
    np.testing.assert_array_equal(batch[0], frontal(PICTURES[0], LANDMARKS[0], 64))


@pytest.mark.parametrize(
    ("options", "says"),
    [({"size": 7}, "expected 8..1024"), ({"size": 48, "eye_height": 1}, "expected 0.1..0.9")],
)
def test_frontalize_refuses_what_gives_no_face(options: dict[str, float], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Frontalize(**options)  # type: ignore[arg-type]


def test_labels_tell_all_parameters() -> None:
    assert Frontalize(48).label == "frontalize(size=48, eye_distance=0.4, eye_height=0.35)"
    step = Align(64, 0.5, 0.3, by="detector")
    assert step.label == "align(size=64, eye_distance=0.5, eye_height=0.3, by=detector)"


def own(image: np.ndarray, points: np.ndarray, size: int) -> np.ndarray:
    geometry = FaceGeometry(landmarks=points[None].astype(np.float32), mean_shape=SHAPE)
    return Frontalize(size, toward="own").apply_at([image], geometry)[0]


def test_a_face_is_warped_to_its_own_mirrored_average() -> None:
    """Landmarks drawn as dots come to the symmetric shape of this very face."""
    points = LANDMARKS[5]
    target = EyeFrame(200).pixels(known(own_shape(points)))
    for place in (30, 33, 48, 54, 57):
        dots = np.zeros((200, 200), np.uint8)
        x, y = np.rint(points[place]).astype(int)
        dots[y - 1 : y + 2, x - 1 : x + 2] = 255
        seen = np.argwhere(own(dots, points, 200) > 60)
        np.testing.assert_allclose(seen.mean(axis=0)[::-1], target[place], atol=2)


def test_an_open_mouth_stays_open_only_toward_its_own_shape() -> None:
    heights = np.ptp(LANDMARKS[:, [62, 66], 1], axis=1)
    points = LANDMARKS[int(heights.argmax())]
    shapes = known(own_shape(points)), SHAPE
    np.testing.assert_allclose(shapes[0], known(mean_shape(points[None])), atol=2e-5)
    kept, mean = (shape[66, 1] - shape[62, 1] for shape in shapes)
    assert kept > 2 * mean > 0
    assert "toward=own" in Frontalize(48, toward="own").label
    np.testing.assert_array_equal(shapes[0][list(MIRROR)], shapes[0] * [-1, 1])
