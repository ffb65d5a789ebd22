"""Ease degree: votes of classifiers that did not see a sample, on small synthetic problems."""

from concurrent.futures import Executor, ThreadPoolExecutor

import numpy as np
import pytest

from fercurate.errors import InputError, UsageError
from fercurate.screening.ease import degree as ease_module
from fercurate.screening.ease.degree import (
    EASE_COLUMNS,
    EASE_CRITERIA,
    EaseDegrees,
    EaseRequest,
    ease_degree,
)
from fercurate.screening.ease.kernel_ridge import ABSENT, Problem, calibrated, held_out_scores

CRITERIA = {criterion.name: criterion for criterion in EASE_CRITERIA}


def clusters(counts: dict[int, int], spread: float = 0.15) -> tuple[np.ndarray, np.ndarray]:
    """Points (N, 6) around one corner a class, and their class codes."""
    rng = np.random.default_rng(2)
    codes = np.repeat(list(counts), list(counts.values())).astype(np.int64)
    corners = np.eye(6)[np.unique(codes, return_inverse=True)[1]]
    points = corners + rng.normal(0, spread, corners.shape)
    order = rng.permutation(len(codes))
    return points[order].astype(np.float32), codes[order]


def alone(count: int) -> np.ndarray:
    return np.arange(count, dtype=np.int64)


def run(points: np.ndarray, labels: np.ndarray, **request: int) -> EaseDegrees:
    return ease_degree(points, labels, alone(len(labels)), EaseRequest(**request))


def score(name: str, found: EaseDegrees) -> np.ndarray:
    return CRITERIA[name].score(found.values())


def test_clean_labels_are_easy_and_flipped_ones_rank_first() -> None:
    points, true = clusters({0: 40, 3: 40, 5: 40})
    labels, flipped = true.copy(), np.arange(0, 120, 15)
    labels[flipped] = np.array([3, 3, 3, 5, 0, 0])[true[flipped]]
    found = run(points, labels)
    clean = np.setdiff1d(np.arange(120), flipped)
    assert (found.ease[clean] == 1).all()
    assert (found.ease[flipped] == 0).all()
    assert found.other[flipped].tolist() == true[flipped].tolist()
    noise = score("label_noise", found)
    assert set(np.argsort(-noise)[:8]) == set(flipped)
    assert noise[flipped].min() > 0.5 > noise[clean].max()
    assert score("hard", found)[flipped].tolist() == [1.0] * 8


def test_shapes_and_types() -> None:
    points, labels = clusters({0: 20, 1: 20})
    found = run(points, labels)
    types = {name: getattr(found, name).dtype.name for name in EASE_COLUMNS}
    assert types == dict.fromkeys(EASE_COLUMNS, "float32") | {"other": "int64"}
    values = found.values()
    assert (values.shape, values.dtype) == ((40, 4), np.float32)
    for column, name in enumerate(EASE_COLUMNS):
        np.testing.assert_array_equal(values[:, column], getattr(found, name))


def test_with_two_classes_the_chances_add_up() -> None:
    points, labels = clusters({0: 30, 1: 20}, spread=0.5)
    found = run(points, labels)
    np.testing.assert_allclose(found.given + found.other_chance, 1, atol=1e-6)
    assert (found.other == 1 - labels).all()


def test_ease_is_a_share_of_the_repetitions() -> None:
    points, labels = clusters({0: 40, 1: 40}, spread=0.8)
    found = run(points, labels, repeats=4)
    assert set(np.unique(found.ease)) <= {0, 0.25, 0.5, 0.75, 1}
    assert len(np.unique(found.ease)) > 2


def test_copies_cannot_vote_for_themselves() -> None:
    rng = np.random.default_rng(8)
    half = rng.normal(size=(150, 20)).astype(np.float32)
    points = np.concatenate([half, half])
    labels = np.tile(rng.integers(0, 3, 150), 2)
    leaking = ease_degree(points, labels, alone(300), EaseRequest(repeats=2))
    sound = ease_degree(points, labels, np.tile(alone(150), 2), EaseRequest(repeats=2))
    assert leaking.ease.mean() > 0.75
    assert sound.ease.mean() < 0.45


def folds_used(
    monkeypatch: pytest.MonkeyPatch, labels: np.ndarray, groups: np.ndarray, request: EaseRequest
) -> list[np.ndarray]:
    """The fold of every row, a repetition each."""
    seen: list[np.ndarray] = []

    def scores(
        problem: Problem, fold: np.ndarray, rng: np.random.Generator, pool: Executor
    ) -> np.ndarray:
        seen.append(fold)
        return held_out_scores(problem, fold, rng, pool)

    monkeypatch.setattr(ease_module, "held_out_scores", scores)
    points = np.random.default_rng(0).normal(size=(len(labels), 4)).astype(np.float32)
    ease_degree(points, labels, groups, request)
    return seen


