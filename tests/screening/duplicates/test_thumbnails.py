"""Thumbnails as a measurement: every pixel survives float32, in any company."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fercurate.screening.duplicates.thumbnails import (
    THUMBNAIL,
    ThumbnailPixels,
    thumbnails,
    unpacked_thumbnails,
)


@given(st.integers(0, 2**32 - 1), st.integers(0, 5))
def test_every_pixel_survives_the_store(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    small = rng.integers(0, 256, (count, THUMBNAIL, THUMBNAIL), dtype=np.uint8)
    values = ThumbnailPixels().measure(list(small))
    assert values.shape == (count, len(ThumbnailPixels.columns))
    assert values.dtype == np.float32
    assert np.array_equal(unpacked_thumbnails(values), small)


def test_pictures_of_several_sizes_are_shrunk_in_order() -> None:
    rng = np.random.default_rng(0)
    sizes = [(48, 48), (64, 50), (48, 48), (33, 97), (20, 20)]
    pictures = [rng.integers(0, 256, size, dtype=np.uint8) for size in sizes]
    alone = np.concatenate([thumbnails([picture]) for picture in pictures])
    assert np.array_equal(thumbnails(pictures), alone)
    assert thumbnails([]).shape == (0, THUMBNAIL, THUMBNAIL)
