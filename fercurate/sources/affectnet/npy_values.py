"""The values of small ``.npy`` files, without NumPy's own reader: nothing is ever unpickled.

NumPy evaluates each header anew; half a million one-value files have a handful of headers.
"""

import re
from functools import lru_cache
from math import prod
from typing import Literal

import numpy as np

from fercurate.domain.text import is_written_text

Order = Literal["C", "F"]

_MAGIC = b"\x93NUMPY"
_HEADER = re.compile(
    r"\{\s*'descr':\s*'(?P<type>[<>|=]?[biufSUO]\d*)',\s*'fortran_order':\s*(?P<order>True|False),"
    r"\s*'shape':\s*\((?P<shape>[\dL, ]*)\),?\s*\}\s*"
)


def npy_texts(content: bytes) -> list[str]:
    """Return the values of an array of numbers or text, flat, each as text.

    Raises:
        ValueError: no ``.npy`` file, cut short, or an array of anything else (objects are
            pickles and never loaded).
    """
    if not content.startswith(_MAGIC):
        raise ValueError(f"no .npy file; begins with {content[:8]!r}")
    start = 10 if content[6:7] == b"\x01" else 12
    end = start + int.from_bytes(content[8:start], "little")
    dtype, sizes, order = _described(content[start:end])
    try:
        array = np.frombuffer(content, dtype, prod(sizes), end)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"a .npy file cut short: {error}") from None
    if not is_written_text(array):
        raise ValueError("a .npy file of text with characters that do not exist")
    values = array.reshape(sizes, order=order).ravel().tolist()
    return [v.decode("latin-1") if isinstance(v, bytes) else str(v) for v in values]


@lru_cache(maxsize=64)
def _described(header: bytes) -> tuple[np.dtype[np.generic], list[int], Order]:
    match = _HEADER.fullmatch(header.decode("latin-1"))
    if match is None:
        raise ValueError("a .npy file that holds neither numbers nor text")
    if "O" in match["type"]:
        raise ValueError("a pickled object, which is never loaded")
    try:
        dtype = np.dtype(match["type"])
    except TypeError:
        raise ValueError(f"a .npy file of the unknown type {match['type']}") from None
    sizes = [int(size.strip("L")) for size in match["shape"].replace(" ", "").split(",") if size]
    return dtype, sizes, "F" if match["order"] == "True" else "C"
