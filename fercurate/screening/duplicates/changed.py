"""Changed copies of pictures: mirrored, turned, shifted, cropped, tilted, retouched.

Only pairs of different sides are looked for: what lies in two splits, or may come to.
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from fercurate.domain.groups import Pairs
from fercurate.files.parallel import map_ordered
from fercurate.screening.base import Gray
from fercurate.screening.duplicates.near import MARGIN
from fercurate.screening.duplicates.placement import (
    LENGTH,
    MIN_FIT,
    MIN_RESEMBLANCE,
    PLACEMENTS,
    PictureSpectra,
    Placement,
    window_fits,
)
from fercurate.screening.duplicates.products import ProductSearch, close_pairs
from fercurate.screening.duplicates.registration import at_one_size, register_copy
from fercurate.screening.duplicates.similarity import MIN_CORRELATION, similar_pairs
from fercurate.screening.duplicates.spectrum import bounding_vectors
from fercurate.screening.duplicates.symmetry import SYMMETRIES
from fercurate.screening.duplicates.thumbnails import PIXELS, Thumbnails

ReadGray = Callable[[NDArray[np.int64]], list[Gray]]
"""Gives the pictures of positions (M,), gray: (H, W) uint8 each."""

Advance = Callable[[], object]
"""Told when one of ``COMPARISONS`` comparisons is done."""

COMPARISONS = 2 * len(PLACEMENTS)
"""How often all pictures of two sides are compared in search of moved copies."""

_PAIRS_AT_ONCE = 512
_RANKS = 1 << 16


@dataclass(frozen=True)
class SidedPictures:
    """Pictures (N,) that stand on sides: thumbnails, sides (N,), and a way to their pixels.

    ``sides`` are numbers; -1 stands for no side.
    """

    small: Thumbnails
    sides: NDArray[np.int64]
    read: ReadGray

    def order(self) -> tuple[NDArray[np.int64], int]:
        """Positions (M,) that stand on a side, those of the largest side last; how many others."""
        placed = np.flatnonzero(self.sides >= 0)
        if not len(placed):
            return placed, 0
        largest = int(np.bincount(self.sides[placed]).argmax())
        apart = self.sides[placed] != largest
        return np.concatenate([placed[apart], placed[~apart]]), int(apart.sum())

    def comparisons(self) -> int:
        """How many pairs a search compares by each change."""
        order, others = self.order()
        return others * len(order) - others * others // 2


@dataclass(frozen=True, slots=True)
class ChangedPairs:
    """Pairs (P, 2) of positions that are changed copies, and how each was changed (P,)."""

    pairs: Pairs
    kinds: NDArray[np.object_]


def symmetric_pairs(pictures: SidedPictures, known: Pairs, jobs: int) -> ChangedPairs:
    """Mirrored and quarter-turned copies, by the rule of near duplicates."""
    order, others = pictures.order()
    small = pictures.small[order]
    search, own = ProductSearch(MIN_CORRELATION - MARGIN, jobs), np.arange(others)
    vectors = bounding_vectors(small)
    found: list[ChangedPairs] = []
    for kind, change in SYMMETRIES:
        made = np.ascontiguousarray(change(small[:others]))
        close = close_pairs(bounding_vectors(made), vectors, search, own)
        pairs = order[similar_pairs(made, small, close)]
        left = pairs[_places(pictures, pairs, known)]
        known = np.concatenate([known, left])
        found.append(ChangedPairs(left, np.full(len(left), kind, dtype=object)))
    return _joined(found)


def do_nothing() -> None:
    """For callers that want no progress."""


@dataclass(frozen=True, slots=True)
class _PlacementSearch:
    """How pictures are compared at a placement, and who is told of each."""

    products: ProductSearch
    advanced: Advance


def moved_pairs(
    pictures: SidedPictures, known: Pairs, jobs: int, advanced: Advance = do_nothing
) -> ChangedPairs:
    """Shifted, cropped, tilted and retouched copies: alike somewhere, then laid over each other.

    ``advanced`` is called ``COMPARISONS`` times.
    """
    best = _best_placements(pictures, known, jobs, advanced)
    starts = range(0, len(best), _PAIRS_AT_ONCE)
    blocks = (best[start : start + _PAIRS_AT_ONCE] for start in starts)
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        kinds = list(map_ordered(lambda block: _kinds(pictures, block), blocks, jobs, ahead=2))
    finally:
        cv2.setNumThreads(threads)
    every = np.concatenate([np.empty(0, dtype=object), *kinds])
    holds = every != ""
    return ChangedPairs(best[holds, :2], every[holds])


def _best_placements(
    pictures: SidedPictures, known: Pairs, jobs: int, advanced: Advance
) -> NDArray[np.int64]:
    """Candidates (P, 3): original, copy and the placement at which they are most alike.

    Which of two pictures is taken for the original depends on their pixels alone.
    """
    order, others = pictures.order()
    first, rest = (_by_content(pictures.small, some) for some in (order[:others], order[others:]))
    every = _by_content(pictures.small, order)
    ranks = {int(row): rank for rank, row in enumerate(every)}
    own = np.array([ranks[int(row)] for row in first], dtype=np.int64)
    below = np.array([ranks[int(row)] for row in rest], dtype=np.int64)
    spectra = PictureSpectra.of(pictures.small[:])
    search = _PlacementSearch(ProductSearch(MIN_RESEMBLANCE * LENGTH**2, jobs), advanced)
    found = [
        _placed(spectra, first, every, own, search),
        _placed(spectra, rest, first, np.searchsorted(own, below) - 1, search),
    ]
    joined = np.concatenate(found)
    joined = joined[np.lexsort((joined[:, 2], joined[:, 3]))]
    return joined[_places(pictures, joined[:, :2], known)][:, :3]


def _placed(
    spectra: PictureSpectra,
    originals: NDArray[np.int64],
    copies: NDArray[np.int64],
    after: NDArray[np.int64],
    search: _PlacementSearch,
) -> NDArray[np.int64]:
    """Originals, copies, placements and ranks (P, 4) of what is alike; the best rank is least.

    ``after`` (M,): for each original, the last of the ``copies`` that it is not compared with.
    """
    shown, middles = spectra.take(originals), spectra.take(copies)
    coarse, planes = middles.windows(Placement()).coarse, middles.planes()
    rows = [np.empty((0, 4), dtype=np.int64)]
    for number, placement in enumerate(PLACEMENTS):
        windows = shown.windows(placement)
        pairs = close_pairs(windows.coarse, coarse, search.products, after)
        fits = window_fits(windows.fine, planes, pairs)
        pairs, fits = pairs[fits >= MIN_FIT], fits[fits >= MIN_FIT]
        ranks = np.rint(-fits * _RANKS).astype(np.int64)
        numbers = np.full(len(pairs), number)
        rows.append(np.column_stack([originals[pairs[:, 0]], copies[pairs[:, 1]], numbers, ranks]))
        search.advanced()
    return np.concatenate(rows)


def _by_content(small: Thumbnails, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Rows (M,) in an order that only depends on their thumbnails."""
    mixed = np.zeros(len(rows), dtype=np.uint64)
    factor = np.uint64(0x9E3779B97F4A7C15)
    for column in small[rows].reshape(len(rows), PIXELS).T:
        mixed = (mixed ^ column) * factor
        mixed ^= mixed >> np.uint64(29)
    return rows[np.argsort(mixed, kind="stable")]


