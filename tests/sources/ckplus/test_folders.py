"""CK+48 and other class folders of CK+ pictures."""

import os
from collections import Counter

import numpy as np
import pytest

from fercurate.domain.sample import EncodedImage, pixel_digest
from fercurate.domain.taxonomy import parse_label_map
from fercurate.errors import InputError
from fercurate.sources.ckplus.source import CkPlus

FIRST = "anger/S010_004_00000017.png"
FILES = (FIRST, "anger/S010_004_00000018.png", "happy/S999_001_00000012.png")


@pytest.fixture
def plant(tree, picture):
    """Write pictures below the tree: a name alone gets its own 48x48 picture."""

    def call(*names: str, **contents: bytes):
        for number, name in enumerate(names):
            tree.write(name, picture(number, (48, 48)))
        return tree.root

    return call


def test_the_published_counts(published48, read) -> None:
    reading = read(published48)
    assert reading.recognition.layout == "class folders"
    assert reading.rejects == []
    assert len(reading.by_id()) == 981
    assert Counter(s.native_label for s in reading.samples) == {
        "anger": 135,
        "contempt": 54,
        "disgust": 177,
        "fear": 75,
        "happy": 207,
        "sadness": 84,
        "surprise": 249,
    }
    assert Counter(Counter(s.sequence for s in reading.samples).values()) == {3: 327}
    subjects = sorted({s.subject for s in reading.samples})
    assert len(subjects) == 118
    assert {"S005", "S501", "S506", "S895", "S999"} <= set(subjects)
    assert reading.variant == (
        "the counts of the published CK+48: 981 pictures (angry 135, contempt 54, disgust 177, "
        "fear 75, happy 207, sad 84, surprise 249) of 327 sequences and 118 subjects"
    )


def test_every_name_is_taken_at_its_word(published48, read) -> None:
    for sample in read(published48).samples:
        subject, number, frame = sample.origin.rsplit("/", 1)[1].removesuffix(".png").split("_")
        assert sample.subject == subject
        assert sample.sequence == f"{subject}/{number}"
        assert sample.frame == int(frame)
        label = sample.origin.split("/")[-2]
        assert sample.id == f"ckplus:48/{label}/{subject}_{number}_{frame}"


def test_workers_change_nothing(published48, read) -> None:
    one, two = (read(published48, jobs=jobs) for jobs in (1, 2))
    assert one.ids == two.ids
    assert [s.image.content for s in one.samples] == [s.image.content for s in two.samples]
    assert one.variant == two.variant


def test_a_sample_says_all_that_is_known(plant, read, draw) -> None:
    reading = read(plant(*FILES))
    sample = reading.samples[0]
    assert reading.ids == [
        "ckplus:48/anger/S010_004_00000017",
        "ckplus:48/anger/S010_004_00000018",
        "ckplus:48/happy/S999_001_00000012",
    ]
    assert (sample.subject, sample.sequence, sample.frame) == ("S010", "S010/004", 17)
    assert (sample.native_label, sample.expression, sample.native_split) == ("anger", "angry", "")
    assert (sample.box, sample.landmarks, sample.action_units) == (None, None, "")
    assert sample.origin == FIRST
    assert isinstance(sample.image, EncodedImage)
    np.testing.assert_array_equal(sample.pixels, draw(0, (48, 48)))


PLACES = {
    "at the top": ("",),
    "CK+48": ("CK+48/",),
    "archive": ("archive (1)/ck/CK+48/",),
    "a second copy": ("CK+48/", "ck/CK+48/"),
    "a copy in itself": ("CK+48/", "CK+48/CK+48/"),
    "three copies": ("a/", "b/", "c/d/"),
}


@pytest.mark.parametrize("places", PLACES.values(), ids=PLACES)
def test_a_nested_copy_is_not_counted_twice(places, plant, read) -> None:
    for place in places:
        root = plant(*(f"{place}{name}" for name in FILES))
    reading = read(root)
    assert reading.rejects == []
    assert reading.ids == [f"ckplus:48/{name.removesuffix('.png')}" for name in FILES]
    assert reading.samples[0].origin == f"{places[0]}{FIRST}"
    copies = 3 * (len(places) - 1)
    assert ("copies passed over" in reading.variant) == bool(copies)
    assert reading.variant.endswith(f"; {copies} copies passed over" if copies else "2 subjects")


def test_the_second_copy_stands_in_for_a_broken_first(plant, tree, read) -> None:
    for place in ("CK+48", "ck"):
        root = plant(*(f"{place}/{name}" for name in FILES))
    tree.write(f"CK+48/{FIRST}", b"")
    reading = read(root)
    assert reading.faults == [("E_DECODE", f"CK+48/{FIRST}")]
    assert len(reading.by_id()) == 3
    assert reading.by_id()["ckplus:48/anger/S010_004_00000017"].origin == f"ck/{FIRST}"


@pytest.mark.parametrize(
    ("folder", "expression"),
    [
        ("Anger", "angry"),
        ("SADNESS", "sad"),
        ("Happiness", "happy"),
        ("suprise", "surprise"),
        ("neutral", "neutral"),
        ("Contempt", "contempt"),
    ],
)
def test_class_folders_of_any_spelling(folder, expression, plant, read) -> None:
    (sample,) = read(plant(f"{folder}/S010_004_00000017.PNG")).samples
    assert (sample.native_label, sample.expression) == (folder, expression)
    assert sample.id == f"ckplus:48/{folder}/S010_004_00000017"


