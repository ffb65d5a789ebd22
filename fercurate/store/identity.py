"""The digest of a store: of everything that it says of its samples."""

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.manifest import ARRAY_COLUMNS, TEXT_COLUMNS, Manifest

Pieces = Callable[[str], Iterator[tuple[NDArray[np.int64], NDArray[Any]]]]
"""Gives rows and values of an array column, piece by piece."""


def store_digest(manifest: Manifest, pieces: Pieces) -> str:
    """SHA-256 (hex) over the samples in store order.

    Pixels count through their digests; where a sample was read from does not count.
    """
    hasher = hashlib.sha256()
    for name in TEXT_COLUMNS:
        if name != "origin":
            for value in manifest.encoded(name):
                hasher.update(value + b"\n")
            hasher.update(b"\0")
    for name in ("frame", "valence", "arousal"):
        hasher.update(np.ascontiguousarray(manifest.columns[name]).data)
    for name in ARRAY_COLUMNS:
        for rows, values in pieces(name):
            hasher.update(np.ascontiguousarray(rows).data)
            hasher.update(np.ascontiguousarray(values).data)
    return hasher.hexdigest()
