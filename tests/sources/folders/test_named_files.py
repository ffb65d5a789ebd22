"""JAFFE and KDEF: everything is in the names of the files."""

import numpy as np
import pytest

from fercurate.sources.jaffe import Jaffe
from fercurate.sources.kdef import Kdef

JAFFE_NAMES = {
    "KA.AN1.39.tiff": ("KA", "AN", "angry"),
    "KL.DI2.170.tiff": ("KL", "DI", "disgust"),
    "KM.FE3.22.tiff": ("KM", "FE", "fear"),
    "KR.HA4.77.tiff": ("KR", "HA", "happy"),
    "MK.NE1.113.tiff": ("MK", "NE", "neutral"),
    "NA.SA1.205.tiff": ("NA", "SA", "sad"),
    "NM.SU1.101.tiff": ("NM", "SU", "surprise"),
}
MISSPELLED = {
    "two dots": ("KA..AN1.39.tiff", "KA", "AN"),
    "a copy": ("KR.SU2.80-1.tiff", "KR", "SU"),
    "lower case": ("ym.ne3.51.tif", "YM", "NE"),
    "upper case": ("YM.NE3.51.TIFF", "YM", "NE"),
    "no number of the picture": ("TM.HA.180.tiff", "TM", "HA"),
    "another format": ("UY.SA2.144.png", "UY", "SA"),
    "underscores": ("UY_SA2_144.jpg", "UY", "SA"),
}


def test_jaffe(read, draw) -> None:
    reading = read(Jaffe(), {name: number for number, name in enumerate(JAFFE_NAMES)})
    assert reading.faults == []
    assert reading.ids == [f"jaffe:{name}" for name in JAFFE_NAMES]
    facts = [(s.subject, s.native_label, s.expression) for s in reading.samples]
    assert facts == list(JAFFE_NAMES.values())
    for number, sample in enumerate(reading.samples):
        np.testing.assert_array_equal(sample.pixels, draw(number))
        assert (sample.native_split, sample.sequence) == ("", "")
    assert reading.variant == "7 pictures; published are 213"


@pytest.mark.parametrize(("name", "subject", "code"), MISSPELLED.values(), ids=MISSPELLED)
def test_jaffe_misspelled(name, subject, code, read) -> None:
    (sample,) = read(Jaffe(), {name: 1}).samples
    assert (sample.id, sample.subject, sample.native_label) == (f"jaffe:{name}", subject, code)


@pytest.mark.parametrize("place", ["", "jaffe/", "jaffedbase/", "JAFFE/", "images/"])
def test_jaffe_places(place, read) -> None:
    reading = read(Jaffe(), {f"{place}KA.AN1.39.tiff": 1, f"{place}README": "x"}, name="lab")
    assert reading.ids == ["lab:KA.AN1.39.tiff"]
    assert reading.samples[0].source == "lab"


def test_jaffe_counts_other_pictures(read) -> None:
    tree = dict.fromkeys((*JAFFE_NAMES, "face.png", "KA.XX1.39.tiff", "._KA.AN1.39.tiff"), 1)
    reading = read(Jaffe(), tree)
    assert len(reading.samples) == 7
    assert reading.faults == []
    assert reading.variant == (
        "7 pictures; published are 213; 2 pictures with other names not read (KA.XX1.39.tiff, ...)"
    )


def test_jaffe_published_count(read) -> None:
    reading = read(Jaffe(), {f"KA.AN1.{number}.tiff": 1 for number in range(213)})
    assert reading.variant == "the published count: 213 pictures"


NOT_JAFFE = {
    "mostly other pictures": {"KA.AN1.39.tiff": 1, "a.png": 2, "b.png": 3},
    "three letters": {"KAT.AN1.39.tiff": 1},
    "no picture": {"KA.AN1.39.txt": "x"},
    "no number": {"KA.AN1.tiff": 1},
    "class folders": {"happy/KA.HA1.29.tiff": 1},
}


@pytest.mark.parametrize("tree", NOT_JAFFE.values(), ids=NOT_JAFFE)
def test_not_jaffe(tree, plant) -> None:
    assert Jaffe().recognize(plant(tree)) is None


KDEF_FILES = {
    "AF01/AF01ANS.JPG": ("F01", "AN", "angry", "AF01AN/S"),
    "AF01/AF01AFHL.JPG": ("F01", "AF", "fear", "AF01AF/HL"),
    "AF01/AF01DIFL.JPG": ("F01", "DI", "disgust", "AF01DI/FL"),
    "AM35/AM35HAFR.JPG": ("M35", "HA", "happy", "AM35HA/FR"),
    "BF01/BF01NES.JPG": ("F01", "NE", "neutral", "BF01NE/S"),
    "BF01/BF01SAHR.JPG": ("F01", "SA", "sad", "BF01SA/HR"),
    "BM12/BM12SUS.JPG": ("M12", "SU", "surprise", "BM12SU/S"),
}


@pytest.mark.parametrize("place", ["", "KDEF/", "KDEF_and_AKDEF/KDEF/", "kdef/"])
def test_kdef(place, read, draw) -> None:
    tree = {place + name: number for number, name in enumerate(KDEF_FILES)}
    reading = read(Kdef(), tree)
    assert reading.faults == []
    assert reading.ids == [f"kdef:{name}" for name in sorted(KDEF_FILES)]
    for number, name in enumerate(KDEF_FILES):
        sample = reading.by_id()[f"kdef:{name}"]
        facts = (sample.subject, sample.native_label, sample.expression, sample.sequence)
        assert facts == KDEF_FILES[name]
        np.testing.assert_array_equal(sample.pixels, draw(number))
    assert reading.variant == "7 pictures; published are 4,900; 3 people"


def test_both_sessions_of_a_person_are_one_subject(read) -> None:
    reading = read(Kdef(), {"AF07/AF07HAS.JPG": 1, "BF07/BF07HAS.JPG": 2, "AM07/AM07HAS.JPG": 3})
    assert [s.subject for s in reading.samples] == ["F07", "M07", "F07"]


def test_kdef_in_lower_case(read) -> None:
    (sample,) = read(Kdef(), {"af01/af01afs.jpg": 1}).samples
    assert (sample.subject, sample.native_label, sample.sequence) == ("F01", "AF", "AF01AF/S")
    assert sample.id == "kdef:af01/af01afs.jpg"


def test_kdef_reads_nothing_beside_the_people(read) -> None:
    tree = {"AF01/AF01ANS.JPG": 1, "AF01ANS.JPG": 2, "AKDEF/AFANS.JPG": 3, "AF01/deep/x.JPG": 4}
    tree |= {"AF01/Thumbs.db": "x", "AF01/._AF01ANS.JPG": b"x", "AF01/readme.txt": "x"}
    reading = read(Kdef(), tree)
    assert reading.ids == ["kdef:AF01/AF01ANS.JPG"]
    assert reading.faults == []


NOT_KDEF = {
    "flat": {"AF01ANS.JPG": 1},
    "other names in such folders": {"AF01/portrait.JPG": 1},
    "no pictures": {"AF01/AF01ANS.txt": "x"},
    "class folders": {"afraid/AF01AFS.JPG": 1},
}


@pytest.mark.parametrize("tree", NOT_KDEF.values(), ids=NOT_KDEF)
def test_not_kdef(tree, plant) -> None:
    assert Kdef().recognize(plant(tree)) is None
