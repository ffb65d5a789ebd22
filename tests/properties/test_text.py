"""Text comes back as it went in, also the names of odd files."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fercurate.domain.text import decode_text, did_you_mean, encode_text

FILE_NAMES = st.binary(max_size=12).map(lambda name: name.decode("utf-8", "surrogateescape"))
TEXTS = st.lists((st.text(max_size=12) | FILE_NAMES).filter(lambda text: not text.endswith("\0")))


@given(TEXTS)
def test_text_comes_back(texts: list[str]) -> None:
    encoded = encode_text(texts)
    assert decode_text(encoded).tolist() == texts
    assert encoded.dtype.kind == "S"


@given(TEXTS)
def test_equal_texts_are_one_object_in_memory(texts: list[str]) -> None:
    decoded = decode_text(encode_text([*texts, *texts]))
    assert all(one is other for one, other in zip(decoded, decoded[len(texts) :], strict=False))
    assert len(decoded) == 2 * len(texts)


@given(st.lists(st.text("abc", min_size=1), min_size=1), st.data())
def test_a_known_name_in_other_letters_is_suggested(known: list[str], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(known))
    assert did_you_mean(name.upper(), known) == f" (did you mean {name!r}?)"


@given(st.lists(st.text("abc")))
def test_nothing_is_suggested_for_what_resembles_nothing(known: list[str]) -> None:
    assert did_you_mean("xyz", known) == ""


def test_an_empty_column_has_no_text() -> None:
    assert decode_text(np.empty(0, dtype="S1")).shape == (0,)
