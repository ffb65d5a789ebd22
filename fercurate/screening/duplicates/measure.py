"""The perceptual hash as a measurement: kept in the store, so that no picture is hashed twice."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from fercurate.screening.base import Gray, Values, View
from fercurate.screening.duplicates.perceptual_hash import Hashes, perceptual_hashes

_SHIFTS = np.arange(48, -1, -16, dtype=np.uint64)
_QUARTER = np.uint64(0xFFFF)


@dataclass(frozen=True, slots=True)
class PerceptualHash:
    """The 64 bits of a picture's hash, 16 a column: float32 holds these exactly."""

    kind: ClassVar[str] = "hash"
    method: ClassVar[str] = "phash-1"
    view: ClassVar[View] = "whole"
    columns: ClassVar[tuple[str, ...]] = tuple(f"bits{shift}" for shift in _SHIFTS)

    def measure(self, pictures: Sequence[Gray]) -> Values:
        """Return (N, 4) float32, whole numbers 0..65535; the first column has the highest bits."""
        return ((hash_pictures(pictures)[:, None] >> _SHIFTS) & _QUARTER).astype(np.float32)


def hashes_of(values: Values) -> Hashes:
    """The hashes (N,) uint64 from what ``PerceptualHash`` measured (N, 4)."""
    return np.asarray((values.astype(np.uint64) << _SHIFTS).sum(axis=1, dtype=np.uint64))


def hash_pictures(pictures: Sequence[Gray]) -> Hashes:
    """The hashes (N,) uint64 of gray pictures of any sizes."""
    hashes = np.empty(len(pictures), dtype=np.uint64)
    for positions in _same_sized(pictures):
        hashes[positions] = perceptual_hashes(np.stack([pictures[i] for i in positions]))
    return hashes


def _same_sized(pictures: Sequence[Gray]) -> Iterator[list[int]]:
    """Positions of the pictures that have one size, size by size."""
    by_shape: dict[tuple[int, ...], list[int]] = {}
    for position, picture in enumerate(pictures):
        by_shape.setdefault(picture.shape, []).append(position)
    yield from by_shape.values()
