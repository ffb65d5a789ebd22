"""The parts of an SVM run: inner folds keep people apart, machines are scikit-learn's own."""

from pathlib import Path

import h5py
import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.svm import SVC

from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.pipeline.ingest.ingest import ingest
from fercurate.pipeline.ingest.request import IngestRequest
from fercurate.recipe.loader import parse_recipe
from fercurate.recipe.shipped import load_recipe
from fercurate.synthetic.ckplus import write_ckplus
from fercurate.training.shared.export import Subset, read_export
from fercurate.training.sklearn import inner_folds as inner
from fercurate.training.sklearn import search, svm
from fercurate.training.sklearn.grid import GridPoint

KERNELS = ("linear", "poly", "rbf")
COLUMNS = ("sample_id", "subject", "sequence", "op", "parent_a", "parent_b")
PEOPLE = """
version: 1
name: people
description: for tests
sources: [ckplus]
labels: {scheme: {name: own, classes: [angry, contempt, disgust, fear, happy, sad, surprise]}}
splits: {kind: subject_kfold, folds: 2}
normalize:
  - {kind: grayscale}
  - {kind: resize, size: 24}
balance:
  - {kind: offline, copies: [{kind: rotate, degrees: 90}]}
"""


def read(folder: Path) -> Subset:
    """Read an export's train split as rows."""
    return read_export(folder).splits["train"].whole()


def columns(folder: Path) -> dict[str, np.ndarray]:
    with h5py.File(folder / "train.h5") as file:
        found = {name: file[name].asstr()[:].astype(object) for name in COLUMNS}
        return found | {"picture": np.array([image.tobytes() for image in file["images"]], object)}


def shared(values: np.ndarray, one: np.ndarray, other: np.ndarray) -> set[str]:
    return (set(values[one]) & set(values[other])) - {""}


def test_nobody_stands_on_both_sides(tmp_path: Path) -> None:
    write_ckplus(tmp_path / "ckplus", subjects=7, sequences=2, seed=1, size=(80, 60))
    ingest(IngestRequest((tmp_path / "ckplus",), tmp_path / "s.h5"))
    recipe = parse_recipe(PEOPLE, "people.yaml")
    build(BuildRequest(recipe, tmp_path / "s.h5", tmp_path / "o", framework="none"))
    rows, text = read(tmp_path / "o"), columns(tmp_path / "o")
    assert len(set(text["subject"])) == 6 < rows.original.sum() < len(rows)
    folds = inner.inner_folds(rows, 3, 0)
    tested_once = np.zeros(len(rows), dtype=int)
    for fold in range(3):
        learned, tested = folds.sides(fold)
        assert not shared(text["subject"], learned, tested)
        assert not shared(text["sequence"], learned, tested)
        assert len(learned) == 2 * rows.original[learned].sum()
        tested_once[tested] += 1
    assert (tested_once == rows.original).all()


@pytest.mark.parametrize("layout", ["standard", "legacy"])
def test_derived_rows_stay_with_all_their_parents(
    shared_store: Path, tmp_path: Path, layout: str
) -> None:
    build(BuildRequest(load_recipe("smote_seven"), shared_store, tmp_path / "o", framework="none"))
    text = columns(tmp_path / "o")
    if layout == "legacy":
        request = BuildRequest(
            load_recipe("smote_seven"), shared_store, tmp_path / "l", layout, framework="none"
        )
        build(request)
    rows = read(tmp_path / ("l" if layout == "legacy" else "o"))
    assert (text["op"] == "smote").sum() > 20
    folds = inner.inner_folds(rows, 3, 0)
    derived = np.flatnonzero(~rows.original)
    taught = np.zeros(len(rows), dtype=int)
    for fold in range(3):
        learned, tested = folds.sides(fold)
        assert rows.original[tested].all()
        names = set(text["sample_id"][learned])
        for row in set(learned) & set(derived):
            assert {text["parent_a"][row], text["parent_b"][row]} <= names
        taught[learned] += 1
    assert set(taught[derived].tolist()) <= {1, 2}
    assert (taught[derived] == 1).any()
    assert (taught[rows.original] == 2).all()


