"""Fingerprints: written and read back, few bits apart for one picture, many for two."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from fercurate.pipeline.bundle.fingerprint import (
    BITS,
    TOLERANCE,
    distances,
    fingerprints,
    from_hex,
    to_hex,
)
from fercurate.screening.duplicates.thumbnails import thumbnails
from tests.pipeline.trace.test_world import World, world_of


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return world_of(tmp_path_factory)


def faces(world: World) -> list[np.ndarray]:
    """Different faces of the world, none of them flat."""
    pictures = {world.picture(row).tobytes(): row for row in range(78)}
    return [world.picture(row) for row in sorted(pictures.values())]


def as_jpeg(picture: np.ndarray, quality: int) -> np.ndarray:
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=quality)
    return np.asarray(Image.open(buffer))


@given(arrays(np.bool_, st.tuples(st.integers(0, 5), st.just(BITS))))
def test_what_is_written_is_read_back(bits: np.ndarray) -> None:
    texts = to_hex(bits)
    assert all(len(text) == 16 and text == text.lower() for text in texts)
    np.testing.assert_array_equal(from_hex(texts), bits)


@pytest.mark.parametrize("text", ["", "0" * 15, "0" * 17, "g" * 16, "0x" + "0" * 14, "é" * 16])
def test_what_is_no_fingerprint_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        from_hex(["0" * 16, text])


def test_blanks_are_no_fingerprint() -> None:
    with pytest.raises(ValueError, match="a fingerprint that is none"):
        from_hex([" " * 16])


def test_distances_count_the_bits_that_differ() -> None:
    rng = np.random.default_rng(2)
    left, right = (rng.integers(0, 2, (n, BITS)).astype(bool) for n in (7, 9))
    expected = (left[:, None] != right[None]).sum(axis=2)
    np.testing.assert_array_equal(distances(left, right), expected)
    assert distances(left[:0], right).shape == (0, 9)


def test_brighter_and_flatter_pictures_have_the_same_fingerprint(world: World) -> None:
    small = thumbnails(faces(world))
    paler = (small // 2 + 60).astype(np.uint8)
    apart = (fingerprints(small) != fingerprints(paler)).sum(axis=1)
    assert apart.max() <= 2


@pytest.mark.parametrize("quality", [50, 75, 90, 95])
def test_a_jpeg_copy_is_within_the_tolerance(world: World, quality: int) -> None:
    pictures = faces(world)
    bits = fingerprints(thumbnails(pictures))
    copies = fingerprints(thumbnails([as_jpeg(one, quality) for one in pictures]))
    assert (bits != copies).sum(axis=1).max() <= TOLERANCE


def test_other_faces_are_beyond_the_tolerance(world: World) -> None:
    bits = fingerprints(thumbnails(faces(world)))
    apart = distances(bits, bits)
    np.fill_diagonal(apart, BITS)
    assert len(bits) > 60
    assert apart.min() > TOLERANCE
