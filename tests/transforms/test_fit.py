"""What ``resize`` makes of pictures that are no squares."""

import numpy as np
import pytest

from fercurate.training.networks.faces import cut_face, whole_picture
from fercurate.transforms.geometry import Fit, Resize

SHAPES = [(200, 400), (400, 200), (61, 48), (48, 61), (31, 30), (10, 90)]


def disc(height: int, width: int) -> np.ndarray:
    """A bright disc in the middle of a dark picture."""
    rows, columns = np.mgrid[:height, :width]
    away = np.hypot(rows - (height - 1) / 2, columns - (width - 1) / 2)
    return np.where(away <= min(height, width) / 3, 220, 20).astype(np.uint8)


def sides(picture: np.ndarray) -> tuple[int, int]:
    """How high and how wide the disc is."""
    bright = picture > 120
    return int(bright.any(axis=1).sum()), int(bright.any(axis=0).sum())


@pytest.mark.parametrize("shape", [(200, 400), (400, 200), (130, 97), (64, 64)])
@pytest.mark.parametrize("channels", [(), (3,)], ids=["gray", "rgb"])
@pytest.mark.parametrize("fit", ["pad", "crop"])
def test_a_disc_stays_a_disc(fit: Fit, channels: tuple[int, ...], shape: tuple[int, int]) -> None:
    picture = disc(*shape)
    picture = np.repeat(picture[..., None], 3, axis=2) if channels else picture
    (made,) = Resize(48, fit).apply(picture[None])
    assert made.shape == (48, 48, *channels)
    high, wide = sides(made if made.ndim == 2 else made[..., 0])
    longest = max(shape) if fit == "pad" else min(shape)
    assert abs(high - wide) <= 1
    assert abs(high - 2 / 3 * min(shape) / longest * 48) <= 2


@pytest.mark.parametrize("fit", [None, "stretch"])
def test_nothing_said_stretches_as_it_always_did(fit: Fit | None) -> None:
    (made,) = Resize(48, fit).apply(disc(200, 400)[None])
    high, wide = sides(made)
    assert abs(high - 2 * wide) <= 1
    assert Resize(48, fit).label == "resize(size=48)"


@pytest.mark.parametrize("fit", ["pad", "crop", "stretch"])
@pytest.mark.parametrize("side", [20, 48, 97])
def test_of_squares_every_fit_makes_the_same(fit: Fit, side: int) -> None:
    batch = np.random.default_rng(1).integers(0, 256, (3, side, side), dtype=np.uint8)
    np.testing.assert_array_equal(Resize(48, fit).apply(batch), Resize(48).apply(batch))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("size", [24, 48, 112])
def test_padding_is_what_predict_does_to_a_whole_picture(shape: tuple[int, int], size: int) -> None:
    picture = np.random.default_rng(2).integers(0, 256, (*shape, 3), dtype=np.uint8)
    (box,) = whole_picture(picture)
    seen = cut_face(picture, box, 0.2, size, 3)
    np.testing.assert_array_equal(Resize(size, "pad").apply(picture[None, ..., ::-1])[0], seen)


@pytest.mark.parametrize("shape", SHAPES)
def test_cropping_takes_the_middle(shape: tuple[int, int]) -> None:
    picture = np.random.default_rng(3).integers(0, 256, shape, dtype=np.uint8)
    side = min(shape)
    top, left = (shape[0] - side) // 2, (shape[1] - side) // 2
    middle = picture[None, top : top + side, left : left + side]
    np.testing.assert_array_equal(Resize(48, "crop").apply(picture[None]), Resize(48).apply(middle))


def test_a_long_strip_is_padded_without_a_square_of_its_length() -> None:
    strip = np.full((2, 60_000), 90, dtype=np.uint8)
    assert (Resize(48, "pad").apply(strip[None]) == 90).all()


def test_no_picture_stays_no_picture_of_that_size() -> None:
    assert Resize(48, "pad").apply(np.empty((0, 48, 48), np.uint8)).shape == (0, 48, 48)


@pytest.mark.parametrize(("fit", "label"), [("pad", "pad"), ("crop", "crop")])
def test_the_label_says_what_was_done(fit: Fit, label: str) -> None:
    assert Resize(48, fit).label == f"resize(size=48, fit={label})"
