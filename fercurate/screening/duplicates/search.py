"""The search for duplicates among pictures whose hashes are known: identical, and nearly so."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.groups import Groups, Pairs, group_equal, join_groups, join_pairs
from fercurate.screening.duplicates.perceptual_hash import Hashes, near_pairs
from fercurate.screening.duplicates.similarity import MAX_DISTANCE, similar

_PAIRS_AT_ONCE = 4096

ReadThumbnails = Callable[[NDArray[np.int64]], NDArray[np.uint8]]
"""Gives the pictures of rows (M,), gray and small: (M, ``THUMBNAIL``, ``THUMBNAIL``) uint8."""


@dataclass(frozen=True, slots=True)
class HashedPictures:
    """A table of N pictures as the search sees it.

    ``hashes`` (N,) uint64 need to be those of the pictures only at rows that are searched.
    """

    hashes: Hashes
    thumbnails: ReadThumbnails


def find_duplicates(
    pictures: HashedPictures,
    identities: NDArray[np.object_],
    rows: NDArray[np.int64],
    photos: NDArray[np.object_] | None = None,
) -> tuple[Groups, Pairs]:
    """Look for duplicates among the pictures at ``rows`` (M,) of a table of N.

    ``identities`` (N,) are equal for identical pictures. Pictures that agree in ``photos`` (N,)
    are several faces of one photo, and so no duplicates for being nearly identical. Returns the
    groups that identical and nearly identical pictures form (N,), and the pairs (P, 2) of rows
    that are only nearly identical.
    """
    identical = group_equal(identities)
    firsts = rows[np.unique(identical[rows], return_index=True)[1]]
    pairs = firsts[near_pairs(pictures.hashes[firsts], MAX_DISTANCE)]
    if photos is not None and len(pairs):
        pairs = pairs[photos[pairs[:, 0]] != photos[pairs[:, 1]]]
    near = pairs[_verified(pictures.thumbnails, pairs)] if len(pairs) else pairs
    return join_groups(identical, join_pairs(len(identical), near)), near


def _verified(thumbnails: ReadThumbnails, pairs: Pairs) -> NDArray[np.bool_]:
    """Whether the pictures of each pair (P, 2) agree in their pixels, at a small common size."""
    rows = np.unique(pairs)
    small = thumbnails(rows)
    answers = [np.empty(0, dtype=bool)]
    for start in range(0, len(pairs), _PAIRS_AT_ONCE):
        some = np.searchsorted(rows, pairs[start : start + _PAIRS_AT_ONCE])
        answers.append(similar(small[some[:, 0]], small[some[:, 1]]))
    return np.concatenate(answers)
