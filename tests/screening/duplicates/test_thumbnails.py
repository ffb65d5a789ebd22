"""Thumbnails as a measurement: every pixel survives float32, in any company."""

import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fercurate.screening.duplicates import thumbnails as thumbnails_module
from fercurate.screening.duplicates.search import DuplicateRule, SearchedPictures, find_duplicates
from fercurate.screening.duplicates.thumbnails import (
    THUMBNAIL,
    SomeThumbnails,
    ThumbnailFile,
    ThumbnailPixels,
    room_for,
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


def test_thumbnails_in_a_file_are_those_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    small = rng.integers(0, 256, (50, 32, 32), dtype=np.uint8)
    held = room_for(50)
    monkeypatch.setattr(thumbnails_module, "MOST_HELD", 10)
    monkeypatch.setattr(thumbnails_module, "_AT_ONCE", 5)
    filed = room_for(50)
    assert isinstance(held, np.ndarray)
    assert isinstance(filed, ThumbnailFile)
    for rows in (np.arange(20), np.array([30, 31, 40, 49, 22]), np.empty(0, np.int64)):
        held[rows] = filed[rows] = small[rows]
    places = np.array([7, 7, 49, 0, 30, 31]), np.empty(0, np.int64)
    for asked in (slice(None), slice(5, 45, 3), *places):
        assert np.array_equal(filed[asked], held[asked])
    some = SomeThumbnails(filed, np.array([49, 3, 4]))
    assert np.array_equal(some[np.array([2, 0])], held[[4, 49]])
    assert np.array_equal(some[1:], held[3:5])
    assert len(some) == 3
    assert len(filed) == 50


def test_duplicates_are_the_same_from_a_file() -> None:
    rng = np.random.default_rng(5)
    small = rng.integers(0, 256, (60, 32, 32), dtype=np.uint8)
    small[40:50] = small[5:15] // 2
    filed = ThumbnailFile(60)
    filed[np.arange(60)] = small
    names = np.arange(60)
    pictures = [SearchedPictures(one, lambda rows: list(small[rows])) for one in (small, filed)]
    rule = DuplicateRule(sides=names % 2)
    found = [find_duplicates(one, names, np.arange(5, 60), rule) for one in pictures]
    assert len(found[0].pairs)
    assert np.array_equal(found[0].pairs, found[1].pairs)
    assert np.array_equal(found[0].kinds, found[1].kinds)


def test_a_full_disk_is_no_thumbnail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "pwrite", lambda *_: 5)
    with pytest.raises(OSError, match="No space left"):
        ThumbnailFile(3)[np.arange(2)] = np.zeros((2, 32, 32), np.uint8)