def _places(pictures: SidedPictures, pairs: Pairs, known: Pairs) -> NDArray[np.int64]:
    """Where each pair (P, 2) of two sides stands first, if it is not among those ``known``."""
    keys, place = np.unique(_keys(pairs, len(pictures.sides)), return_index=True)
    fresh = place[~np.isin(keys, _keys(known, len(pictures.sides)))]
    two = pictures.sides[pairs[fresh, 0]] != pictures.sides[pairs[fresh, 1]]
    return np.asarray(fresh[two])


def _kinds(pictures: SidedPictures, candidates: NDArray[np.int64]) -> NDArray[np.object_]:
    """How the copy of each candidate (P, 3) was changed; the empty text for strangers."""
    rows, where = np.unique(candidates[:, :2], return_inverse=True)
    sized = at_one_size(pictures.read(rows))
    kinds = np.full(len(candidates), "", dtype=object)
    for number, (pair, placement) in enumerate(
        zip(where.reshape(-1, 2), candidates[:, 2], strict=True)
    ):
        found = register_copy(sized[pair[0]], sized[pair[1]], PLACEMENTS[placement])
        if found is not None and found.holds:
            kinds[number] = found.kind
    return kinds


def _keys(pairs: Pairs, count: int) -> NDArray[np.int64]:
    """A number for each unordered pair (P, 2)."""
    return np.asarray(pairs.min(axis=1) * count + pairs.max(axis=1))


def _joined(found: list[ChangedPairs]) -> ChangedPairs:
    pairs = np.concatenate([np.empty((0, 2), np.int64), *(one.pairs for one in found)])
    kinds = np.concatenate([np.empty(0, dtype=object), *(one.kinds for one in found)])
    return ChangedPairs(pairs, kinds)
