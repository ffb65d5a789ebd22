"""Duplicates that a recipe asks about: those that no split may share, and those of which one stays.

A store that has been filtered keeps the hashes of its pictures, and so nothing is hashed here. They
give the same groups as the pictures themselves, among any rows and by either rule.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.groups import Groups, group_equal
from fercurate.pipeline.events import Listener
from fercurate.pipeline.measure.duplicates import (
    face_identities,
    hashed_pictures,
    stored_pictures,
)
from fercurate.planning.evidence import needs_duplicates
from fercurate.recipe.model import Recipe
from fercurate.screening.duplicates.criterion import NEAR
from fercurate.screening.duplicates.search import find_duplicates
from fercurate.store.store import Store


@dataclass(frozen=True, slots=True)
class DuplicateGroups:
    """Duplicate groups (N,): of pictures, and of faces; None where a recipe does not ask."""

    pictures: Groups | None = None
    faces: Groups | None = None


def compares_pictures(recipe: Recipe) -> bool:
    """Whether a recipe asks for pictures that are only nearly identical."""
    return needs_duplicates(recipe) or _drops_near(recipe)


def duplicate_groups(
    store: Store, recipe: Recipe, rows: NDArray[np.int64], jobs: int, listen: Listener
) -> DuplicateGroups:
    """The duplicate groups among ``rows`` (M,), those of the recipe's sources."""
    if not compares_pictures(recipe):
        return DuplicateGroups(faces=_identical_faces(store, recipe))
    photos = store.manifest.text("digest")
    hashed = hashed_pictures(stored_pictures(store), photos, rows, jobs, listen)
    pictures, faces = None, _identical_faces(store, recipe)
    if needs_duplicates(recipe):
        pictures, _ = find_duplicates(hashed, photos, rows)
    if _drops_near(recipe):
        faces, _ = find_duplicates(hashed, face_identities(store), rows, photos)
    return DuplicateGroups(pictures, faces)


def _identical_faces(store: Store, recipe: Recipe) -> Groups | None:
    return None if _threshold(recipe) is None else group_equal(face_identities(store))


def _drops_near(recipe: Recipe) -> bool:
    threshold = _threshold(recipe)
    return threshold is not None and threshold <= NEAR


def _threshold(recipe: Recipe) -> float | None:
    return None if recipe.screen is None else recipe.screen.duplicate_threshold
