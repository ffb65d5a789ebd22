"""The writers of drawn CK+ trees, read back by the source."""

import hashlib
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from fercurate.domain.sample import pixel_digest
from fercurate.synthetic.ckplus import subject_ids, write_ckplus, write_ckplus48


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_ckplus(tmp_path_factory.mktemp("drawn"), subjects=4, sequences=3, seed=5)


def content(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def test_the_tree_is_read_whole(drawn, read) -> None:
    reading = read(drawn)
    assert reading.recognition.why == "sequences in cohn-kanade-images, labels in Emotion"
    assert reading.rejects == []
    labeled = [n for n in range(12) if n % 5 not in (3, 4)]
    assert len(reading.by_id()) == 4 * len(labeled)
    assert {s.subject for s in reading.samples} == {"S005", "S160", "S501", "S999"}
    assert Counter(s.native_label for s in reading.samples) == {
        "0": 8,
        "1": 6,
        "2": 3,
        "3": 3,
        "4": 3,
        "5": 3,
        "6": 3,
        "7": 3,
    }
    assert all(s.landmarks is not None for s in reading.samples)
    assert sum(bool(s.action_units) for s in reading.samples) == 8
    assert "12 sequences of 4 subjects; 8 labeled" in reading.variant
    assert "; 4 without a label give no sample; FACS codes for 8 of the labeled" in reading.variant


def test_gray_color_and_both_heights_occur(drawn, read) -> None:
    shapes = {s.sequence: s.pixels.shape for s in read(drawn).samples}
    assert shapes["S005/001"] == (490, 640)
    assert shapes["S005/002"] == (490, 640, 3)
    assert shapes["S005/003"] == (480, 640)


def test_unlabeled_sequences_take_both_shapes(drawn) -> None:
    assert list((drawn / "Emotion/S160/001").iterdir()) == []
    assert not (drawn / "Emotion/S160/002").exists()
    assert (drawn / "cohn-kanade-images/S160/002").is_dir()
    assert (drawn / "cohn-kanade-images/S005/.DS_Store").is_file()


def test_landmarks_fit_the_drawn_face(drawn, read) -> None:
    for sample in read(drawn).samples:
        left, top, side, _ = sample.box
        height, width = sample.pixels.shape[:2]
        assert 0.4 * height < side < 0.75 * height
        assert left > 0
        assert top > 0
        assert left + side < width
        assert top + side < height


def test_frames_go_from_rest_to_peak(drawn, read) -> None:
    samples = read(drawn, peak=100).samples
    first = {s.sequence: s.landmarks for s in reversed(samples)}
    moved = {s.sequence: np.abs(s.landmarks - first[s.sequence]).max() for s in samples}
    assert min(moved.values()) > 3
    assert len({pixel_digest(s.pixels) for s in samples}) == len(samples)


def test_the_same_seed_writes_the_same_bytes(drawn, tmp_path) -> None:
    again = write_ckplus(tmp_path / "a", subjects=4, sequences=3, seed=5)
    other = write_ckplus(tmp_path / "b", subjects=4, sequences=3, seed=6)
    assert content(again) == content(drawn)
    assert content(other) != content(drawn)


def test_the_smallest_tree(tmp_path, read) -> None:
    reading = read(write_ckplus(tmp_path / "t", subjects=1, sequences=1, size=(64, 49)))
    assert [s.pixels.shape for s in reading.samples] == [(49, 64)] * 4
    assert reading.rejects == []


@pytest.mark.parametrize("count", [1, 2, 3, 10, 118, 123, 164])
def test_subject_ids_are_distinct_and_sorted(count) -> None:
    ids = subject_ids(count)
    assert ids == sorted(set(ids))
    assert len(ids) == count
    assert count < 2 or {"S501", "S999"} <= set(ids)


@pytest.mark.parametrize("count", [0, -1, 165])
def test_impossible_numbers_of_subjects_are_refused(count) -> None:
    with pytest.raises(ValueError, match=r"1\.\.164"):
        subject_ids(count)


def test_a_small_48_has_the_counts_asked_for(tmp_path, read) -> None:
    folder = write_ckplus48(tmp_path / "t", {"anger": 6, "neutral": 3}, subjects=2, seed=1)
    reading = read(folder)
    assert Counter(s.native_label for s in reading.samples) == {"anger": 6, "neutral": 3}
    assert len({s.subject for s in reading.samples}) == 2
    assert len({s.sequence for s in reading.samples}) == 3
    again = write_ckplus48(tmp_path / "u", {"anger": 6, "neutral": 3}, subjects=2, seed=1)
    assert content(folder) == content(again)


def test_a_count_that_is_no_multiple_of_three_is_refused(tmp_path) -> None:
    with pytest.raises(ValueError, match="multiple of 3"):
        write_ckplus48(tmp_path, {"anger": 4})
