"""The search among pictures: which rows are looked at, by which rule, and what it gives."""

from typing import Any

import cv2
import numpy as np

from fercurate.screening.duplicates.search import (
    CHANGES,
    NEAR,
    DuplicatePairs,
    DuplicateRule,
    SearchedPictures,
    find_duplicates,
)
from fercurate.screening.duplicates.thumbnails import thumbnails

NAMES = np.array(list("abacda"), dtype=object)
"""Six pictures, 0, 2 and 5 identical; 1 and 3 look like them, 4 does not."""


def blob(seed: int) -> np.ndarray:
    values = np.random.default_rng(seed).uniform(0, 200, (9, 9))
    return cv2.resize(values, (64, 64), interpolation=cv2.INTER_LINEAR).astype(np.uint8)


def searched(pictures: list[np.ndarray]) -> SearchedPictures:
    return SearchedPictures(thumbnails(pictures), lambda rows: [pictures[row] for row in rows])


def search(rows: list[int], **rule: Any) -> DuplicatePairs:
    base, other = blob(0), blob(1)
    pictures = searched([base, base + 1, base, base + 2, other, base])
    return find_duplicates(pictures, NAMES, np.array(rows, dtype=np.int64), DuplicateRule(**rule))


def near(rows: list[int], **rule: Any) -> tuple[list[int], list[list[int]]]:
    found = search(rows, **rule)
    return found.groups().tolist(), found.of(NEAR).tolist()


def test_groups_join_identical_and_near_pictures() -> None:
    assert near([0, 1, 2, 3, 4, 5]) == ([0, 0, 0, 0, 4, 0], [[0, 1], [0, 3], [1, 3]])
    assert search([0, 1, 2, 3, 4, 5]).unsearched == CHANGES


def test_only_rows_that_are_asked_for_are_searched() -> None:
    assert near([]) == ([0, 1, 0, 3, 4, 0], [])
    assert near([1, 2]) == ([0, 0, 0, 3, 4, 0], [[2, 1]])
    assert near([3, 4]) == ([0, 1, 0, 3, 4, 0], [])


def test_faces_of_one_photo_are_no_near_duplicates() -> None:
    photos = np.array(["p", "p", "p", "q", "r", "p"], dtype=object)
    assert near([0, 1, 2, 3, 4, 5], photos=photos)[1] == [[0, 3], [1, 3]]
    one = np.full(6, "p", dtype=object)
    assert near([0, 1, 2, 3, 4, 5], photos=one) == ([0, 1, 0, 3, 4, 0], [])


def mirrored_search(sides: list[int]) -> DuplicatePairs:
    pictures = [blob(0), blob(1), np.ascontiguousarray(blob(0)[:, ::-1]), blob(0)]
    names = np.array(list("abca"), dtype=object)
    rule = DuplicateRule(np.array(sides))
    return find_duplicates(searched(pictures), names, np.arange(4), rule)


def test_changed_copies_are_those_of_two_sides() -> None:
    found = mirrored_search([0, 0, 1, 0])
    assert (found.pairs.tolist(), found.kinds.tolist(), found.unsearched) == (
        [[2, 0]],
        ["mirrored"],
        (),
    )
    assert found.groups().tolist() == [0, 1, 0, 0]
    assert found.groups([NEAR]).tolist() == [0, 1, 2, 0]
    assert not len(mirrored_search([0, 0, 0, 0]).pairs)
    assert not len(mirrored_search([0, 0, -1, 0]).pairs)


def test_identical_pictures_of_two_sides_stand_on_both() -> None:
    assert mirrored_search([1, 0, 1, 0]).kinds.tolist() == ["mirrored"]
    assert mirrored_search([0, 0, 1, -1]).kinds.tolist() == ["mirrored"]


def test_flat_pictures_are_told() -> None:
    pictures = [blob(0), np.full((64, 64), 9, dtype=np.uint8), np.full((64, 64), 9, np.uint8)]
    names = np.array(list("abb"), dtype=object)
    found = find_duplicates(searched(pictures), names, np.arange(3), DuplicateRule(np.arange(3)))
    assert found.flat.tolist() == [False, True, True]
    assert not len(found.pairs)


def test_more_pictures_than_are_compared_pair_by_pair_have_a_recall() -> None:
    found = search([0, 1, 2, 3, 4, 5], exact_limit=2)
    assert found.recall is not None
    assert (found.recall.sampled, found.recall.pairs, found.recall.share) == (4, 3, 1.0)
    assert search([0, 1, 2, 3, 4, 5]).recall is None
