"""The search among hashed pictures: which rows are looked at, and by which rule."""

import numpy as np

from fercurate.screening.duplicates.search import HashedPictures, find_duplicates

NAMES = np.array(list("abacda"), dtype=object)
"""Six pictures, 0, 2 and 5 identical; 1 and 3 look like them, 4 only hashes like them."""

HASHES = np.array([1, 3, 1, 9, 5, 1], dtype=np.uint64)


def pictures(seen: list[int] | None = None) -> HashedPictures:
    rng = np.random.default_rng(0)
    base = rng.integers(0, 200, (32, 32), dtype=np.uint8)
    small = np.stack([base + 1, base + 2, base + 1, base + 3, 255 - base, base + 1])

    def read(rows: np.ndarray) -> np.ndarray:
        if seen is not None:
            seen.extend(rows.tolist())
        return small[rows]

    return HashedPictures(HASHES, read)


def search(rows: list[int], **rule: np.ndarray) -> tuple[list[int], list[list[int]]]:
    groups, near = find_duplicates(pictures(), NAMES, np.array(rows, dtype=np.int64), **rule)
    return groups.tolist(), near.tolist()


def test_groups_join_identical_and_near_pictures() -> None:
    assert search([0, 1, 2, 3, 4, 5]) == ([0, 0, 0, 0, 4, 0], [[0, 1], [0, 3], [1, 3]])


def test_only_near_pictures_need_to_be_searched() -> None:
    assert search([]) == ([0, 1, 0, 3, 4, 0], [])
    assert search([1, 2]) == ([0, 0, 0, 3, 4, 0], [[2, 1]])
    assert search([3, 4]) == ([0, 1, 0, 3, 4, 0], [])


def test_faces_of_one_photo_are_no_near_duplicates() -> None:
    photos = np.array(["p", "p", "p", "q", "r", "p"], dtype=object)
    assert search([0, 1, 2, 3, 4, 5], photos=photos)[1] == [[0, 3], [1, 3]]
    one = np.full(6, "p", dtype=object)
    assert search([0, 1, 2, 3, 4, 5], photos=one) == ([0, 1, 0, 3, 4, 0], [])


def test_only_candidates_are_looked_at_and_each_once() -> None:
    seen: list[int] = []
    find_duplicates(pictures(seen), NAMES, np.arange(6))
    assert sorted(seen) == [0, 1, 3, 4]
    seen.clear()
    find_duplicates(pictures(seen), NAMES, np.array([2]))
    assert seen == []
