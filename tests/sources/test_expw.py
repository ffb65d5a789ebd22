"""ExpW: faces of ``label.lst``, several in a picture, some listed more than once."""

import numpy as np
import pytest

from fercurate.errors import InputError
from fercurate.sources.base import RecordCounts
from fercurate.sources.expw import ExpW

MEANT = ["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"]


def expw(lines: str | bytes, place: str = "", images: str = "image/origin") -> dict:
    tree = {f"{place}label/label.lst": lines}
    return tree | {f"{place}{images}/{name}.jpg": n for n, name in enumerate("ab")}


LINES = "a.jpg 0 10 20 110 125 99.5 3\na.jpg 1 5 6 7 9 50.25 0\nb.jpg 0 1 2 3 4 9 6\n"


def test_faces_and_boxes(read, draw) -> None:
    reading = read(ExpW(), expw(LINES))
    assert reading.faults == []
    assert [(s.id, s.expression, s.native_label, s.box, s.origin) for s in reading.samples] == [
        ("expw:a.jpg#0", "happy", "3", (20.0, 10.0, 90.0, 115.0), "image/origin/a.jpg"),
        ("expw:a.jpg#1", "angry", "0", (6.0, 5.0, 1.0, 4.0), "image/origin/a.jpg"),
        ("expw:b.jpg#0", "neutral", "6", (2.0, 1.0, 1.0, 3.0), "image/origin/b.jpg"),
    ]
    for sample, number in zip(reading.samples, (0, 0, 1), strict=True):
        np.testing.assert_array_equal(sample.pixels, draw(number))
        assert (sample.native_split, sample.subject, sample.line) == ("", "", -1)


SPELLINGS = {
    "root": expw(LINES),
    "data": expw(LINES, "data/"),
    "ExpW": expw(LINES, "ExpW/"),
    "pictures in origin": expw(LINES, images="origin"),
    "list in the root": {n.replace("label/l", "l"): text for n, text in expw(LINES).items()},
    "CRLF and mark": expw("\ufeff" + LINES.replace("\n", "\r\n")),
    "CR": expw(LINES.replace("\n", "\r")),
    "blank lines, tabs": expw("\n" + LINES.replace(" ", "\t ").replace("\n", " \n\n")),
    "suffix in another case": expw(LINES.replace("jpg", "JPG")),
}


@pytest.mark.parametrize("tree", SPELLINGS.values(), ids=SPELLINGS)
def test_every_spelling(tree, read) -> None:
    reading = read(ExpW(), tree, name="x")
    assert reading.faults == []
    assert [s.id.lower() for s in reading.samples] == ["x:a.jpg#0", "x:a.jpg#1", "x:b.jpg#0"]
    assert [s.origin.rpartition("/")[2] for s in reading.samples] == ["a.jpg", "a.jpg", "b.jpg"]


def test_codes(read) -> None:
    lines = "".join(f"a.jpg {code} 1 1 2 2 9 {code}\n" for code in range(7))
    assert [s.expression for s in read(ExpW(), expw(lines)).samples] == MEANT


def test_repeats_are_passed_over_and_counted_and_conflicts_rejected(read) -> None:
    lines = (
        "a.jpg 0 1 2 3 4 9 3\n"
        "a.jpg 0 1 2 3 4 9 3\n"
        "a.jpg 0 5 6 7 8 9 3\n"
        "a.jpg 0 1 2 3 4 9 4\n"
        "b.jpg 0 1 2 3 4 9 4\n"
        "a.jpg 00 1 2 3 4 9 3\n"
    )
    reading = read(ExpW(), expw(lines))
    assert [(s.id, s.expression) for s in reading.samples] == [
        ("expw:a.jpg#0", "happy"),
        ("expw:b.jpg#0", "sad"),
    ]
    assert reading.samples[0].box == (2.0, 1.0, 1.0, 3.0)
    assert reading.faults == [("E_CONFLICT", "label/label.lst:4")]
    assert reading.rejects[0].message == "code '4', but '3' in line 1"
    assert reading.variant == (
        "not the published counts (88,600 faces in 91,793 lines): "
        "2 faces in 6 lines, 3 lines that repeat a face were passed over"
    )


def test_published_counts_are_known(plant) -> None:
    lines = [f"a.jpg {number} 1 2 3 4 9 3\n" for number in range(88_600)]
    found = ExpW().recognize(plant(expw("".join(lines + lines[:3193]))))
    assert ExpW().variant(found, RecordCounts(), "") == (
        "the published counts: 88,600 faces in 91,793 lines, "
        "3,193 lines that repeat a face were passed over"
    )


BOXES = {
    "no width": ("10 20 20 110", None),
    "no height": ("10 20 110 10", None),
    "left and right exchanged": ("10 110 20 110", None),
    "outside the picture": ("-5 -6 1000 2000", (-6.0, -5.0, 1006.0, 2005.0)),
    "fractions": ("1.5 2.5 3 4", (2.5, 1.5, 0.5, 2.5)),
    "exponents": ("1e1 2e1 3e1 4e1", (20.0, 10.0, 10.0, 30.0)),
}


@pytest.mark.parametrize(("edges", "box"), BOXES.values(), ids=BOXES)
def test_boxes(edges, box, read) -> None:
    (sample,) = read(ExpW(), expw(f"a.jpg 0 {edges} 9 3\n")).samples
    assert sample.box == box


def test_no_pictures_beside_the_list(read) -> None:
    with pytest.raises(InputError, match="no folder image/origin"):
        read(ExpW(), {"label/label.lst": LINES})


UNKNOWN = {
    "seven fields": expw("a.jpg 0 10 20 110 125 3\n"),
    "eight words": expw("this is a list of eight words indeed\n"),
    "UTF-16": expw(LINES.encode("utf-16")),
    "another name": {"label/labels.lst": LINES, "image/origin/a.jpg": 1},
    "empty list": expw(""),
}


@pytest.mark.parametrize("tree", UNKNOWN.values(), ids=UNKNOWN)
def test_not_recognized(tree, plant) -> None:
    assert ExpW().recognize(plant(tree)) is None


def test_list_that_is_a_link_out_is_not_recognized(plant, tmp_path) -> None:
    (tmp_path / "secret").write_text(LINES)
    root = plant(expw(LINES))
    (root / "label/label.lst").unlink()
    (root / "label/label.lst").symlink_to(tmp_path / "secret")
    assert ExpW().recognize(root) is None


def test_broken_lines_before_the_first_good_one(read) -> None:
    reading = read(ExpW(), expw("image face box\n" + LINES))
    assert len(reading.samples) == 3
    assert reading.faults == [("E_COLUMNS", "label/label.lst:1")]
