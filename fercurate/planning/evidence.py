"""What a plan rests on, one entry a stored sample."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.annotations.vote_set import VoteSet
from fercurate.domain.groups import Groups, Keys, group_equal, join_groups, regroup
from fercurate.domain.manifest import Manifest
from fercurate.domain.segments.base import Rows
from fercurate.planning.decisions import DecidedSamples
from fercurate.planning.screening import Screening
from fercurate.recipe.model import Recipe


@dataclass(frozen=True)
class Evidence:
    """What a plan rests on, one entry a stored sample (N,).

    FER+ ``votes`` (N, 10) and, if the recipe needs them, ``identity``: equal for identical
    pictures of one face, ``duplicates``: groups of identical, nearly identical and changed ones,
    ``face_duplicates``: groups of the same face, ``screening``: how good each picture is,
    ``faceless``: whose face is not known to a step that drops those (bool), ``chosen``: for whom
    the condition of its source holds (bool), ``decided``: what people decided, and ``vote_set``:
    the votes that labels come from.
    """

    manifest: Manifest
    votes: NDArray[np.uint8]
    identity: Keys | None = None
    duplicates: Groups | None = None
    face_duplicates: Groups | None = None
    screening: Screening | None = None
    faceless: NDArray[np.bool_] | None = None
    chosen: NDArray[np.bool_] | None = None
    decided: DecidedSamples | None = None
    vote_set: VoteSet | None = None

    def kin(self, rows: Rows) -> Groups:
        """Who among some rows (M,) must stay on one side (M,).

        The same person, the same sequence, identical, nearly identical or changed pictures, and
        those that people say are the same.
        """
        some = self.manifest.take(rows)
        source = some.coded("source")
        groupings = [
            group_equal(source, some.coded("subject")),
            group_equal(source, some.coded("sequence")),
            some.equal("digest"),
        ]
        if self.duplicates is not None:
            groupings.append(regroup(self.duplicates[rows]))
        if self.decided is not None and len(self.decided.same):
            groupings.append(self.decided.same_pictures(rows))
        return join_groups(*groupings)


def needs_duplicates(recipe: Recipe) -> bool:
    """Whether a recipe cannot be planned without looking for near duplicates."""
    return recipe.leaks != "keep" or recipe.splits.looks_for_duplicates
