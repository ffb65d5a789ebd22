"""Perceptual hashes: all near pairs found, none invented, sizes and light forgiven."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fercurate.screening.duplicates.perceptual_hash import near_pairs, perceptual_hashes
from fercurate.synthetic.faces import Identity, Scene, draw_face

WORDS = st.integers(0, 2**64 - 1)


def brute_force(hashes: np.ndarray, distance: int) -> list[list[int]]:
    return [
        [i, j]
        for i in range(len(hashes))
        for j in range(i + 1, len(hashes))
        if (int(hashes[i]) ^ int(hashes[j])).bit_count() <= distance
    ]


@pytest.mark.slow
@given(
    st.lists(WORDS, min_size=1, max_size=12),
    st.lists(st.tuples(st.integers(0, 11), st.integers(0, 63), st.integers(0, 63)), max_size=12),
    st.integers(0, 2),
)
@settings(max_examples=150, deadline=None)
def test_near_pairs_are_those_of_brute_force(
    words: list[int], copies: list[tuple[int, int, int]], distance: int
) -> None:
    derived = [words[i % len(words)] ^ (1 << a) ^ (1 << b) for i, a, b in copies]
    hashes = np.array([*words, *derived], dtype=np.uint64)
    assert near_pairs(hashes, distance).tolist() == brute_force(hashes, distance)


def test_distances_that_the_bands_cannot_serve_are_refused() -> None:
    with pytest.raises(ValueError, match="expected 0, 1 or 2"):
        near_pairs(np.zeros(2, np.uint64), 3)


def faces(count: int, size: int = 48) -> np.ndarray:
    rng = np.random.default_rng(5)
    names = ("happy", "sad", "surprise", "neutral")
    return np.stack(
        [draw_face(Identity.draw(rng), names[i % 4], Scene.draw(rng), size=size)
         for i in range(count)]
    )  # fmt: skip


def through_jpeg(picture: np.ndarray) -> np.ndarray:
    decoded = cv2.imdecode(cv2.imencode(".jpg", picture, [1, 90])[1], cv2.IMREAD_GRAYSCALE)
    assert decoded is not None
    return decoded


def test_the_hash_forgives_size_light_and_jpeg_and_tells_people_apart() -> None:
    large = faces(40, 128)
    small = np.stack([cv2.resize(f, (48, 48), interpolation=cv2.INTER_AREA) for f in large])
    lit = np.clip(small * 0.9 + 10, 0, 255).astype(np.uint8)
    packed = np.stack([through_jpeg(face) for face in small])
    reference = perceptual_hashes(small)
    for other in (perceptual_hashes(large), perceptual_hashes(lit), perceptual_hashes(packed)):
        bits = np.bitwise_count(reference ^ other)
        assert (bits <= 2).mean() >= 0.9
    assert not len(near_pairs(reference))


def test_the_hash_is_that_of_the_written_out_transform() -> None:
    image = faces(1)[0].astype(np.float64)
    cells = cv2.resize(image, (32, 32), interpolation=cv2.INTER_AREA)
    spectrum = cv2.dct(cells)[:8, :8].ravel()
    # cv2's DCT is orthonormal: only the first row and column have another scale.
    weight = np.ones((8, 8))
    weight[0] *= np.sqrt(2)
    weight[:, 0] *= np.sqrt(2)
    spectrum *= weight.ravel()
    expected = int("".join("1" if v > np.median(spectrum[1:]) else "0" for v in spectrum), 2)
    assert int(perceptual_hashes(image.astype(np.uint8)[None])[0]) == expected


def test_a_crowd_of_alike_pictures_stays_linear_and_linked() -> None:
    from fercurate.domain.groups import join_pairs

    rng = np.random.default_rng(3)
    hashes = np.uint64(12345) ^ (np.uint64(1) << rng.integers(0, 64, 20_000).astype(np.uint64))
    pairs = near_pairs(hashes)
    assert len(pairs) < 60 * len(hashes)
    assert len(set(join_pairs(len(hashes), pairs))) == 1
