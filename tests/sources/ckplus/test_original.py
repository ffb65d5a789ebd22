"""The original tree: every spelling of its roots, and what a sample of it says."""

from dataclasses import replace

import numpy as np
import pytest

from fercurate.domain.sample import EncodedImage
from fercurate.errors import InputError
from fercurate.sources.ckplus.source import CkPlus

THREE = ["00000001", "00000009", "00000010", "00000011"]
SPELLINGS = {
    "as published": {},
    "images and labels": {"images": "images", "emotion": "labels"},
    "CKPlus_Images": {"images": "CKPlus_Images", "emotion": "Emotion_labels"},
    "nested doubles": {
        "images": "extended-cohn-kanade-images/cohn-kanade-images",
        "emotion": "Emotion_labels/Emotion",
        "facs": "FACS_labels/FACS",
        "landmarks": "Landmarks/Landmarks",
    },
    "the same name twice": {"emotion": "Emotion/Emotion", "facs": "FACS/FACS"},
    "another case": {
        "images": "Cohn-Kanade-Images",
        "emotion": "emotions",
        "facs": "facs",
        "landmarks": "LANDMARKS",
    },
    "a folder around all": {
        "images": "CK+/cohn-kanade-images",
        "emotion": "CK+/Emotion",
        "facs": "CK+/FACS",
        "landmarks": "CK+/Landmarks",
    },
    "names that tell nothing": {"images": "a", "emotion": "b", "facs": "c", "landmarks": "d"},
    "one tree for all files": dict.fromkeys(("images", "emotion", "facs", "landmarks"), "ck"),
    "subjects at the top": dict.fromkeys(("images", "emotion", "facs", "landmarks"), "."),
    "spaces and parentheses": {"images": "CK+ (1)/images", "emotion": "CK+ (1)/Emotion labels"},
}


@pytest.mark.parametrize("names", SPELLINGS.values(), ids=SPELLINGS)
def test_every_spelling_of_the_roots_is_read(names, tree, read) -> None:
    tree = replace(tree, **names).sequence("S005/001").sequence("S999/003", code="7")
    reading = read(tree.root)
    assert reading.recognition.layout == "original"
    assert reading.rejects == []
    assert reading.ids == [f"ckplus:{key}/{n}" for key in ("S005/001", "S999/003") for n in THREE]
    assert [s.action_units for s in reading.samples] == ["", "", "", "12=4"] * 2
    assert all(sample.landmarks is not None for sample in reading.samples)
    prefix = "" if tree.images == "." else f"{tree.images}/"
    assert reading.samples[0].origin == f"{prefix}S005/001/S005_001_00000001.png"


def test_a_sample_says_all_that_is_known(tree, read, draw, face_points) -> None:
    tree.sequence()
    neutral, *_, peak = read(tree.root).samples
    assert (peak.source, peak.native_label, peak.expression) == ("ckplus", "3", "disgust")
    assert (peak.subject, peak.sequence, peak.frame) == ("S005", "S005/001", 11)
    assert (peak.native_split, peak.row, peak.line) == ("", -1, -1)
    assert (neutral.native_label, neutral.expression, neutral.frame) == ("0", "neutral", 1)
    assert isinstance(peak.image, EncodedImage)
    np.testing.assert_array_equal(peak.pixels, draw(11))
    assert peak.landmarks.dtype == np.float32
    np.testing.assert_allclose(peak.landmarks, np.array(face_points()), atol=1e-4)


def test_gray_and_color_and_both_heights_stand_side_by_side(tree, read) -> None:
    shapes = [(490, 640), (480, 640), (490, 640, 3), (480, 640, 3)]
    for number, shape in enumerate(shapes, start=1):
        tree.frame("S011/002", number, shape=shape)
    tree.label("S011/002", 4)
    assert [s.pixels.shape for s in read(tree.root).samples] == shapes


def test_a_sequence_without_a_label_gives_nothing(tree, read) -> None:
    tree.sequence("S005/001")
    for frame in (1, 2):
        tree.frame("S010/001", frame)
        tree.frame("S010/002", frame)
    (tree.root / "Emotion/S010/001").mkdir(parents=True)
    reading = read(tree.root)
    assert {s.sequence for s in reading.samples} == {"S005/001"}
    assert reading.rejects == []
    assert "3 sequences of 2 subjects; 1 labeled, of 1 subjects (disgust 1); 2 without" in (
        reading.variant
    )


def test_the_late_subjects_are_read(tree, read) -> None:
    subjects = ["S501", "S502", "S503", "S504", "S505", "S506", "S895", "S999"]
    for subject in reversed(subjects):
        tree.sequence(f"{subject}/001", frames=range(1, 5))
    assert [s.subject for s in read(tree.root).samples[::4]] == subjects


LITTER = [
    f"{folder}/{name}"
    for folder in ("cohn-kanade-images", "cohn-kanade-images/S005/001", "Emotion/S005/001", "")
    for name in (".DS_Store", "Thumbs.db", "desktop.ini", "._S005_001_00000012.png")
] + [
    "cohn-kanade-images/S005/001/._S005_001_00000012_emotion.txt",
    "Emotion/S005/001/._S005_001_00000012_emotion.txt",
    "cohn-kanade-images/S005/001/notes.txt",
    "cohn-kanade-images/S005/readme.txt",
    "__MACOSX/cohn-kanade-images/S006/001/S006_001_00000001.png",
    "CVPR2010_CK.pdf",
]


@pytest.mark.parametrize("name", LITTER)
def test_litter_changes_nothing(name, tree, read) -> None:
    before = read(tree.sequence().root)
    tree.write(name.lstrip("/"), b"\x00\x05\x16\x07")
    after = read(tree.root)
    assert (after.ids, after.rejects, after.variant) == (before.ids, [], before.variant)


