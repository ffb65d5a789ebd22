"""The text files of CK+ (emotion, FACS, landmarks), and the face box."""

import pytest


def test_the_box_is_the_square_around_the_landmarks(tree, read) -> None:
    tree.sequence()
    box = read(tree.root).samples[0].box
    assert box == pytest.approx((20 - 19.5, 35 - 19.5, 39, 39), abs=1e-4)
    assert all(type(value) is float for value in box)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((490, 640), (136.25, 61.25, 367.5, 367.5)),
        ((480, 640), (140.0, 60.0, 360.0, 360.0)),
        ((480, 640, 3), (140.0, 60.0, 360.0, 360.0)),
        ((100, 60), (0.0, 20.0, 60.0, 60.0)),
    ],
    ids=["490 lines", "480 lines", "RGB", "upright"],
)
def test_without_landmarks_the_box_is_a_centered_square(shape, expected, tree, read) -> None:
    tree.frame("S005/001", 1, shape=shape)
    tree.label("S005/001", 1)
    (sample,) = read(tree.root).samples
    assert sample.landmarks is None
    assert sample.box == expected
    assert sample.pixels.shape == shape


LABELS = {
    "as published": "   3.0000000e+00",
    "CRLF and blank lines": "   3.0000000e+00\r\n\r\n\r\n",
    "carriage return": "3.0\r",
    "an integer": "3",
    "tabs": "\t3.0\t\n",
    "byte order mark": "\ufeff3.0\n",
    "capital exponent": "3.0E+00",
}


@pytest.mark.parametrize("text", LABELS.values(), ids=LABELS)
def test_every_spelling_of_a_label_is_read(text, tree, read) -> None:
    tree.frame("S005/001", 1)
    tree.label("S005/001", 1, text)
    (sample,) = read(tree.root).samples
    assert (sample.native_label, sample.expression) == ("3", "disgust")


CODES = ("neutral", "angry", "contempt", "disgust", "fear", "happy", "sad", "surprise")


@pytest.mark.parametrize(("code", "expression"), list(enumerate(CODES)), ids=CODES)
def test_every_code_means_its_expression(code, expression, tree, read) -> None:
    tree.frame("S005/001", 1)
    tree.label("S005/001", 1, f"   {code:.7e}\n")
    (sample,) = read(tree.root).samples
    assert (sample.native_label, sample.expression) == (str(code), expression)


def test_facs_codes_are_sorted_and_only_on_the_coded_frame(tree, read) -> None:
    tree.sequence()
    tree.coded("S005/001", 11, "12.0 4.0\r\n 1.0 3.0\r\n\r\n2 0\r\n 4.0 1.5\r\n")
    tree.coded("S005/001", 10, "9 1")
    units = [s.action_units for s in read(tree.root).samples]
    assert units == ["", "", "", "1=3 2=0 4=1.5 12=4"]


BAD_TEXT = {
    "empty": "",
    "words": "none",
    "one number a line": "1.0\n" * 68,
    "three numbers a line": "1 2 3\n" * 68,
    "not a number": "nan 1\n" * 68,
    "infinite": "1e999 1\n" * 68,
    "67 lines": "".join(f"{i} {i}\n" for i in range(67)),
    "69 lines": "".join(f"{i} {i}\n" for i in range(69)),
    "all in one place": "5 5\n" * 68,
    "absurdly far": "".join(f"{i}e30 {i}\n" for i in range(68)),
    "binary": "\x00\x01\u20ac",
    "endless": "1 2\n" * 40_000,
}


@pytest.mark.parametrize("text", BAD_TEXT.values(), ids=BAD_TEXT)
def test_unusable_landmarks_are_counted_and_no_reject(text, tree, read) -> None:
    tree.sequence()
    tree.marked("S005/001", 11, text)
    reading = read(tree.root)
    assert reading.rejects == []
    assert [s.landmarks is None for s in reading.samples] == [False, False, False, True]
    assert reading.samples[-1].box == pytest.approx((13.625, 6.125, 36.75, 36.75))
    assert "landmarks for 10 of their 11 frames (1 files unusable)" in reading.variant


def test_landmarks_may_lie_outside_the_picture(tree, read) -> None:
    tree.sequence()
    tree.marked("S005/001", 11, "".join(f"{-40 + i} {700 + i}\r\n" for i in range(68)))
    peak = read(tree.root).samples[-1]
    assert peak.landmarks[0].tolist() == [-40, 700]
    assert peak.box == pytest.approx((-6.5 - 43.55, 733.5 - 43.55, 87.1, 87.1))


@pytest.mark.parametrize(
    "text", ["", "12", "12 4 1", "0 1", "100 1", "12.5 1", "12 6", "12 -1", "x y", "12 nan"]
)
def test_unusable_facs_codes_are_left_out_and_no_reject(text, tree, read) -> None:
    tree.sequence()
    tree.coded("S005/001", 11, text)
    reading = read(tree.root)
    assert reading.rejects == []
    assert reading.samples[-1].action_units == ""
    told = "FACS codes for 0 of the labeled" + (" (1 files unusable)" if text else "")
    assert told in reading.variant
