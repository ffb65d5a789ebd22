"""KDEF: everything is in the names of the folders and files."""

import numpy as np
import pytest

from fercurate.sources.kdef import Kdef

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
    assert sample.attributes == (("gender", "female"),)
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
