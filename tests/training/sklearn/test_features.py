"""HOG, LBP and pixels against formulas written out pixel by pixel, and against scikit-image."""

import numpy as np
import pytest

from fercurate.synthetic.faces import Identity, Scene, draw_face
from fercurate.training.shared.errors import ExportError
from fercurate.training.sklearn import features


@pytest.fixture(scope="module")
def faces() -> np.ndarray:
    """Two drawn faces and two pictures of noise, 48 x 48."""
    rng = np.random.default_rng(4)
    drawn = [draw_face(Identity.draw(rng), name, Scene.draw(rng)) for name in ("happy", "fear")]
    return np.stack([*drawn, *rng.integers(0, 256, (2, 48, 48))]).astype(np.uint8)


def hog_of(picture: np.ndarray, grid: int = 6) -> np.ndarray:
    """One picture, one pixel after the other."""
    values, cell = picture.astype(float), picture.shape[0] // grid
    cells = np.zeros((grid, grid, 9))
    for row, column in np.ndindex(grid * cell, grid * cell):
        inner_row, inner_column = 0 < row < len(values) - 1, 0 < column < len(values) - 1
        down = values[row + 1, column] - values[row - 1, column] if inner_row else 0.0
        across = values[row, column + 1] - values[row, column - 1] if inner_column else 0.0
        direction = int(np.degrees(np.arctan2(down, across)) % 180 // 20)
        cells[row // cell, column // cell, direction] += np.hypot(down, across) / cell**2
    blocks = []
    for row, column in np.ndindex(grid - 1, grid - 1):
        block = cells[row : row + 2, column : column + 2].ravel()
        block = np.minimum(block / np.sqrt((block**2).sum() + 1e-10), 0.2)
        blocks.append(block / np.sqrt((block**2).sum() + 1e-10))
    return np.concatenate(blocks)


def lbp_codes_of(picture: np.ndarray) -> np.ndarray:
    """The codes 0..255 of all inner pixels, from neighbors on a circle."""
    values, near = picture.astype(float), np.sqrt(0.5)
    codes = np.zeros((picture.shape[0] - 2, picture.shape[1] - 2), dtype=int)
    for row, column in np.ndindex(codes.shape):
        center = values[row + 1, column + 1]
        for bit in range(8):
            angle = 2 * np.pi * bit / 8
            up, right = np.round(np.sin(angle)), np.round(np.cos(angle))
            straight = values[row + 1 - int(up), column + 1 + int(right)]
            if up and right:
                beside = (
                    values[row + 1 - int(up), column + 1],
                    values[row + 1, column + 1 + int(right)],
                )
                straight = near * near * straight + near * (1 - near) * sum(beside)
                straight += (1 - near) ** 2 * center
            codes[row, column] |= int(straight >= center - 1e-4) << bit
    return codes


def is_uniform(code: int) -> bool:
    bits = f"{code:08b}"
    return sum(bits[i] != bits[i - 1] for i in range(8)) <= 2


def test_hog_is_the_formula(faces: np.ndarray) -> None:
    found = features.hog(faces)
    assert (found.shape, found.dtype) == ((4, 900), np.float32)
    np.testing.assert_allclose(found, np.stack([hog_of(face) for face in faces]), atol=1e-5)


def test_lbp_is_the_formula(faces: np.ndarray) -> None:
    uniform = [code for code in range(256) if is_uniform(code)]
    assert len(uniform) == 58
    faces = faces[1:3]
    expected = np.zeros((2, 5, 5, 59))
    for number, face in enumerate(faces):
        codes = lbp_codes_of(face)
        for row, column in np.ndindex(codes.shape):
            code = codes[row, column]
            label = uniform.index(int(code)) if code in uniform else 58
            expected[number, row * 5 // 46, column * 5 // 46, label] += 1
    expected /= expected.sum(axis=3, keepdims=True)
    found = features.lbp(faces)
    assert (found.shape, found.dtype) == ((2, 1475), np.float32)
    np.testing.assert_allclose(found, expected.reshape(2, -1), atol=1e-6)


def test_hog_and_lbp_are_those_of_scikit_image(faces: np.ndarray) -> None:
    theirs = pytest.importorskip("skimage.feature")
    for face, ours in zip(faces, features.hog(faces), strict=True):
        expected = theirs.hog(face, 9, (8, 8), (2, 2), block_norm="L2-Hys")
        np.testing.assert_allclose(ours, expected, atol=1e-5)
    ours = features.lbp_labels(features.gray(faces)).ravel()
    labels = [theirs.local_binary_pattern(face, 8, 1, "nri_uniform")[1:-1, 1:-1] for face in faces]
    both = set(zip(ours.tolist(), np.stack(labels).ravel().tolist(), strict=True))
    assert len(both) == len(set(ours.tolist())) == len({other for _, other in both}) > 50


@pytest.mark.parametrize("kind", ["hog", "lbp", "pca", "pixels"])
def test_flat_pictures_give_finite_numbers(kind: str) -> None:
    found = features.extract(kind, np.full((2, 48, 48), 128, dtype=np.uint8))
    assert np.isfinite(found).all()
    assert found.min() >= 0
    assert found.max() <= 1


@pytest.mark.parametrize("kind", ["hog", "lbp", "pca", "pixels"])
def test_rgb_is_read_as_gray(faces: np.ndarray, kind: str) -> None:
    colored = np.repeat(faces[..., None], 3, axis=3)
    np.testing.assert_array_equal(features.extract(kind, colored), features.extract(kind, faces))
    red = np.zeros_like(colored)
    red[..., 0] = 100
    assert (features.gray(red) == 30).all()


@pytest.mark.parametrize(("size", "columns"), [(48, 2304), (64, 4096), (96, 2304), (224, 3136)])
def test_lengths_depend_on_the_size_only_for_pixels(size: int, columns: int) -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (2, size, size), dtype=np.uint8)
    for kind, length in {"hog": 900, "lbp": 1475, "pixels": columns}.items():
        assert features.extract(kind, pictures).shape == (2, length)
        assert features.dimension(kind, pictures.shape) == length
    reduced = features.pixels(pictures).reshape(2, int(columns**0.5), -1)
    block = size // reduced.shape[1]
    assert reduced[1, 1, 2] == pytest.approx(
        pictures[1, block : 2 * block, 2 * block : 3 * block].mean() / 255
    )


def test_batches_and_rows_do_not_matter(faces: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = features.hog(faces)
    monkeypatch.setattr(features, "_BATCH", 3)
    np.testing.assert_array_equal(features.extract("hog", faces), whole)
    rows = np.array([3, 0, 3])
    np.testing.assert_array_equal(features.extract("hog", faces, rows), whole[rows])


def test_small_pictures_are_refused() -> None:
    features.extract("lbp", np.zeros((1, 16, 16), dtype=np.uint8))
    features.extract("hog", np.zeros((1, 16, 16), dtype=np.uint8))
    with pytest.raises(ExportError, match="pictures of 15x16; features need 16x16"):
        features.extract("hog", np.zeros((1, 15, 16), dtype=np.uint8))
