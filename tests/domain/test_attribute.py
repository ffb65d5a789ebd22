"""Attributes: text kept as numbers and back, the order of values, a name of the content."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fercurate.domain.annotations.attribute import (
    MOST_BYTES,
    Attribute,
    attribute_measurements,
    ordered_values,
    stored_attribute,
    value_fault,
)
from fercurate.domain.text import encode_text

letters = st.characters(exclude_categories=("C", "Z"), max_codepoint=0xFFFF)
values = st.text(letters, min_size=1, max_size=MOST_BYTES // 3)


@given(st.lists(values, min_size=1, max_size=8))
def test_any_value_comes_back_from_numbers(told: list[str]) -> None:
    rows = np.arange(len(told))
    measured = attribute_measurements("age", rows, told)
    assert stored_attribute("age", measured.values).text.tolist() == told


def test_the_format_has_three_bytes_a_number_and_the_first_one_highest() -> None:
    measured = attribute_measurements("age", np.array([5]), ["abcdé"])
    assert (measured.kind, measured.method) == ("attribute.age", "text-1")
    assert measured.values.dtype == np.float32
    assert measured.values.tolist() == [[0x616263, 0x64C3A9, 0, 0, 0, 0, 0, 0]]
    assert measured.rows.tolist() == [5]


def test_samples_without_a_value_have_none() -> None:
    measured = attribute_measurements("age", np.array([1]), ["70+"])
    numbers = np.full((3, measured.values.shape[1]), np.nan, dtype=np.float32)
    numbers[1] = measured.values[0]
    found = stored_attribute("age", numbers)
    assert found.text.tolist() == ["", "70+", ""]
    assert found.known.tolist() == [False, True, False]


@pytest.mark.parametrize(
    "numbers", [np.full((1, 8), 0.5), np.full((1, 8), -1), np.full((1, 8), 2**24), np.zeros((1, 3))]
)
def test_numbers_that_are_no_text_are_refused(numbers: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"numbers that are no text|3 columns"):
        stored_attribute("age", numbers.astype(np.float32))


@pytest.mark.parametrize(
    ("value", "says"),
    [("a\nb", "cannot be printed"), (" a", "blank"), ("ä" * 13, "24 bytes"), ("é" * 12, "")],
)
def test_values_that_are_none(value: str, says: str) -> None:
    assert says in value_fault(value)
    assert bool(says) == bool(value_fault(value))


def test_values_are_in_the_order_of_their_numbers() -> None:
    ages = ["70+", "", "20-39", "4-19", "0-3", "40-69"]
    assert ordered_values(ages) == ["0-3", "4-19", "20-39", "40-69", "70+", ""]
    assert ordered_values(["male", "Female", "unsure"]) == ["Female", "male", "unsure"]


def test_the_content_is_named_whatever_the_order() -> None:
    ids = encode_text(["b", "a", "c"])
    found = Attribute("age", encode_text(["1", "2", ""]))
    turned = Attribute("age", encode_text(["2", "", "1"]))
    assert found.content_name(ids) == turned.content_name(encode_text(["a", "c", "b"]))
    assert found.content_name(ids) != turned.content_name(ids)
    assert found.content_name(ids).startswith("attribute.age-")
