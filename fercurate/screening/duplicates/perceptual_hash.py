"""A 64-bit perceptual hash of faces, and all pairs of hashes that are nearly equal.

The hash is the DCT hash known as pHash (Zauner, "Implementation and benchmarking of perceptual
image hash functions", 2010): the signs, about their median, of the 8 x 8 lowest frequencies of
the picture at 32 x 32 pixels. Shrinking and transforming are linear, so both are one matrix.
"""

from functools import lru_cache
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.groups import Pairs

Hashes = NDArray[np.uint64]
_SIDE, _LOW = 32, 8
_BANDS = 5

CROWD = 32
"""Up to so many hashes that look alike are compared each with each."""


def perceptual_hashes(batch: NDArray[np.uint8]) -> Hashes:
    """Return the hash (N,) uint64 of each gray picture (N, H, W) uint8."""
    rows, columns = (_low_frequencies(size) for size in batch.shape[1:])
    spectrum = rows @ batch.astype(np.float32) @ columns.T
    flat = np.round(spectrum.reshape(len(batch), -1), 3)
    median = np.median(flat[:, 1:], axis=1, keepdims=True)
    packed = np.packbits(flat > median, axis=1)
    return packed.view(">u8").astype(np.uint64).reshape(-1)


@lru_cache(maxsize=64)
def _low_frequencies(size: int) -> NDArray[np.float32]:
    """(8, size): area-average ``size`` samples to 32, then take the lowest DCT-II frequencies."""
    edges = np.linspace(0, size, _SIDE + 1)
    cells = np.arange(size)
    overlap = np.minimum(edges[1:, None], cells + 1) - np.maximum(edges[:-1, None], cells)
    shrink = np.clip(overlap, 0, None) * _SIDE / size
    frequency, place = np.arange(_LOW)[:, None], np.arange(_SIDE) + 0.5
    cosines = np.cos(np.pi * frequency * place / _SIDE)
    low: NDArray[np.float32] = np.matmul(cosines, shrink).astype(np.float32)
    return low


def near_pairs(hashes: Hashes, distance: int = 2) -> Pairs:
    """Return all pairs of hashes (N,) that differ in at most ``distance`` (0..2) bits.

    Pairs (P, 2) have the smaller position first; each stands once, and they are in order.

    The 64 bits are cut into five bands. Two hashes at distance 2 or less agree in at least three
    of them, so sorting by every choice of three bands brings each such pair together. So that the
    work grows with N and not with N squared even if all pictures are alike, large crowds are
    not paired completely but linked: of more than ``CROWD`` equal hashes each is paired with the
    first and with its neighbors, and of more than ``CROWD`` hashes that agree in three bands
    each with the next ``CROWD``.
    """
    if not 0 <= distance <= 2:
        raise ValueError(f"distance is {distance}; expected 0, 1 or 2")
    values, first, inverse = np.unique(hashes, return_index=True, return_inverse=True)
    found = [_pairs_by_key(values, mask, distance) for mask in _masks()]
    near = np.unique(np.concatenate(found), axis=0)
    return _expand(near, inverse, len(first))


@lru_cache(maxsize=1)
def _masks() -> tuple[np.uint64, ...]:
    """The bits of every choice of three of the five bands."""
    cuts = np.linspace(0, 64, _BANDS + 1).round().astype(int).tolist()
    bands = [((1 << (b - a)) - 1) << a for a, b in pairwise(cuts)]
    return tuple(np.uint64(sum(chosen)) for chosen in combinations(bands, _BANDS - 2))


def _pairs_by_key(values: Hashes, mask: np.uint64, distance: int) -> Pairs:
    keys = values & mask
    order = np.argsort(keys, kind="stable")  # values ascend within equal keys
    keys, sorted_values = keys[order], values[order]
    close_pairs: list[Pairs] = []
    offset, alive = 1, np.arange(len(keys) - 1)
    while offset <= CROWD and len(alive := alive[alive + offset < len(keys)]):
        alive = alive[keys[alive] == keys[alive + offset]]
        bits = np.bitwise_count(sorted_values[alive] ^ sorted_values[alive + offset])
        close = alive[bits <= distance]
        close_pairs.append(np.sort(np.stack([order[close], order[close + offset]], axis=1), axis=1))
        offset += 1
    return np.concatenate(close_pairs) if close_pairs else np.empty((0, 2), np.int64)


def _expand(near: Pairs, inverse: NDArray[np.int64], count: int) -> Pairs:
    """Turn pairs of distinct hashes into pairs of positions, adding those of equal hashes."""
    order = np.argsort(inverse, kind="stable")
    bounds = np.searchsorted(inverse[order], np.arange(count + 1))
    members = [order[a:b] for a, b in pairwise(bounds)]
    pairs = [_within(m) for m in members if len(m) > 1]
    pairs += [_across(members[a], members[b]) for a, b in near]
    if not pairs:
        return np.empty((0, 2), np.int64)
    joined = np.sort(np.concatenate(pairs), axis=1)
    return joined[np.lexsort((joined[:, 1], joined[:, 0]))]


def _within(members: NDArray[np.int64]) -> Pairs:
    if len(members) > CROWD:
        to_first = np.stack([np.full(len(members) - 1, members[0]), members[1:]], axis=1)
        links = [np.stack([members[:-k], members[k:]], axis=1) for k in range(1, 5)]
        return np.unique(np.concatenate([to_first, *links]), axis=0)
    first, second = np.triu_indices(len(members), 1)
    return np.stack([members[first], members[second]], axis=1)


def _across(left: NDArray[np.int64], right: NDArray[np.int64]) -> Pairs:
    if len(left) * len(right) > CROWD**2:
        left, right = left[:4], right[:4]
    return np.stack([np.repeat(left, len(right)), np.tile(right, len(left))], axis=1)
