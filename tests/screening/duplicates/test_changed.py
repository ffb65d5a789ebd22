"""Changed copies of drawn faces are found, kind by kind, and strangers are not."""

import cv2
import numpy as np
import pytest

from benchmarks.duplicates.changes import CHANGES, Change
from fercurate.screening.duplicates.changed import COMPARISONS, SidedPictures, moved_pairs
from fercurate.screening.duplicates.placement import PLACEMENTS, Placement
from fercurate.screening.duplicates.registration import at_one_size, register_copy
from fercurate.screening.duplicates.search import (
    DuplicatePairs,
    DuplicateRule,
    SearchedPictures,
    find_duplicates,
)
from fercurate.screening.duplicates.thumbnails import thumbnails
from fercurate.synthetic.faces import Identity, Scene, draw_face

EXPECTED = {"mirrored": {"mirrored"}, "turned by quarters": {"turned"}}
COUNT = 12


def drawn_faces(count: int, size: int = 96) -> list[np.ndarray]:
    """Faces with a grain of their own, as photographs have one."""
    rng = np.random.default_rng(5)
    names = ("happy", "sad", "surprise", "neutral")
    faces = []
    for number in range(count):
        face = draw_face(Identity.draw(rng), names[number % 4], Scene.draw(rng), size=size)
        grain = cv2.GaussianBlur(rng.normal(0, 40, (size, size)), (0, 0), size / 40)
        faces.append(np.clip(face + 4 * grain, 0, 255).astype(np.uint8))
    return faces


FACES = drawn_faces(60)


def search(pictures: list[np.ndarray], sides: np.ndarray, jobs: int = 1) -> DuplicatePairs:
    names = np.array([picture.tobytes().hex() for picture in pictures], dtype=object)
    searched = SearchedPictures(thumbnails(pictures), lambda rows: [pictures[row] for row in rows])
    rule = DuplicateRule(sides=sides, jobs=jobs)
    return find_duplicates(searched, names, np.arange(len(pictures)), rule)


@pytest.mark.parametrize(
    ("kind", "change"),
    [(kind, change) for kind, several in CHANGES.items() for change in several],
    ids=[f"{kind}-{n}" for kind, several in CHANGES.items() for n in range(len(several))],
)
def test_copies_are_found_and_no_stranger(kind: str, change: Change) -> None:
    rng = np.random.default_rng(1)
    copies = [change(face, rng) for face in FACES[:COUNT]]
    sides = np.repeat([0, 1], [len(FACES), COUNT])
    found = search([*FACES, *copies], sides)
    pairs = {tuple(sorted(pair)) for pair in found.pairs.tolist()}
    wanted = {(row, len(FACES) + row) for row in range(COUNT)}
    assert pairs <= wanted
    assert len(pairs) >= (COUNT if kind in EXPECTED else COUNT - 1)
    assert set(found.kinds) <= EXPECTED.get(kind, set(found.kinds))


def test_kinds_say_what_was_done() -> None:
    middle = (96 - 1) / 2
    changes = {
        "shifted": np.array([[1.0, 0, 9], [0, 1.0, -6]]),
        "tilted": cv2.getRotationMatrix2D((middle, middle), 9, 1),
        "cropped": cv2.getRotationMatrix2D((middle, middle), 0, 1.2),
    }
    for kind, matrix in changes.items():
        copies = [cv2.warpAffine(face, matrix, (96, 96)) for face in FACES[:6]]
        found = search([*FACES, *copies], np.repeat([0, 1], [len(FACES), 6]))
        assert len(found.pairs) >= 5
        assert list(found.kinds).count(kind) >= len(found.pairs) - 1


def test_jobs_order_and_company_change_nothing() -> None:
    rng = np.random.default_rng(2)
    copies = [CHANGES["cropped"][2](face, rng) for face in FACES[:COUNT]]
    pictures = [*FACES, *copies]
    sides = np.repeat([0, 1], [len(FACES), COUNT])
    found = search(pictures, sides)
    again = search(pictures, sides, jobs=3)
    assert np.array_equal(found.pairs, again.pairs)
    assert np.array_equal(found.kinds, again.kinds)
    order = rng.permutation(len(pictures))
    other = search([pictures[row] for row in order], np.arange(len(pictures)))
    named = {tuple(sorted(order[list(pair)])) for pair in other.pairs.tolist()}
    assert {tuple(sorted(pair)) for pair in found.pairs.tolist()} <= named
    few = search([*FACES[:COUNT], *copies], np.repeat([0, 1], COUNT))
    assert len(few.pairs) == len(found.pairs)


def test_every_comparison_is_told() -> None:
    told: list[int] = []
    sides = np.repeat([0, 1], len(FACES) // 2)
    sided = SidedPictures(thumbnails(FACES), sides, lambda rows: [FACES[row] for row in rows])
    moved_pairs(sided, np.empty((0, 2), np.int64), 1, lambda: told.append(1))
    assert len(told) == COMPARISONS


def test_nothing_is_read_of_pictures_on_no_side() -> None:
    def never(rows: np.ndarray) -> list[np.ndarray]:
        raise AssertionError(rows)

    sided = SidedPictures(thumbnails(FACES), np.full(len(FACES), -1), never)
    assert sided.comparisons() == 0
    assert not len(moved_pairs(sided, np.empty((0, 2), np.int64), 1).pairs)


def test_a_registration_needs_more_than_a_good_placement() -> None:
    sized = at_one_size(FACES[:2])
    same = register_copy(sized[0], sized[0], Placement())
    assert same is not None
    assert same.holds
    assert same.kind == "retouched"
    strangers = register_copy(sized[0], sized[1], Placement())
    assert strangers is None or not strangers.holds
    blank = np.full((48, 48), 7, dtype=np.uint8)
    answer = register_copy(blank, blank, Placement())
    assert answer is None or not answer.holds


def test_placements_are_turned_back_by_others() -> None:
    scales = sorted({placement.scale for placement in PLACEMENTS})
    for scale in scales:
        assert min(abs(1 / scale - other) for other in scales) < 0.03
    assert len(set(PLACEMENTS)) == len(PLACEMENTS)
