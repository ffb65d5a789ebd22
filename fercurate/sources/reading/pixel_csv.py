"""Pixels written as text ("70 80 82 ..."): read many rows at once, explain the broken ones.

The common row, digits parted by single spaces, is converted by array arithmetic over a batch of
rows; every other row is read value by value, which also finds out what is wrong with it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.sample import Pixels, RejectCode

_BLOCK_VALUES = 14_000
"""Values converted at a time: larger temporary arrays cost a system call each."""

_SHORTENED = (
    "NumPy shortened this text (...): the pixels are lost; write every value, "
    "as in ' '.join(map(str, picture.ravel()))"
)
_SPACE = 32
_ZERO = 48


@dataclass(frozen=True, slots=True)
class PixelFault:
    """Why a pixel text is no picture."""

    code: RejectCode
    message: str


def parse_rows(fields: Sequence[bytes], side: int) -> list[Pixels | PixelFault]:
    """Return one (side, side) uint8 picture, or the fault, for each pixel text."""
    pictures: list[Pixels | PixelFault] = []
    at_once = max(_BLOCK_VALUES // side**2, 1)
    for start in range(0, len(fields), at_once):
        pictures += _parse_block(fields[start : start + at_once], side)
    return pictures


def _parse_block(fields: Sequence[bytes], side: int) -> list[Pixels | PixelFault]:
    block = _parse_clean(fields, side * side)
    if block is not None:
        return list(block.reshape(-1, side, side))
    return [parse_row(field, side) for field in fields]


def parse_row(field: bytes, side: int) -> Pixels | PixelFault:
    """Read one pixel text, whatever parts its values: spaces, commas, semicolons, brackets."""
    tokens = field.translate(None, b"[]()\"'").replace(b",", b" ").replace(b";", b" ").split()
    if b"..." in tokens:
        return PixelFault(RejectCode.PIXCOUNT, _SHORTENED)
    if not tokens:
        return PixelFault(RejectCode.MISSING, f"no pixels; expected {side * side} values")
    if len(tokens) != side * side:
        return PixelFault(RejectCode.PIXCOUNT, _count_message(len(tokens), side))
    block = _parse_clean([b" ".join(tokens)], side * side)
    if block is not None:
        return block.reshape(side, side)
    return _parse_odd(tokens, side)


def _parse_clean(fields: Sequence[bytes], count: int) -> NDArray[np.uint8] | None:
    """Convert texts of exactly ``count`` one- to three-digit values each, or return None."""
    text = np.frombuffer(b" ".join(fields) + b" ", dtype=np.uint8)
    space = text == _SPACE
    spaces = np.flatnonzero(space)
    row_ends = np.cumsum([len(field) + 1 for field in fields]) - 1
    if len(spaces) != count * len(fields) or (spaces[count - 1 :: count] != row_ends).any():
        return None
    inside = ~space
    digits = (text - np.uint8(_ZERO)) * inside
    if digits.max() > 9 or not _well_parted(space, inside):
        return None
    return _values(digits, inside, spaces - 1)


def _well_parted(space: NDArray[np.bool_], inside: NDArray[np.bool_]) -> bool:
    """Whether every run of digits is one to three long and every gap a single space."""
    doubled = space[0] or (space[1:] & space[:-1]).any()
    long = (inside[3:] & inside[2:-1] & inside[1:-2] & inside[:-3]).any()
    return not (doubled or long)


def _values(
    digits: NDArray[np.uint8], inside: NDArray[np.bool_], ends: NDArray[np.int64]
) -> NDArray[np.uint8] | None:
    """The number that ends at each of ``ends``; None if one is over 255.

    A space counts as the digit 0, so tens need no test of their own; hundreds are digits two
    places back with no space between.
    """
    two_digits = digits.copy()
    two_digits[1:] += digits[:-1] * np.uint8(10)
    low = two_digits[ends]
    high = (digits[:-1] * inside[1:])[np.maximum(ends - 2, 0)]
    if ends[0] < 2:
        high[0] = 0  # nothing stands two places before it
    values = low + high * np.uint8(100)
    wrapped = (high > 2) | ((high == 2) & (low > 55))
    return None if wrapped.any() else values


def _parse_odd(tokens: list[bytes], side: int) -> Pixels | PixelFault:
    values = np.empty(len(tokens), dtype=np.uint8)
    for position, token in enumerate(tokens):
        value = _number(token)
        if not (0 <= value <= 255 and value.is_integer()):
            return PixelFault(RejectCode.RANGE, _range_message(token, position, value))
        values[position] = int(value)
    return values.reshape(side, side)


def _number(token: bytes) -> float:
    try:
        value = math.nan if b"_" in token else float(token)
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan


def _count_message(count: int, side: int) -> str:
    text = f"{count} pixel values; expected {side * side} ({side}x{side})"
    root = math.isqrt(count)
    if root * root == count and root >= 16:
        text += f"; {count} is {root}x{root}: pass --image-size {root} if the whole file is"
    return text


def _range_message(token: bytes, position: int, value: float) -> str:
    shown = token[:20].decode("utf-8", "replace")
    text = f"pixel value {shown!r} at position {position}; expected whole numbers 0..255"
    if 0 < value < 1:
        text += " (these look normalized to 0..1: export the original values)"
    return text
