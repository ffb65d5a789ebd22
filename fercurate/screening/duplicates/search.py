"""The search for duplicates among pictures: identical, nearly identical, and changed copies."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.groups import Groups, Keys, Pairs, group_equal, join_groups, join_pairs
from fercurate.screening.base import Gray
from fercurate.screening.duplicates.changed import (
    Advance,
    SidedPictures,
    do_nothing,
    moved_pairs,
    symmetric_pairs,
)
from fercurate.screening.duplicates.near import EXACT_LIMIT, near_pairs
from fercurate.screening.duplicates.recall import Recall, measured_recall
from fercurate.screening.duplicates.registration import CROPPED, RETOUCHED, SHIFTED, TILTED
from fercurate.screening.duplicates.similarity import flat_pictures
from fercurate.screening.duplicates.symmetry import MIRRORED, TURNED
from fercurate.screening.duplicates.thumbnails import SomeThumbnails, Thumbnails

NEAR = "near"
SYMMETRIC: tuple[str, ...] = (MIRRORED, TURNED)
MOVED: tuple[str, ...] = (SHIFTED, CROPPED, TILTED, RETOUCHED)
CHANGES: tuple[str, ...] = (*SYMMETRIC, *MOVED)
"""Kinds of changed copies; of several that fit a pair, the first one counts."""

MOST_COMPARISONS = 1_300_000_000
"""Pairs that are compared by each change: all those of 50,000 pictures, or 7,000 of 180,000."""

ReadGray = Callable[[NDArray[np.int64]], list[Gray]]
"""Gives the pictures of rows (M,), gray: (H, W) uint8 each."""


@dataclass(frozen=True, slots=True)
class SearchedPictures:
    """A table of N pictures as the search sees it.

    ``small`` (N) need to be thumbnails of the pictures only at rows that are searched.
    """

    small: Thumbnails
    read: ReadGray


@dataclass(frozen=True)
class DuplicateRule:
    """Which duplicates are looked for.

    ``sides`` (N,): changed copies are looked for among rows of different numbers, none of them
    -1; None: not looked for. ``photos`` (N,): pictures that agree in it are several faces of one
    photo, and so no duplicates but identical ones. ``jobs`` is the number of threads, 0 one a core.
    ``advanced`` is called ``COMPARISONS`` times where changed copies are looked for.
    """

    sides: NDArray[np.int64] | None = None
    photos: Keys | None = None
    jobs: int = 0
    exact_limit: int = EXACT_LIMIT
    advanced: Advance = do_nothing


@dataclass(frozen=True)
class DuplicatePairs:
    """Duplicates among N rows.

    ``identical`` (N,) are the groups of identical pictures; ``pairs`` (P, 2) of their first rows
    have a kind (P,) each, ``NEAR`` or one of ``CHANGES``. ``flat`` (N,) are pictures of a single
    gray, of which nothing but identity can be told. ``unsearched`` are kinds that were not looked
    for. ``recall`` says how much was found of near duplicates where not all pairs were compared.
    """

    identical: Groups
    pairs: Pairs
    kinds: NDArray[np.object_]
    flat: NDArray[np.bool_]
    unsearched: tuple[str, ...] = CHANGES
    recall: Recall | None = field(default=None)

    def of(self, kind: str) -> Pairs:
        """The pairs (P, 2) of a kind."""
        return np.asarray(self.pairs[self.kinds == kind])

    def groups(self, kinds: Iterable[str] = (NEAR, *CHANGES)) -> Groups:
        """The groups (N,) that identical pictures and pairs of some kinds form."""
        joined = self.pairs[np.isin(self.kinds.astype(str), list(kinds))]
        return join_groups(self.identical, join_pairs(len(self.identical), joined))


def find_duplicates(
    pictures: SearchedPictures,
    identities: Keys,
    rows: NDArray[np.int64],
    rule: DuplicateRule,
) -> DuplicatePairs:
    """Look for duplicates among the pictures at ``rows`` (M,) of a table of N.

    ``identities`` (N,) are equal for identical pictures.
    """
    identical = group_equal(identities)
    firsts = rows[np.unique(identical[rows], return_index=True)[1]]
    small = SomeThumbnails(pictures.small, firsts)
    near = near_pairs(small, rule.jobs, rule.exact_limit)
    recall = None
    if len(firsts) > rule.exact_limit:
        recall = measured_recall(small, near)
    groups = _Firsts(firsts, identical, rows)
    changed, unsearched = _changed_pairs(small, pictures.read, groups, near, rule)
    pairs = [firsts[near], *changed.values()]
    kinds = [np.full(len(near), NEAR, dtype=object)]
    kinds += [np.full(len(some), kind, dtype=object) for kind, some in changed.items()]
    flat = np.zeros(len(identical), dtype=bool)
    flat[firsts] = flat_pictures(small)
    found = DuplicatePairs(
        identical,
        np.concatenate(pairs),
        np.concatenate(kinds),
        flat[identical],
        unsearched,
        recall,
    )
    return _photos_apart(found, rule.photos)


@dataclass(frozen=True)
class _Firsts:
    """The first ``rows`` (F,) of the groups of identical pictures (N,) among ``searched`` (M,)."""

    rows: NDArray[np.int64]
    identical: Groups
    searched: NDArray[np.int64]

    def sides(self, sides: NDArray[np.int64]) -> NDArray[np.int64]:
        """The side (F,) of each group; a group of several sides has one of its own."""
        placed = self.searched[sides[self.searched] >= 0]
        place = np.searchsorted(self.identical[self.rows], self.identical[placed])
        lowest = np.full(len(self.rows), np.iinfo(np.int64).max)
        highest = np.full(len(self.rows), -1)
        np.minimum.at(lowest, place, sides[placed])
        np.maximum.at(highest, place, sides[placed])
        own = int(sides.max(initial=0)) + 1 + np.arange(len(self.rows))
        return np.where((highest >= 0) & (lowest < highest), own, highest)


def _changed_pairs(
    small: Thumbnails, read: ReadGray, groups: _Firsts, near: Pairs, rule: DuplicateRule
) -> tuple[dict[str, Pairs], tuple[str, ...]]:
    """Pairs (P, 2) of rows by kind of change, and the kinds that were not looked for."""
    if rule.sides is None:
        return {}, CHANGES
    firsts = groups.rows
    sided = SidedPictures(small, groups.sides(rule.sides), lambda some: read(firsts[some]))
    if sided.comparisons() > MOST_COMPARISONS:
        return {}, CHANGES
    symmetric = symmetric_pairs(sided, near, rule.jobs)
    known = np.concatenate([near, symmetric.pairs])
    moved = moved_pairs(sided, known, rule.jobs, rule.advanced)
    pairs = firsts[np.concatenate([symmetric.pairs, moved.pairs])]
    kinds = np.concatenate([symmetric.kinds, moved.kinds])
    return {kind: pairs[kinds == kind] for kind in CHANGES}, ()


def _photos_apart(found: DuplicatePairs, photos: Keys | None) -> DuplicatePairs:
    """The same without pairs of faces of one photo (N,)."""
    if photos is None or not len(found.pairs):
        return found
    apart = photos[found.pairs[:, 0]] != photos[found.pairs[:, 1]]
    return DuplicatePairs(
        found.identical,
        found.pairs[apart],
        found.kinds[apart],
        found.flat,
        found.unsearched,
        found.recall,
    )
