"""Changes of bytes that a fuzzer makes, drawn by Hypothesis: a failure shrinks to a few of them."""

from collections.abc import Sequence

from hypothesis import strategies as st

Edit = tuple[str, int, int]
"""What is done, at which byte (modulo the length), and a number that says how."""

_NUMBERS = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, 0x7FFFFFFFFFFFFFFF)
_WORDS = (
    *(b"", b"\0", b"\n", b"\r\n", b'"', b"'", b",", b";", b"\t", b" ", b"-", b".", b"..", b"/"),
    *(b"{", b"}", b"[", b"]", b":", b"&a", b"*a", b"!!", b"#", b"\\", b"\xff\xfe", b"\xef\xbb\xbf"),
    *(b"1e308", b"-1", b"nan", b"256", b"9" * 40, b"null", b"true", b"\\ud800", b"\xc0\x80"),
)
_OPERATIONS = ("flip", "number", "word", "drop", "repeat", "move", "cut", "fill")

edits = st.lists(
    st.tuples(
        st.sampled_from(_OPERATIONS), st.integers(0, (1 << 20) - 1), st.integers(0, (1 << 16) - 1)
    ),
    min_size=1,
    max_size=5,
)
"""One to five edits."""


def edited(seed: bytes, changes: Sequence[Edit]) -> bytes:
    """Return a content with edits made in it, one after the other."""
    content = bytearray(seed)
    for operation, place, how in changes:
        _EDITS[operation](content, place % (len(content) + 1), how)
    return bytes(content)


def _flip(content: bytearray, place: int, how: int) -> None:
    if place < len(content):
        content[place] ^= how % 255 + 1


def _number(content: bytearray, place: int, how: int) -> None:
    width = 1 << how % 4
    value = _NUMBERS[how // 4 % len(_NUMBERS)] & (256**width - 1)
    content[place : place + width] = value.to_bytes(width, "little" if how & 0x400 else "big")


def _word(content: bytearray, place: int, how: int) -> None:
    word = _WORDS[how // 2 % len(_WORDS)]
    content[place : place + (len(word) if how % 2 else 0)] = word


def _drop(content: bytearray, place: int, how: int) -> None:
    del content[place : place + _length(how)]


def _repeat(content: bytearray, place: int, how: int) -> None:
    piece = content[place : place + _length(how)]
    content[place:place] = piece * (how % 7 + 1)


def _move(content: bytearray, place: int, how: int) -> None:
    piece = content[place : place + _length(how)]
    del content[place : place + len(piece)]
    target = how * 31 % (len(content) + 1)
    content[target:target] = piece


def _cut(content: bytearray, place: int, _how: int) -> None:
    del content[place:]


def _fill(content: bytearray, place: int, how: int) -> None:
    length = min(_length(how), len(content) - place)
    content[place : place + length] = bytes([how % 256]) * length


def _length(how: int) -> int:
    """Mostly a few bytes, sometimes many."""
    return how % 9 + 1 if how % 4 else how % 509 + 1


_EDITS = {
    "flip": _flip,
    "number": _number,
    "word": _word,
    "drop": _drop,
    "repeat": _repeat,
    "move": _move,
    "cut": _cut,
    "fill": _fill,
}
