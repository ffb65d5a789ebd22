"""When two pictures are near duplicates: the rule that decides, in whole numbers."""

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.groups import Pairs
from fercurate.screening.duplicates.thumbnails import PIXELS, Thumbnails

MIN_CORRELATION = 0.95
"""Pictures count as near duplicates from this correlation of their thumbnails on.

Of pairs of FER-2013 at 0.95 and more all that were looked at show one photograph; at 0.90 about
half do."""

_FLAT = 1.0
_PAIRS_AT_ONCE = 4096


def similar(left: NDArray[np.uint8], right: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Whether pictures (P, H, W) are near duplicates, pair by pair (P,).

    Their pixel correlation is at least ``MIN_CORRELATION``; two flat pictures, for which it is
    not defined, need nearly equal gray. Sums are of whole numbers, so every machine agrees.
    """
    a, b = (side.reshape(len(side), -1).astype(np.int64) for side in (left, right))
    count = a.shape[1]
    sum_a, sum_b = a.sum(axis=1), b.sum(axis=1)
    spread_a = count * (a * a).sum(axis=1) - sum_a**2
    spread_b = count * (b * b).sum(axis=1) - sum_b**2
    together = count * (a * b).sum(axis=1) - sum_a * sum_b
    flat_a, flat_b = (spread < (_FLAT * count) ** 2 for spread in (spread_a, spread_b))
    flat = flat_a | flat_b
    size = np.sqrt(spread_a.astype(np.float64)) * np.sqrt(spread_b.astype(np.float64))
    correlation = together / np.where(flat, 1.0, size)
    both_flat = flat_a & flat_b & (np.abs(sum_a - sum_b) < 2 * _FLAT * count)
    return np.asarray(np.where(flat, both_flat, correlation >= MIN_CORRELATION))


def flat_pictures(small: Thumbnails) -> NDArray[np.bool_]:
    """Whether thumbnails (N, 32, 32) are of one gray, so that correlation says nothing (N,)."""
    flat = np.empty(len(small), dtype=bool)
    for start in range(0, len(small), _PAIRS_AT_ONCE):
        some = small[start : start + _PAIRS_AT_ONCE].reshape(-1, PIXELS).astype(np.int64)
        count = some.shape[1]
        spread = count * (some * some).sum(axis=1) - some.sum(axis=1) ** 2
        flat[start : start + len(some)] = spread < (_FLAT * count) ** 2
    return flat


def similar_pairs(left: Thumbnails, right: Thumbnails, pairs: Pairs) -> Pairs:
    """Of pairs (P, 2) of positions in ``left`` and in ``right``, the near duplicates, in order."""
    answers = [np.empty(0, dtype=bool)]
    for start in range(0, len(pairs), _PAIRS_AT_ONCE):
        some = pairs[start : start + _PAIRS_AT_ONCE]
        answers.append(similar(left[some[:, 0]], right[some[:, 1]]))
    return np.asarray(pairs[np.concatenate(answers)])
