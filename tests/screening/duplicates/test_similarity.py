"""When two pictures are near duplicates: correlated pixels, at a small common size."""

import numpy as np

from fercurate.screening.duplicates.similarity import flat_pictures, similar, similar_pairs
from fercurate.screening.duplicates.thumbnails import thumbnails
from fercurate.synthetic.faces import Identity, Scene, draw_face


def faces(count: int, size: int = 48) -> np.ndarray:
    rng = np.random.default_rng(5)
    names = ("happy", "sad", "surprise", "neutral")
    return np.stack(
        [draw_face(Identity.draw(rng), names[i % 4], Scene.draw(rng), size=size)
         for i in range(count)]
    )  # fmt: skip


def test_similar_needs_correlated_pixels_or_equal_flat_gray() -> None:
    base = faces(3)
    noise = np.random.default_rng(0).normal(0, 6, base.shape)
    near = np.clip(base + noise, 0, 255).astype(np.uint8)
    assert similar(base, near).all()
    assert not similar(base, base[[1, 2, 0]]).any()
    flat = np.full((1, 48, 48), 100, dtype=np.uint8)
    assert similar(flat, flat + 1).all()
    assert not similar(flat, flat + 40).any()
    assert not similar(flat, base[:1]).any()


def test_similar_is_the_correlation_of_the_textbook() -> None:
    rng = np.random.default_rng(1)
    left = rng.integers(0, 256, (400, 32, 32), dtype=np.uint8)
    mixed = left + rng.uniform(5, 40, (400, 1, 1)) * rng.standard_normal(left.shape)
    right = np.clip(mixed, 0, 255).astype(np.uint8)
    true = np.array(
        [np.corrcoef(a.ravel(), b.ravel())[0, 1] for a, b in zip(left, right, strict=True)]
    )
    assert 0.2 < (true >= 0.95).mean() < 0.8
    assert np.array_equal(similar(left, right), true >= 0.95)


def test_thumbnails_of_one_face_at_several_sizes_are_similar() -> None:
    small = thumbnails([faces(1, size)[0] for size in (48, 96, 33)])
    assert similar(small[[0, 0]], small[[1, 2]]).all()
    assert similar_pairs(small, small, np.array([[0, 1], [0, 2]])).tolist() == [[0, 1], [0, 2]]


def test_flat_pictures_are_those_of_one_gray() -> None:
    small = thumbnails([*faces(2), np.full((48, 48), 7, dtype=np.uint8)])
    assert flat_pictures(small).tolist() == [False, False, True]
