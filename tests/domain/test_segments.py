"""Segments: what each kind of row is called, comes from, and is made of."""

import numpy as np
import pytest

from fercurate.domain.segments.base import FAMILIES, Parents, Segment
from fercurate.domain.segments.kinds import DrawnCopies, ExactCopies, Mixtures, Originals, Repeats
from fercurate.domain.text import encode_text

IDS = encode_text(["a", "bb", "ccc", "d"])
ROWS = np.array([2, 0])
NUMBERS = np.array([1, 12])
FIRST = Parents(ROWS, np.array(["original", "flip"], dtype=object), np.zeros(2, np.int64))
SECOND = Parents(np.array([1, 3]), np.array(["Affine", "original"], dtype=object), np.array([7, 0]))
KINDS: dict[str, Segment] = {
    "original": Originals(ROWS),
    "repeat": Repeats(ROWS, NUMBERS),
    "exact": ExactCopies(ROWS, "rotate(degrees=90)", "rotated"),
    "drawn": DrawnCopies(ROWS, "Affine", NUMBERS),
    "mixture": Mixtures.between("smote", FIRST, SECOND, np.array([0.25, 0.5])),
}


class Maker:
    """Makes pictures of one pixel that tell what was asked for."""

    def normalized(self, rows: np.ndarray) -> np.ndarray:
        return rows.astype(np.uint8).reshape(-1, 1, 1)

    def copied(self, originals: np.ndarray, op: str) -> np.ndarray:
        return originals if op in ("original", "repeat") else originals + 100

    def augmented(self, rows: np.ndarray, op: str, copies: np.ndarray) -> tuple[np.ndarray, list]:
        drawn = [{op: int(copy)} for copy in copies]
        return (rows + copies).astype(np.uint8).reshape(-1, 1, 1), drawn

    def mixed(self, first: Parents, second: Parents, mix: np.ndarray) -> np.ndarray:
        return (first.rows + 10 * second.rows).astype(np.uint8).reshape(-1, 1, 1)


@pytest.mark.parametrize(
    ("kind", "names", "parents", "pixels"),
    [
        ("original", ["ccc", "a"], ["", ""], [2, 0]),
        ("repeat", ["ccc#repeat/1", "a#repeat/12"], ["ccc", "a"], [2, 0]),
        ("exact", ["ccc#rotate(degrees=90)", "a#rotate(degrees=90)"], ["ccc", "a"], [102, 100]),
        ("drawn", ["ccc#Affine/1", "a#Affine/12"], ["ccc", "a"], [3, 12]),
        ("mixture", ["ccc#smote/1", "a#flip#smote/2"], ["ccc", "a#flip"], [12, 30]),
    ],
)
def test_every_row_has_a_name_a_parent_and_a_picture(
    kind: str, names: list[str], parents: list[str], pixels: list[int]
) -> None:
    segment = KINDS[kind]
    assert [name.decode() for name in segment.names(IDS)] == names
    assert [name.decode() for name in segment.parent_names(IDS)[0]] == parents
    assert segment.make(Maker())[0].ravel().tolist() == pixels
    assert segment.family in FAMILIES
    assert segment.derived == (kind != "original")


def test_only_mixtures_have_two_parents_and_nobody_voted_on_them() -> None:
    votes = np.arange(40, dtype=np.uint8).reshape(4, 10)
    for kind, segment in KINDS.items():
        second = [name.decode() for name in segment.parent_names(IDS)[1]]
        assert second == (["bb#Affine/7", "d"] if kind == "mixture" else ["", ""])
        assert segment.votes(votes).any() == (kind != "mixture")
        assert segment.mix.tolist() == ([0.25, 0.5] if kind == "mixture" else [0.0, 0.0])


def test_targets_of_a_mixture_lie_between_those_of_its_parents() -> None:
    targets = np.eye(4, dtype=np.float32)
    np.testing.assert_allclose(
        KINDS["mixture"].targets(targets), [[0, 0.25, 0.75, 0], [0.5, 0, 0, 0.5]]
    )


@pytest.mark.parametrize("kind", KINDS)
def test_some_rows_are_what_they_were_among_all(kind: str) -> None:
    segment = KINDS[kind]
    last = segment.take(np.array([1]))
    assert len(last) == 1
    assert last.names(IDS)[0] == segment.names(IDS)[1]
    assert segment.take(slice(1, 2)).names(IDS)[0] == segment.names(IDS)[1]
    assert last.make(Maker())[0].tolist() == segment.make(Maker())[0][1:].tolist()


@pytest.mark.parametrize("kind", KINDS)
def test_names_fit_into_the_width_that_is_reserved(kind: str) -> None:
    segment = KINDS[kind]
    first, _ = segment.parent_endings or (0, 0)
    width = IDS.dtype.itemsize + first + segment.ending
    assert max(len(name) for name in segment.names(IDS)) <= width


def test_what_is_drawn_is_told() -> None:
    assert KINDS["drawn"].make(Maker())[1] == [{"Affine": 1}, {"Affine": 12}]
    assert KINDS["exact"].make(Maker())[1] == []
