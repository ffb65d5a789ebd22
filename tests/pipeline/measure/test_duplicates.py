"""Duplicates from stored thumbnails are those from the pictures, of any rows, by either rule."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from fercurate.domain.lineage import LineageEntry
from fercurate.domain.sample import Sample
from fercurate.pipeline.events import Notice, ignore
from fercurate.pipeline.measure.duplicates import (
    DuplicateSearch,
    face_identities,
    searched_pictures,
    stored_pictures,
)
from fercurate.pipeline.measure.measure import MeasureRequest, measure
from fercurate.pipeline.measure.whole_store import Duplicates
from fercurate.screening.duplicates import search as searching
from fercurate.screening.duplicates.search import NEAR, DuplicateRule, find_duplicates
from fercurate.screening.duplicates.thumbnails import ThumbnailPixels
from fercurate.store.store import Store
from fercurate.store.writer import open_writer

SHRINKING = MeasureRequest((ThumbnailPixels(),))


@pytest.fixture(scope="module")
def plain(merged_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Several corpora, faces of one photo, and pictures that are a little lighter than others."""
    folder = tmp_path_factory.mktemp("plain")
    shutil.copy(merged_store, folder / "s.h5")
    shutil.copytree(merged_store.with_name("s.h5.parts"), folder / "s.h5.parts")
    with Store.open(folder / "s.h5") as store:
        rows = np.arange(0, len(store), 3)
        images, sources = store.images(rows), store.manifest.text("source")[rows]
    with open_writer(folder / "s.h5", "planted") as writer:
        for number, (image, source) in enumerate(zip(images, sources, strict=True)):
            lighter = np.clip(image.astype(int) + number % 3, 0, 255).astype(np.uint8)
            box = (4.0, 4.0 + number % 5, 30.0, 30.0) if number % 2 else None
            name = source if number % 4 else "planted"
            writer.append(
                Sample(f"x:{number}", name, lighter, "", "", "", "x", row=number, box=box)
            )
        writer.commit(LineageEntry("test", "x", "test", "", "0", "now"))
    return folder / "s.h5"


@pytest.fixture(scope="module")
def kept(plain: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same store with the thumbnails of its pictures."""
    folder = tmp_path_factory.mktemp("kept")
    shutil.copy(plain, folder / "s.h5")
    shutil.copytree(plain.with_name("s.h5.parts"), folder / "s.h5.parts")
    with Store.open(folder / "s.h5") as store:
        measure(store, SHRINKING).close()
    return folder / "s.h5"


@pytest.mark.parametrize("some", ["all", "one source", "every second", "none"])
@pytest.mark.parametrize("by", ["picture", "face", "face, photos apart"])
def test_stored_thumbnails_give_the_groups_of_the_pictures(
    plain: Path, kept: Path, some: str, by: str, shrunk: list[int]
) -> None:
    results = []
    for path in (plain, kept):
        shrunk.clear()
        with Store.open(path) as store:
            count, digests = len(store), store.manifest.text("digest")
            rows = {
                "all": np.arange(count),
                "one source": np.flatnonzero(store.manifest.text("source") == "affectnet"),
                "every second": np.arange(0, count, 2),
                "none": np.arange(0),
            }[some]
            identities = digests if by == "picture" else face_identities(store)
            photos = digests if by == "face, photos apart" else None
            pictures = searched_pictures(stored_pictures(store), digests, rows)
            rule = DuplicateRule(np.arange(count), photos)
            results.append(find_duplicates(pictures, identities, rows, rule))
        assert bool(shrunk) == (path == plain and len(rows) > 0)
    found, found_kept = results
    assert np.array_equal(found.groups(), found_kept.groups())
    assert np.array_equal(found.pairs, found_kept.pairs)
    assert np.array_equal(found.kinds, found_kept.kinds)
    assert bool(len(found.of(NEAR))) == bool(len(rows))
    assert np.isin(found.pairs, rows).all()


def test_faces_of_one_photo_are_near_duplicates_only_of_other_photos(kept: Path) -> None:
    with Store.open(kept) as store:
        digests, rows = store.manifest.text("digest"), np.arange(len(store))
        identities, pictures = face_identities(store), stored_pictures(store)
        searched = searched_pictures(pictures, digests, rows)
        rules = DuplicateRule(), DuplicateRule(photos=digests)
        together, apart = (
            find_duplicates(searched, identities, rows, rule).of(NEAR) for rule in rules
        )
    same_photo = digests[together[:, 0]] == digests[together[:, 1]]
    assert same_photo.any()
    assert np.array_equal(together[~same_photo], apart)


def test_measured_groups_are_those_that_a_search_finds(kept: Path) -> None:
    with Store.open(kept) as store:
        values = Duplicates().measure(store, 0, ignore)
        groups = DuplicateSearch(store, np.arange(len(store))).faces()
        assert np.array_equal(values[:, 0].astype(np.int64), groups)
        assert np.array_equal(Duplicates().groups(store, 0, ignore), groups)


def test_thumbnails_of_some_samples_are_as_good_as_none(
    kept: Path, tmp_path: Path, shrunk: list[int]
) -> None:
    shutil.copy(kept, tmp_path / "s.h5")
    shutil.copytree(kept.with_name("s.h5.parts"), tmp_path / "s.h5.parts")
    with open_writer(tmp_path / "s.h5", "more") as writer:
        image = np.arange(48 * 48, dtype=np.uint8).reshape(48, 48)
        writer.append(Sample("y:1", "planted", image, "", "", "", "y", row=1))
        writer.commit(LineageEntry("test", "y", "test", "", "0", "now"))
    with Store.open(tmp_path / "s.h5") as store:
        assert stored_pictures(store).small is None
        with measure(store, SHRINKING) as after:
            assert stored_pictures(after).small is not None
    assert shrunk == [1]


def test_a_search_that_is_too_large_says_what_it_left_out(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[object] = []
    with Store.open(kept) as store:
        rows = np.arange(len(store))
        whole = DuplicateSearch(store, rows, listen=heard.append).pictures(rows)
        assert not [event for event in heard if isinstance(event, Notice)]
        monkeypatch.setattr(searching, "MOST_COMPARISONS", 10)
        plain = DuplicateSearch(store, rows, listen=heard.append).pictures(rows)
    (notice,) = [event for event in heard if isinstance(event, Notice)]
    assert notice.warning
    assert "too many pictures to look for changed copies: mirrored, turned" in notice.text
    assert len(set(plain)) >= len(set(whole))
