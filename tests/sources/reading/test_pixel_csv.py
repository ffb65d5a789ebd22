"""Pixel texts: whatever parts the values they are read right, and each fault is named."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from fercurate.sources.reading.pixel_csv import PixelFault, parse_row, parse_rows

SEPARATORS = (" ", "  ", ",", ", ", "\t", " ;", ";", "\n", "\r\n ", " , ")
FORMS = ("{}", "{}.0", "{:03d}", "0{}", "{}.", "+{}", "{:.7e}", "{}.000000")
FRAMES = (("", ""), ("[", "]"), ("[ ", " ]"), ("(", ")"), ("  ", " \t"), ("[[", "]]"), ("'", "'"))


def text_of(image: NDArray[np.uint8]) -> bytes:
    return " ".join(map(str, image.ravel())).encode()


def faces(count: int, side: int = 4) -> NDArray[np.uint8]:
    return np.random.default_rng(7).integers(0, 256, (count, side, side), dtype=np.uint8)


@st.composite
def written_images(draw: st.DrawFn) -> tuple[NDArray[np.uint8], bytes]:
    side = draw(st.integers(1, 6))
    count = side * side
    values = draw(st.lists(st.integers(0, 255), min_size=count, max_size=count))
    forms = draw(st.sampled_from((("{}",), FORMS)))
    parts = draw(st.sampled_from(((" ",), SEPARATORS)))
    text = ""
    for position, value in enumerate(values):
        between = draw(st.sampled_from(parts)) if position else ""
        text += between + draw(st.sampled_from(forms)).format(value)
    first, last = draw(st.sampled_from(FRAMES))
    return np.array(values, np.uint8).reshape(side, side), (first + text + last).encode()


@given(written_images())
def test_any_separators_and_number_forms_read_back_equal(
    written: tuple[NDArray[np.uint8], bytes],
) -> None:
    image, text = written
    for found in (parse_row(text, len(image)), *parse_rows([text, text], len(image))):
        assert isinstance(found, np.ndarray)
        assert found.dtype == np.uint8
        np.testing.assert_array_equal(found, image)


@given(
    st.lists(st.binary(max_size=40), max_size=6),
    st.lists(st.text('0123456789 .,-e[]x_\t"', max_size=40), max_size=6),
)
def test_no_text_raises(raw: list[bytes], texts: list[str]) -> None:
    fields = raw + [text.encode() for text in texts]
    for field, found in zip(fields, parse_rows(fields, 2), strict=True):
        alone = parse_row(field, 2)
        assert isinstance(found, PixelFault) == isinstance(alone, PixelFault)
        if isinstance(found, np.ndarray):
            assert found.shape == (2, 2)
            np.testing.assert_array_equal(found, alone)


def test_every_value_from_0_to_255_is_read_exactly() -> None:
    image = np.arange(256, dtype=np.uint8).reshape(16, 16)
    np.testing.assert_array_equal(parse_rows([text_of(image)], 16)[0], image)


FAULTS = {
    "empty": (b"", "E_MISSING", "no pixels; expected 16 values"),
    "blank": (b" \t ", "E_MISSING", "no pixels; expected 16 values"),
    "empty brackets": (b"[]", "E_MISSING", "no pixels; expected 16 values"),
    "one too few": (b"1 " * 15, "E_PIXCOUNT", "15 pixel values; expected 16 (4x4)"),
    "one too many": (b"1 " * 17, "E_PIXCOUNT", "17 pixel values; expected 16 (4x4)"),
    "doubled": (b"1 " * 32, "E_PIXCOUNT", "32 pixel values; expected 16 (4x4)"),
    "256": (b"1 " * 15 + b"256", "E_RANGE", "pixel value '256' at position 15"),
    "999": (b"999 " + b"1 " * 15, "E_RANGE", "pixel value '999' at position 0"),
    "1000": (b"1 1000 " + b"1 " * 14, "E_RANGE", "pixel value '1000' at position 1"),
    "negative": (b"-1 " + b"1 " * 15, "E_RANGE", "pixel value '-1' at position 0"),
    "fraction": (b"70.5 " + b"1 " * 15, "E_RANGE", "pixel value '70.5' at position 0"),
    "normalized": (b"1 0.3 " + b"1 " * 14, "E_RANGE", "look normalized to 0..1"),
    "word": (b"1 x " + b"1 " * 14, "E_RANGE", "pixel value 'x' at position 1"),
    "nan": (b"nan " + b"1 " * 15, "E_RANGE", "pixel value 'nan'"),
    "infinite": (b"inf " + b"1 " * 15, "E_RANGE", "pixel value 'inf'"),
    "huge": (b"9" * 400 + b" 1" * 15, "E_RANGE", "pixel value '99999999999999999999' at"),
    "hexadecimal": (b"0x10 " + b"1 " * 15, "E_RANGE", "pixel value '0x10'"),
    "underscore": (b"1_0 " + b"1 " * 15, "E_RANGE", "pixel value '1_0'"),
    "NUL byte": (b"7\x00 " + b"1 " * 15, "E_RANGE", "pixel value '7\\x00'"),
    "Latin-1 letter": (b"7\xe9 " + b"1 " * 15, "E_RANGE", "pixel value '7\ufffd'"),
    "colon": (b"7: " + b"1 " * 15, "E_RANGE", "pixel value '7:'"),
    "slash": (b"7/ " + b"1 " * 15, "E_RANGE", "pixel value '7/'"),
    "minus alone": (b"- " + b"1 " * 15, "E_RANGE", "pixel value '-'"),
}


@pytest.mark.parametrize(("text", "code", "message"), FAULTS.values(), ids=FAULTS)
def test_fault_is_named_and_leaves_its_neighbors_alone(
    text: bytes, code: str, message: str
) -> None:
    images = faces(4)
    fields = [text_of(image) for image in images]
    found = parse_rows([*fields[:2], text, *fields[2:]], 4)
    fault = found.pop(2)
    assert isinstance(fault, PixelFault)
    assert fault.code == code
    assert message in fault.message
    np.testing.assert_array_equal(np.array(found), images)


def test_a_value_moved_from_one_row_to_the_next_is_not_taken() -> None:
    """The batch has the right number of values in all, but two rows have not."""
    found = parse_rows([b"1 2 3", b"4 5 6 7 8", b"9 9 9 9"], 2)
    assert [getattr(item, "code", "") for item in found] == ["E_PIXCOUNT", "E_PIXCOUNT", ""]


@pytest.mark.parametrize(
    ("count", "hint"),
    [(9216, "9216 is 96x96: pass --image-size 96"), (4608, ""), (9, "")],
    ids=["96x96", "doubled", "too small to be a picture"],
)
def test_other_squares_are_hinted_at(count: int, hint: str) -> None:
    fault = parse_row(b"1 " * count, 48)
    assert isinstance(fault, PixelFault)
    assert ("--image-size" in fault.message) == bool(hint)
    assert hint in fault.message


def test_no_rows_give_nothing() -> None:
    assert parse_rows([], 48) == []