def test_no_group_straddles_folds_and_every_fold_has_its_share(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = np.random.default_rng(1)
    groups = rng.integers(0, 90, 200) * 7
    labels = np.where(groups % 3 == 0, 0, rng.integers(0, 2, 200))
    for fold in folds_used(monkeypatch, labels, groups, EaseRequest(repeats=3, folds=4)):
        assert set(fold) == {0, 1, 2, 3}
        pairs = np.unique(np.stack([groups, fold]), axis=1)
        assert pairs.shape[1] == len(np.unique(groups))
        counts = np.bincount(pairs[1])
        assert counts.max() - counts.min() <= 1


def test_classes_are_spread_over_the_folds(monkeypatch: pytest.MonkeyPatch) -> None:
    labels = np.repeat([0, 1, 2], [50, 5, 10])
    repeats = folds_used(monkeypatch, labels, alone(65), EaseRequest())
    for fold in repeats:
        table = np.zeros((3, 5), dtype=int)
        np.add.at(table, (labels, fold), 1)
        assert table.tolist() == [[10] * 5, [1] * 5, [2] * 5]
    assert not np.array_equal(repeats[0], repeats[1])


def test_the_same_input_gives_the_same_bytes_and_the_seed_counts() -> None:
    points, labels = clusters({0: 60, 1: 60}, spread=0.7)
    first, again = (run(points, labels).values().tobytes() for _ in range(2))
    assert first == again
    assert run(points, labels, seed=1).values().tobytes() != first


def test_unlabeled_rows_get_nothing_and_change_nothing() -> None:
    points, labels = clusters({0: 30, 1: 30}, spread=0.6)
    expected = run(points, labels).values()
    mixed = np.insert(points, [0, 17, 60], 1e3, axis=0)
    codes, groups = np.insert(labels, [0, 17, 60], -1), np.insert(alone(60), [0, 17, 60], 5)
    found = ease_degree(mixed, codes, groups, EaseRequest())
    assert np.array_equal(found.values()[codes >= 0], expected)
    assert np.isnan(found.values()[codes < 0]).all()
    assert found.other[codes < 0].tolist() == [-1, -1, -1]


def test_a_class_of_one_group_cannot_be_judged() -> None:
    points, labels = clusters({2: 30, 4: 30, 9: 3})
    groups = np.where(labels == 9, 0, alone(63) + 1)
    found = ease_degree(points, labels, groups, EaseRequest())
    assert np.isnan(found.values()[labels == 9]).all()
    assert (found.other[labels == 9] == -1).all()
    assert (found.ease[labels != 9] == 1).all()


def test_a_class_of_two_samples_is_judged() -> None:
    points, labels = clusters({2: 30, 4: 30, 9: 2}, spread=0.01)
    found = run(points, labels)
    assert (found.ease == 1).all()


@pytest.mark.parametrize("codes", [{}, {3: 12}, {-1: 8}], ids=["none", "one class", "unlabeled"])
def test_fewer_than_two_classes_leave_everything_open(codes: dict[int, int]) -> None:
    count = sum(codes.values())
    labels = np.repeat(np.array(list(codes), dtype=np.int64), count)
    found = run(np.ones((count, 3), np.float32), labels)
    assert found.values().shape == (count, 4)
    assert np.isnan(found.values()).all()


def test_one_group_leaves_everything_open() -> None:
    points, labels = clusters({0: 5, 1: 5})
    found = ease_degree(points, labels, np.zeros(10, np.int64), EaseRequest())
    assert np.isnan(found.values()).all()


def test_fewer_groups_than_folds_leave_one_out() -> None:
    points, labels = clusters({0: 3, 1: 3}, spread=0.01)
    assert (run(points, labels, folds=50).ease == 1).all()


def test_constant_features_leave_the_commonest_class() -> None:
    labels = np.repeat([1, 6], [30, 10])
    found = run(np.full((40, 5), 7, np.float32), labels)
    assert found.ease.tolist() == [1.0] * 30 + [0.0] * 10
    assert found.other.tolist() == [6] * 30 + [1] * 10


def test_a_rare_class_is_not_voted_away() -> None:
    points, labels = clusters({0: 400, 1: 20}, spread=0.45)
    assert run(points, labels).ease[labels == 1].mean() > 0.6


def test_more_features_than_dimensions_are_projected() -> None:
    points, labels = clusters({0: 40, 1: 40})
    rng = np.random.default_rng(4)
    wide = points @ rng.normal(size=(6, 500)) + rng.normal(0, 0.01, (80, 500))
    assert (run(wide.astype(np.float32), labels).ease == 1).all()


def test_chances_are_as_high_as_they_come_true() -> None:
    points, labels = clusters({0: 300, 1: 300, 2: 300}, spread=0.5)
    found = run(points, labels)
    best = np.maximum(found.given, found.other_chance)
    right = found.given > found.other_chance
    assert 0.7 < right.mean() < 0.9
    assert abs(float(best.mean() - right.mean())) < 0.04


def test_held_out_scores_are_those_of_classifiers_trained_without_the_fold() -> None:
    points, labels = clusters({0: 50, 1: 30, 2: 10}, spread=0.6)
    fold = np.random.default_rng(3).integers(0, 3, 90)
    problem = Problem.build(points, alone(90), labels, alone(90))
    with ThreadPoolExecutor(2) as pool:
        found = held_out_scores(problem, fold, np.random.default_rng(0), pool)
    x = problem.points.astype(np.float64)
    apart = np.square(x[:, None] - x[None]).sum(axis=2)
    np.testing.assert_allclose(apart.mean(), 1, rtol=1e-5)
    kernel = np.exp(-1.5 * apart)
    phi = np.hstack([kernel - kernel.mean(axis=0), np.ones((90, 1))])
    weight = 1 / np.sqrt(np.bincount(labels))[labels]
    weight /= weight.mean()
    ridge = np.pad(kernel, (0, 1)) + 1e-3 * np.eye(91)
    for k in range(3):
        seen = fold != k
        left = phi[seen].T * weight[seen]
        solution = np.linalg.solve(left @ phi[seen] + ridge, left @ np.eye(3)[labels[seen]])
        np.testing.assert_allclose(found[~seen], phi[~seen] @ solution, atol=2e-4)


def test_the_temperature_is_the_likeliest() -> None:
    rng = np.random.default_rng(6)
    scores = rng.normal(0, 0.3, (4000, 3))
    cumulative = np.cumsum(np.exp(4 * scores), axis=1)
    classes = (cumulative < rng.random((4000, 1)) * cumulative[:, -1:]).sum(axis=1)
    chances = calibrated(scores, classes)
    factor = np.log(chances[:, 0] / chances[:, 1]) / (scores[:, 0] - scores[:, 1])
    np.testing.assert_allclose(factor, factor[0], rtol=1e-6)
    assert 3.6 < factor[0] < 4.4
    scores[:, 2] = ABSENT
    assert (calibrated(scores, classes % 2)[:, 2] == 0).all()


@pytest.mark.parametrize(
    ("values", "hard", "noise"),
    [
        pytest.param((1.0, 0.75, 2, 0.25), 0.0, 0.25, id="easy"),
        pytest.param((0.25, 0.125, 2, 0.375), 0.75, 0.75, id="hard"),
        pytest.param((0.5, 0.0, 2, 0.0), 0.5, np.nan, id="no chance at all"),
        pytest.param((np.nan,) * 4, np.nan, np.nan, id="open"),
    ],
)
def test_scores(values: tuple[float, ...], hard: float, noise: float) -> None:
    row = np.array([values], dtype=np.float32)
    np.testing.assert_equal(CRITERIA["hard"].score(row), np.array([hard]))
    np.testing.assert_equal(CRITERIA["label_noise"].score(row), np.array([noise]))


@pytest.mark.parametrize("request_", [{"repeats": 0}, {"folds": 1}], ids=str)
def test_impossible_requests_are_refused(request_: dict[str, int]) -> None:
    with pytest.raises(UsageError, match="at least 1 repetition of at least 2 folds"):
        EaseRequest(**request_)


def test_features_that_are_not_numbers_are_named() -> None:
    points, labels = clusters({0: 10, 1: 10})
    points[13, 2] = np.nan
    with pytest.raises(InputError, match="sample 13: a feature that is not a finite number"):
        run(points, labels)


def test_lengths_must_agree() -> None:
    points, labels = clusters({0: 10, 1: 10})
    with pytest.raises(InputError, match="20 features, 20 labels and 19 groups"):
        ease_degree(points, labels, alone(19), EaseRequest())


def test_the_number_of_threads_does_not_count() -> None:
    from threadpoolctl import threadpool_limits

    points, labels = clusters({0: 900, 1: 900}, spread=0.7)
    found = set()
    for of_blas, jobs in ((1, 1), (2, 1), (2, 4)):
        with threadpool_limits(of_blas, "blas"):
            found.add(run(points, labels, repeats=1, jobs=jobs).values().tobytes())
    assert len(found) == 1
