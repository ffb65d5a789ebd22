"""When two pictures are near duplicates: correlated pixels, at a small common size."""

import numpy as np

from fercurate.screening.duplicates.similarity import THUMBNAIL, similar, thumbnails
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


def test_thumbnails_of_one_face_at_several_sizes_are_similar() -> None:
    small = thumbnails([faces(1, size)[0] for size in (48, 96, 33)])
    assert small.shape == (3, THUMBNAIL, THUMBNAIL)
    assert similar(small[[0, 0]], small[[1, 2]]).all()
    assert thumbnails([]).shape == (0, THUMBNAIL, THUMBNAIL)
