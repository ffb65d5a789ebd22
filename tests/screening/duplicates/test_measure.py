"""The hash as a measurement: exact in float32, alone or in any company."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fercurate.screening.duplicates import measure as hashing
from fercurate.screening.duplicates.measure import PerceptualHash, hash_pictures, hashes_of
from fercurate.screening.duplicates.perceptual_hash import perceptual_hashes


@given(st.lists(st.integers(0, 2**64 - 1), max_size=20))
def test_every_bit_survives_the_store(words: list[int]) -> None:
    hashes = np.array(words, dtype=np.uint64)
    values = ((hashes[:, None] >> hashing._SHIFTS) & hashing._QUARTER).astype(np.float32)
    assert np.array_equal(hashes_of(values), hashes)


def test_pictures_of_several_sizes_are_hashed_in_order() -> None:
    rng = np.random.default_rng(0)
    sizes = [(48, 48), (64, 50), (48, 48), (33, 97), (64, 50)]
    pictures = [rng.integers(0, 256, size, dtype=np.uint8) for size in sizes]
    alone = np.concatenate([perceptual_hashes(picture[None]) for picture in pictures])
    assert np.array_equal(hash_pictures(pictures), alone)
    values = PerceptualHash().measure(pictures)
    assert values.shape == (5, len(PerceptualHash.columns))
    assert values.dtype == np.float32
    assert np.array_equal(hashes_of(values), alone)
    assert PerceptualHash().measure([]).shape == (0, 4)
