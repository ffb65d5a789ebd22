"""How many changed copies of pictures a search finds, kind by kind."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.duplicates.changes import CHANGES
from fercurate.screening.duplicates.search import (
    DuplicateRule,
    SearchedPictures,
    find_duplicates,
)
from fercurate.screening.duplicates.thumbnails import thumbnails

Gray = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class FoundCopies:
    """Of ``copies`` changed copies of a kind ``found`` were found."""

    kind: str
    copies: int
    found: int


def found_copies(pictures: Sequence[Gray], each: int, seed: int = 0) -> list[FoundCopies]:
    """Make ``each`` copies of every kind and variant, of other pictures each time, and search.

    ``pictures`` are gray, (H, W) uint8, and stand on one side; the copies on the other.
    """
    rng = np.random.default_rng(seed)
    variants = [(kind, change) for kind, several in CHANGES.items() for change in several]
    chosen = rng.permutation(len(pictures))[: each * len(variants)]
    copies, kinds = [], []
    for place, row in enumerate(chosen):
        kind, change = variants[place % len(variants)]
        copies.append(change(pictures[row], rng))
        kinds.append(kind)
    pairs = _pairs([*pictures, *copies])
    wanted = {(int(row), len(pictures) + place) for place, row in enumerate(chosen)}
    hits = [kinds[second - len(pictures)] for first, second in wanted & pairs]
    return [FoundCopies(kind, kinds.count(kind), hits.count(kind)) for kind in CHANGES]


def _pairs(pictures: Sequence[Gray]) -> set[tuple[int, int]]:
    names = np.array([f"{picture.shape}{picture.tobytes().hex()}" for picture in pictures])
    searched = SearchedPictures(thumbnails(pictures), lambda rows: [pictures[row] for row in rows])
    rows = np.arange(len(pictures))
    found = find_duplicates(searched, names.astype(object), rows, DuplicateRule(sides=rows))
    members: dict[int, list[int]] = {}
    for row, first in enumerate(found.identical.tolist()):
        members.setdefault(first, []).append(row)
    joined = {(a, b) for rows in members.values() for a in rows for b in rows if a < b}
    for first, second in found.pairs.tolist():
        joined |= {(min(a, b), max(a, b)) for a in members[first] for b in members[second]}
    return joined