def test_split_folders_are_told(plant, read) -> None:
    reading = read(plant("train/anger/S010_004_00000017.png", "test/sad/S011_004_00000017.png"))
    assert [s.native_split for s in reading.samples] == ["Test", "Training"]
    assert [s.id for s in reading.samples] == [
        "ckplus:48/sad/S011_004_00000017",
        "ckplus:48/anger/S010_004_00000017",
    ]


def test_numbers_need_a_label_map(plant, read) -> None:
    root = plant("0/S010_004_00000017.png", "6/S010_004_00000018.png")
    source = CkPlus()
    with pytest.raises(InputError, match=r"'0' is a number.*--label-map"):
        list(source.read(source.recognize(root), source.options()))
    reading = read(root, label_map=parse_label_map("0=angry"), name="other")
    assert reading.ids == ["other:48/0/S010_004_00000017"]
    assert reading.faults == [("E_LABEL", "6/S010_004_00000018.png")]


def test_one_frame_under_two_labels_is_kept_twice(plant, read) -> None:
    reading = read(plant("anger/S010_004_00000017.png", "sadness/S010_004_00000017.png"))
    assert [s.expression for s in reading.samples] == ["angry", "sad"]


BROKEN = {
    "0 bytes": ("anger/S010_004_00000019.png", b"", "E_DECODE"),
    "text": ("anger/S010_004_00000019.png", b"<html>", "E_DECODE"),
    "no subject": ("anger/image7.png", None, "E_LABEL"),
    "a copy by hand": ("anger/S010_004_00000017 (1).png", None, "E_LABEL"),
    "four digits of a subject": ("anger/S0010_004_00000019.png", None, "E_LABEL"),
    "foreign digits": ("anger/S\u0660\u0661\u0662_004_00000019.png", None, "E_LABEL"),
    "a number too long": (f"anger/S010_004_{'1' * 30}.png", None, "E_LABEL"),
    "the frame again, other pixels": ("anger/S010_004_00000017.tif", None, "E_CONFLICT"),
    "the frame again, short number": ("anger/S010_004_17.png", None, "E_CONFLICT"),
    "another copy differs": (f"ck/{FIRST}", None, "E_CONFLICT"),
}


@pytest.mark.parametrize(("name", "content", "code"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_one_reject(name, content, code, plant, tree, read, picture) -> None:
    root = plant(*FILES)
    tree.write(name, picture(40, (48, 48)) if content is None else content)
    reading = read(root)
    assert reading.faults == [(code, name)]
    assert len(reading.by_id()) == 3


HOSTILE = {
    "link out": (lambda p: p.symlink_to("/etc/hostname"), "E_PATH"),
    "broken link": (lambda p: p.symlink_to("nothing"), "E_MISSING"),
    "folder": (lambda p: p.mkdir(), None),
    "pipe": (os.mkfifo, "E_DECODE"),
}


@pytest.mark.parametrize(("make", "code"), HOSTILE.values(), ids=HOSTILE)
def test_what_only_looks_like_a_picture(make, code, plant, read) -> None:
    root = plant(*FILES)
    make(root / "happy/S999_001_00000013.png")
    reading = read(root)
    assert reading.faults == ([(code, "happy/S999_001_00000013.png")] if code else [])
    assert len(reading.samples) == 3


def test_a_class_folder_that_leads_out_is_a_reject(plant, read, tmp_path) -> None:
    root = plant(*FILES)
    (root / "happy").rename(tmp_path / "away")
    (root / "happy").symlink_to(tmp_path / "away")
    reading = read(root)
    assert reading.faults == [("E_PATH", "happy")]
    assert len(reading.samples) == 2


@pytest.mark.parametrize("name", [".DS_Store", "Thumbs.db", "._S010_004_00000017.png", "a.txt"])
def test_litter_changes_nothing(name, plant, tree, read) -> None:
    root = plant(*FILES)
    tree.write(f"anger/{name}", b"\0")
    reading = read(root)
    assert (len(reading.ids), reading.rejects) == (3, [])


def test_class_folders_of_another_corpus_beside_it_are_left_alone(plant, read) -> None:
    others = ("fer/train/angry/Training_1.png", "fer/train/sad/Training_2.png")
    reading = read(plant(*(f"ck/{name}" for name in FILES), *others))
    assert (len(reading.ids), reading.rejects) == (3, [])


def test_pixels_of_the_look_alike_all_differ(published48, read) -> None:
    digests = {pixel_digest(s.pixels) for s in read(published48).samples}
    assert len(digests) == 981


def test_missing_and_surplus_pictures_are_said(plant, read) -> None:
    variant = read(plant(*FILES)).variant
    assert variant.startswith(
        "not the counts of the published CK+48 (missing: files 978, sequences 325, subjects 116, "
        "angry 133, contempt 54, disgust 177, fear 75, happy 206, sad 84, surprise 249)"
    )
