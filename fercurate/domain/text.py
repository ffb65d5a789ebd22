"""Text columns: fixed-length UTF-8 bytes where they are kept, ``str`` where they are used."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Encoded = NDArray[np.bytes_]
"""Text (N,) as fixed-length UTF-8, padded with NUL bytes."""


def encode_text(values: Iterable[str]) -> Encoded:
    """Return text (N,) as fixed-length UTF-8; undecodable bytes of file names survive."""
    return np.array([value.encode("utf-8", "surrogateescape") for value in values], dtype=np.bytes_)


def decode_text(encoded: Encoded) -> NDArray[np.object_]:
    """Return text (N,) as ``str`` objects; equal values share one object."""
    values, inverse = np.unique(encoded, return_inverse=True)
    if not len(values):
        return np.empty(0, dtype=object)
    texts = [value.decode("utf-8", "surrogateescape") for value in values]
    return np.array(texts, dtype=object)[inverse]