def test_identical_pictures_stay_together(shared_store: Path, tmp_path: Path) -> None:
    recipe = load_recipe("fer2013_seven")
    build(BuildRequest(recipe, shared_store, tmp_path / "o", framework="none"))
    rows, text = read(tmp_path / "o"), columns(tmp_path / "o")
    assert len(set(text["picture"])) < len(rows)
    for seed in range(3):
        folds = inner.inner_folds(rows, 5, seed)
        for fold in range(5):
            assert not shared(text["picture"], *folds.sides(fold))
    counts = np.array([np.bincount(rows.labels[folds.sides(k)[1]], minlength=7) for k in range(5)])
    assert np.ptp(counts, axis=0).max() <= 2


def test_folds_are_dealt_by_seed_and_never_outnumber_groups() -> None:
    counts = np.ones((30, 1), dtype=np.int64)
    first, other = (inner._dealt(counts, 3, seed) for seed in (0, 1))
    assert np.bincount(first).tolist() == [10, 10, 10]
    assert (inner._dealt(counts, 3, 0) == first).all()
    assert (first != other).any()
    big = inner._dealt(np.array([[9], [1], [1], [1]]), 2, 0)
    assert (big[1:] != big[0]).all()


@pytest.mark.parametrize("classes", [2, 4])
@pytest.mark.parametrize("kernel", KERNELS)
def test_machines_decide_as_scikit_learn_does(kernel: str, classes: int) -> None:
    rng = np.random.default_rng(1)
    labels = rng.integers(0, classes, 160) + 1
    x = (rng.normal(size=(160, 6)) + 0.7 * np.eye(6)[labels]).astype(np.float32)
    new = rng.normal(size=(300, 6)).astype(np.float32)
    weights = np.array([9.0, 1.0, 2.0, 0.5, 1.5])
    point = GridPoint(kernel, 0.8, gamma=2.0, degree=2)
    machines = svm.fit(point, x, labels, weights, jobs=2)
    gamma = 2 / x.var(axis=0).sum()
    assert machines.gamma == pytest.approx(gamma, rel=1e-6)
    theirs = SVC(
        C=0.8,
        kernel="poly" if kernel == "linear" else kernel,
        degree=1 if kernel == "linear" else 2,
        gamma=gamma,
        coef0=float(kernel == "poly"),
        class_weight=dict(enumerate(weights)),
        decision_function_shape="ovo",
        tol=1e-6,
    )
    theirs.fit(x, labels)
    decisions = theirs.decision_function(new).reshape(300, -1) * (-1 if classes == 2 else 1)
    np.testing.assert_allclose(machines.decisions(new), decisions, atol=0.02)
    assert (machines.predict(new) == theirs.predict(new)).mean() > 0.99
    assert len(machines.vectors) == (
        len(machines.pairs) if kernel == "linear" else len(theirs.support_)
    )


def test_preparation_is_that_of_scikit_learn() -> None:
    x = np.random.default_rng(0).normal(3, 2, size=(50, 8)).astype(np.float32)
    x[:, 5] = 7
    for scaling, theirs in {"zscore": StandardScaler(), "minmax": MinMaxScaler()}.items():
        ours = svm.Preparation.learned(x, scaling, 0, 0)
        np.testing.assert_allclose(ours(x), theirs.fit_transform(x), atol=1e-5)
        reduced = PCA(3, svd_solver="full").fit_transform(x)
        ours = svm.Preparation.learned(x, scaling, 3, 0)
        np.testing.assert_allclose(
            np.abs(ours(x) - ours(x).mean(axis=0)),
            np.abs(theirs.fit_transform(reduced) - theirs.fit_transform(reduced).mean(axis=0)),
            atol=1e-3,
        )
    assert svm.Preparation.learned(x, "zscore", 99, 0)(x).shape == (50, 8)


def test_rows_are_drawn_by_class() -> None:
    labels = np.repeat([0, 1, 2], [6000, 3000, 30])
    rows = search.draw_rows(labels, 900, seed=0)
    assert (np.diff(rows) > 0).all()
    assert np.bincount(labels[rows]).tolist() == pytest.approx([587, 293, 20], abs=3)
    assert (rows == search.draw_rows(labels, 900, seed=0)).all()
    assert (rows != search.draw_rows(labels, 900, seed=1)).any()
    for most in (0, 9030, 99_999):
        assert len(search.draw_rows(labels, most, seed=0)) == 9030
