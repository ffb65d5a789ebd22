"""JAFFE: everything is in the names of the files."""

import numpy as np
import pytest

from fercurate.sources.jaffe import Jaffe

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
