"""Agreement of readers, from their decisions: published examples, scikit-learn, and its limits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as drawn
from sklearn.metrics import cohen_kappa_score

from fercurate.domain.decisions.agreement import (
    class_alpha,
    class_kappa,
    cohen_kappa,
    fleiss_kappa,
    krippendorff_alpha,
)
from fercurate.domain.decisions.answers import AnswerTable
from tests.domain.decisions.made import read_by, told

ANSWERS = ("happy", "sad", "fear", "angry", "disgust")

DIAGNOSES = """
00060 03003 01401 00006 03030 20400 00402 20310 20040 00006 10050 11040 03300 10050 02031
00501 30012 51000 02040 10203 00006 01050 02013 20040 10041 05010 40002 02040 10500 00006
"""
"""Fleiss 1971: of 30 patients how many of six psychiatrists gave each of five diagnoses."""

UNITS = """
1 2 3 3 2 1 4 1 2 . . .
1 2 3 3 2 2 4 1 2 5 . 3
. 3 3 3 2 3 4 2 2 5 1 .
1 2 3 3 2 4 4 1 2 5 1 .
"""
"""Krippendorff's example: twelve units, four observers, a point where one said nothing."""

CODES = drawn.arrays(np.int64, st.tuples(st.integers(1, 12), st.integers(2, 4)),
                     elements=st.integers(-1, 3))  # fmt: skip


def table(rows: list[list[str]]) -> AnswerTable:
    return AnswerTable.of("label", read_by(rows, [f"reader {n}" for n in range(len(rows[0]))]))


def observed() -> AnswerTable:
    said = [line.split() for line in UNITS.strip().splitlines()]
    rows = [["" if one == "." else ANSWERS[int(one) - 1] for one in unit] for unit in zip(*said)]  # noqa: B905
    return table(rows)


def test_the_example_of_fleiss() -> None:
    rows = [
        [name for name, count in zip(ANSWERS, map(int, one), strict=True) for _ in range(count)]
        for one in DIAGNOSES.split()
    ]
    found = table(rows)
    assert found.codes.shape == (30, 6)
    assert fleiss_kappa(found.codes) == pytest.approx(0.430, abs=5e-4)


def test_the_example_of_krippendorff_with_missing_answers() -> None:
    found = observed()
    assert found.codes.shape == (12, 4)
    assert (found.codes < 0).sum() == 7
    assert krippendorff_alpha(found.codes) == pytest.approx(0.743, abs=5e-4)


def test_the_unsure_are_as_good_as_silent() -> None:
    rows = [["happy", "unsure", "sad"], ["sad", "sad", ""], ["unsure", "fear", "fear"]]
    silent = [[one.replace("unsure", "") for one in row] for row in rows]
    np.testing.assert_array_equal(table(rows).codes, table(silent).codes)
    everybody_unsure = table([*rows, ["unsure"] * 3])
    assert len(everybody_unsure.samples) == 4
    for figure in (fleiss_kappa, krippendorff_alpha):
        np.testing.assert_equal(figure(everybody_unsure.codes), figure(table(rows).codes))


@given(CODES)
def test_cohen_is_that_of_scikit_learn_over_what_both_answered(codes: np.ndarray) -> None:
    first, second = codes[:, 0], codes[:, 1]
    both = (first >= 0) & (second >= 0)
    found = cohen_kappa(first, second)
    if len(set(first[both]) | set(second[both])) < 2:
        assert np.isnan(found)
        return
    assert found == pytest.approx(cohen_kappa_score(first[both], second[both]), abs=1e-12)
    assert cohen_kappa(second, first) == pytest.approx(found, abs=1e-12)
    assert class_kappa(first, second, 1) == pytest.approx(
        cohen_kappa(np.where(both, first == 1, -1), np.where(both, second == 1, -1)), nan_ok=True
    )


def naive_alpha(codes: np.ndarray) -> float:
    """1 - observed / expected disagreement, pair by pair as Krippendorff writes them."""
    units = [one[one >= 0].tolist() for one in codes]
    units = [one for one in units if len(one) > 1]
    values = [value for one in units for value in one]
    apart = sum(sum(a != b for a in one for b in one) / (len(one) - 1) for one in units)
    chance = sum(a != b for a in values for b in values)
    if not chance:
        return float("nan")
    return 1 - (apart / len(values)) / (chance / (len(values) * (len(values) - 1)))


@given(CODES)
def test_alpha_is_that_of_its_definition(codes: np.ndarray) -> None:
    wanted = naive_alpha(codes)
    assert krippendorff_alpha(codes) == pytest.approx(wanted, abs=1e-12, nan_ok=True)
    one_class = np.where(codes < 0, -1, codes == 2)
    assert class_alpha(codes, 2) == pytest.approx(naive_alpha(one_class), abs=1e-12, nan_ok=True)


@given(CODES, st.randoms(use_true_random=False))
def test_who_reads_in_which_column_is_the_same(codes: np.ndarray, chance: object) -> None:
    order = list(range(codes.shape[1]))
    chance.shuffle(order)  # type: ignore[attr-defined]
    for figure in (fleiss_kappa, krippendorff_alpha):
        assert figure(codes[:, order]) == pytest.approx(figure(codes), nan_ok=True)


def test_fleiss_looks_only_at_what_all_answered() -> None:
    codes = np.array([[0, 0, 1], [1, 1, 1], [0, 0, 0], [0, -1, 1]])
    assert fleiss_kappa(codes) == fleiss_kappa(codes[:3])
    assert krippendorff_alpha(codes) != krippendorff_alpha(codes[:3])


def test_full_agreement_is_one_and_its_opposite_below_zero() -> None:
    codes = np.array([[0, 0], [1, 1], [2, 2], [0, 0]])
    for found in (cohen_kappa(*codes.T), fleiss_kappa(codes), krippendorff_alpha(codes)):
        assert found == pytest.approx(1)
    swapped = np.array([[0, 1], [1, 0], [0, 1], [1, 0]])
    for found in (cohen_kappa(*swapped.T), fleiss_kappa(swapped), krippendorff_alpha(swapped)):
        assert found < 0


@pytest.mark.parametrize(
    "codes",
    [np.empty((0, 2)), np.empty((0, 0)), [[-1, -1]], [[0, -1], [-1, 1]], [[1, 1], [1, 1]]],
    ids=["no samples", "nobody", "no answers", "none together", "one answer throughout"],
)
def test_what_is_not_defined_is_nan(codes: object) -> None:
    given_codes = np.array(codes, dtype=np.int64)
    figures = [fleiss_kappa(given_codes), krippendorff_alpha(given_codes)]
    if given_codes.shape[1]:
        figures.append(cohen_kappa(given_codes[:, 0], given_codes[:, 1]))
    assert np.isnan(figures).all()


def test_a_table_has_its_own_question_only_and_names_authors_in_order() -> None:
    decisions = [
        told("toy:2", "no", "ben", question="occluded"),
        told("toy:1", "yes", "anna", question="occluded"),
        told("toy:1", "no", "carl", question="keep"),
        told("toy:1", "sad", "anna"),
    ]
    found = AnswerTable.of("occluded", decisions)
    assert (found.names, found.authors) == (("no", "yes"), ("anna", "ben"))
    assert found.samples.tolist() == ["toy:2", "toy:1"]
    assert found.codes.tolist() == [[-1, 0], [1, -1]]
    assert found.counts.tolist() == [[1, 0], [0, 1]]
    by_row = AnswerTable.of("occluded", decisions, [7, 5, 5, 5])
    assert by_row.samples.tolist() == [7, 5]
    assert by_row.codes.tolist() == found.codes.tolist()
