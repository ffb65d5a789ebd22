"""Rows in blocks that fit in memory."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fercurate.files import blocks
from fercurate.files.blocks import MAX_BYTES, cut_rows

SIZES = np.array([10, 20, 30, 40, MAX_BYTES - 10, MAX_BYTES, 2 * MAX_BYTES, 0])


def cuts(rows: list[int], most: int = 256) -> list[list[int]]:
    asked = np.array(rows, dtype=np.int64)
    return [asked[cut].tolist() for cut in cut_rows(asked, SIZES, most)]


@pytest.mark.parametrize(
    ("rows", "most", "expected"),
    [
        pytest.param([], 9, [], id="nothing"),
        pytest.param([3, 0, 2, 0, 1], 2, [[3, 0], [2, 0], [1]], id="by rows, in the given order"),
        pytest.param([0, 4, 0, 4], 9, [[0, 4], [0, 4]], id="filled to the last byte"),
        pytest.param([1, 4, 0], 9, [[1], [4, 0]], id="a byte too many"),
        pytest.param([6, 6, 0], 9, [[6], [6], [0]], id="larger than a block"),
        pytest.param([7, 5, 7], 9, [[7, 5, 7]], id="rows of nothing"),
    ],
)
def test_blocks_hold_what_fits(rows: list[int], most: int, expected: list[list[int]]) -> None:
    assert cuts(rows, most) == expected


@given(st.lists(st.integers(0, 7)), st.integers(1, 5))
def test_every_row_comes_once_in_its_place_and_no_block_is_too_large(
    rows: list[int], most: int
) -> None:
    found = cuts(rows, most)
    assert [row for block in found for row in block] == rows
    assert all(1 <= len(block) <= most for block in found)
    assert all(len(block) == 1 or SIZES[block].sum() <= MAX_BYTES for block in found)


def test_the_bytes_of_a_picture_are_those_of_three_channels() -> None:
    class Manifest:
        def numbers(self, name: str) -> np.ndarray:
            return np.array({"height": [48, 2], "width": [48, 5]}[name])

    assert blocks.picture_bytes(Manifest()).tolist() == [48 * 48 * 3, 30]  # type: ignore[arg-type]
