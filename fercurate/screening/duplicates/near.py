"""All pairs of near duplicates among thumbnails: every one of them below ``EXACT_LIMIT``."""

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.groups import Pairs
from fercurate.screening.duplicates.forest import forest_pairs
from fercurate.screening.duplicates.products import CROWD, ProductSearch, close_pairs
from fercurate.screening.duplicates.similarity import (
    MIN_CORRELATION,
    flat_pictures,
    similar_pairs,
)
from fercurate.screening.duplicates.spectrum import Vectors, bounding_vectors
from fercurate.screening.duplicates.thumbnails import Thumbnails

MARGIN = 5e-4
"""How far a bound may lie below the correlation: many times what rounding to float32 can do."""

EXACT_LIMIT = 50_000
"""Up to so many pictures every pair is compared; beyond, those that trees bring together."""


def near_pairs(small: Thumbnails, jobs: int = 0, limit: int = EXACT_LIMIT) -> Pairs:
    """Pairs (P, 2) of positions of thumbnails (N, 32, 32) that are near duplicates, in order.

    Up to ``limit`` pictures none is missed but in crowds: see ``products.CROWD``. The result is
    the same for any number of ``jobs``.
    """
    flat = flat_pictures(small)
    rest = np.flatnonzero(~flat)
    candidates = candidate_pairs(bounding_vectors(small, rest), jobs, limit)
    found = similar_pairs(small, small, rest[candidates])
    pairs = np.concatenate([found, _flat_pairs(small, np.flatnonzero(flat))])
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]


def candidate_pairs(vectors: Vectors, jobs: int, limit: int) -> Pairs:
    """Pairs (P, 2) of bounding vectors (N, 33) that may be near duplicates."""
    threshold = MIN_CORRELATION - MARGIN
    if len(vectors) > limit:
        return forest_pairs(vectors, threshold, jobs)
    own = np.arange(len(vectors))
    return close_pairs(vectors, vectors, ProductSearch(threshold, jobs), own)


def _flat_pairs(small: Thumbnails, rows: NDArray[np.int64]) -> Pairs:
    """Near duplicates among the flat pictures at ``rows`` (M,): of nearly the same gray."""
    totals = small[rows].sum(axis=(1, 2), dtype=np.int64)
    order = rows[np.argsort(totals, kind="stable")]
    steps = range(1, min(CROWD, len(order)))
    links = [np.stack([order[:-step], order[step:]], axis=1) for step in steps]
    pairs = np.sort(np.concatenate([np.empty((0, 2), np.int64), *links]), axis=1)
    return similar_pairs(small, small, pairs)