def test_suffixes_and_names_of_any_case_are_read(tree, read) -> None:
    tree.frame("S005/001", 1, ".PNG")
    tree.frame("S005/001", 2, ".Png")
    tree.write("Emotion/s005/001/s005_001_00000002_Emotion.TXT", "1.0")
    reading = read(tree.root)
    assert reading.ids == ["ckplus:S005/001/00000001", "ckplus:S005/001/00000002"]
    assert reading.samples[0].origin.endswith("S005_001_00000001.PNG")


def test_gaps_between_frames_are_tolerated(tree, read) -> None:
    for frame in (2, 5, 9, 30, 71):
        tree.frame("S503/001", frame)
    tree.label("S503/001", 71)
    assert [s.frame for s in read(tree.root).samples] == [2, 9, 30, 71]


def test_frames_are_ordered_by_number_not_by_name(tree, read, picture) -> None:
    for frame in (8, 9, 10, 11, 100):
        tree.write(f"cohn-kanade-images/S005/001/S005_001_{frame}.png", picture(frame))
    tree.label("S005/001", 100)
    reading = read(tree.root)
    assert [s.frame for s in reading.samples] == [8, 10, 11, 100]
    assert reading.ids[0] == "ckplus:S005/001/00000008"


def test_of_several_labels_the_one_for_the_last_frame_counts(tree, read) -> None:
    tree.sequence(code="5")
    tree.label("S005/001", 4, "1.0")
    tree.label("S005/001", 90, "1.0")
    reading = read(tree.root)
    assert reading.rejects == []
    assert [s.native_label for s in reading.samples] == ["0", "5", "5", "5"]


def test_the_coded_frame_ends_the_peak_wherever_it_stands(tree, read) -> None:
    for frame in range(1, 10):
        tree.frame("S005/001", frame)
    tree.label("S005/001", 7)
    reading = read(tree.root)
    assert [s.frame for s in reading.samples] == [1, 5, 6, 7]
    assert "1 go on after the frame that their label names" in reading.variant


def test_labels_of_another_tree_may_be_mapped(tree, read) -> None:
    from fercurate.domain.taxonomy import parse_label_map

    tree.sequence(code="3")
    reading = read(tree.root, label_map=parse_label_map("3=happy,0=neutral"), name="mine")
    assert reading.samples[-1].expression == "happy"
    assert (reading.ids[-1], reading.samples[-1].source) == ("mine:S005/001/00000011", "mine")


def test_missing_roots_are_said(tree, read) -> None:
    tree.frame("S005/001", 1)
    tree.label("S005/001", 1)
    variant = read(tree.root).variant
    assert "; no FACS folder; no Landmarks folder, so face boxes are assumed" in variant


@pytest.mark.parametrize("name", ["", "cohn-kanade-images"], ids=["whole", "pictures alone"])
def test_pictures_without_any_labels_are_no_corpus(name, tree) -> None:
    tree.frame("S005/001", 1)
    source = CkPlus()
    recognition = source.recognize(tree.root / name)
    with pytest.raises(InputError, match=r"no emotion labels.*Emotion_labels\.zip"):
        list(source.read(recognition, source.options()))


def test_an_emotion_root_of_empty_folders_is_known_by_its_name(tree, read) -> None:
    tree.frame("S005/001", 1)
    (tree.root / "Emotion/S005/001").mkdir(parents=True)
    reading = read(tree.root)
    assert reading.samples == reading.rejects == []
    assert "0 labeled, of 0 subjects (no label); 1 without" in reading.variant


def test_a_second_copy_is_named_and_not_read(tree, read) -> None:
    tree.sequence()
    once = read(tree.root)
    replace(tree, images="z/images", emotion="z/Emotion").sequence()
    twice = read(tree.root)
    assert twice.ids == once.ids
    assert "z/images (a second copy of images)" in twice.recognition.ignored
    assert "z/Emotion (a second copy of emotion)" in twice.recognition.ignored


def test_the_fuller_of_two_copies_is_read(tree, read) -> None:
    replace(tree, images="a").sequence("S005/001")
    full = replace(tree, images="x/b", emotion="x/Emotion")
    full.sequence("S005/001").sequence("S010/001").sequence("S010/002")
    assert len(read(tree.root).ids) == 12


def test_order_and_records_do_not_depend_on_workers(tree, read) -> None:
    for key in ("S010/002", "S005/002", "S999/001", "S005/001"):
        tree.sequence(key)
    tree.write("cohn-kanade-images/S005/002/S005_002_00000010.png", b"broken")
    tree.label("S010/002", 11, "9")
    one, two = (read(tree.root, jobs=jobs) for jobs in (1, 2))
    assert one.ids == sorted(one.ids)
    assert len(one.ids) == 11
    assert (one.ids, one.rejects, one.variant) == (two.ids, two.rejects, two.variant)
    for first, second in zip(one.samples, two.samples, strict=True):
        assert (first.origin, first.box, first.native_label) == (
            second.origin,
            second.box,
            second.native_label,
        )
        assert first.image.content == second.image.content


def test_one_reader_reads_two_corpora_without_remembering(tree, tmp_path) -> None:
    from fercurate.sources.base import RecordCounts

    source = CkPlus()
    other = replace(tree, root=tmp_path / "other").sequence("S010/001", code="1")
    first = source.recognize(tree.sequence().root)
    list(source.read(first, source.options()))
    second = source.recognize(other.root)
    list(source.read(second, source.options()))
    assert "disgust 1)" in source.variant(first, RecordCounts(), "")
    assert "angry 1)" in source.variant(second, RecordCounts(), "")
