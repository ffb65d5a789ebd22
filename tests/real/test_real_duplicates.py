"""Near duplicates of the real FER-2013 against brute force, and what is left after repairs."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from benchmarks.duplicates.found import found_copies
from fercurate.pipeline.audit.audit import audit
from fercurate.store.store import Store

RECIPE = """
version: 1
name: repaired
description: repaired
sources: [fer2013]
labels: {scheme: seven}
"""
NATIVE = "splits: {kind: native, train: [Training], val: [PublicTest], test: [PrivateTest]}\n"


def near_pairs_across(pictures: np.ndarray, splits: np.ndarray) -> np.ndarray:
    """All pairs (P, 2) of two splits whose 32 x 32 versions correlate by at least 0.95."""
    small = [cv2.resize(one, (32, 32), interpolation=cv2.INTER_AREA) for one in pictures]
    flat = np.stack(small).reshape(len(small), -1).astype(np.float32)
    flat -= flat.mean(axis=1, keepdims=True)
    size = np.linalg.norm(flat, axis=1, keepdims=True)
    flat /= np.where(size > 0, size, 1)
    pairs = [np.empty((0, 2), dtype=np.int64)]
    for start in range(0, len(flat), 2000):
        first, second = np.nonzero(flat[start : start + 2000] @ flat[start:].T >= 0.95)
        found = np.stack([first, second], axis=1) + start
        pairs.append(found[(first < second) & (splits[found[:, 0]] != splits[found[:, 1]])])
    return np.concatenate(pairs)


@pytest.fixture(scope="module")
def corpus(real_store: Path) -> tuple[np.ndarray, np.ndarray]:
    """Pictures (N, 48, 48) and usages (N,)."""
    with Store.open(real_store) as store:
        pictures = np.stack(store.images(np.arange(len(store))))
        return pictures, store.manifest.text("native_split").astype(str)


def test_near_duplicates_are_those_of_brute_force(
    real_store: Path, corpus: tuple[np.ndarray, np.ndarray]
) -> None:
    report = audit(real_store, changed=False)
    assert report.near_pairs == 2280
    pictures, usages = corpus
    rows = np.unique(near_pairs_across(pictures, usages))
    leaked = int((usages[rows] != "Training").sum())
    assert report.leaked_by_kind["near_identical"] == leaked == 956
    assert (report.with_train_duplicate, report.leaked) == (568, 957)


@pytest.mark.parametrize(
    "rest",
    [NATIVE + "leaks: move\n"],
    ids=["move"],
)
def test_nothing_is_left_after_a_repair(
    run: Any, real_store: Path, tmp_path: Path, rest: str
) -> None:
    (tmp_path / "recipe.yaml").write_text(RECIPE + rest)
    built = run("build", "--recipe", "recipe.yaml", "--store", real_store, "-o", "out")
    assert built.code == 0, built.err
    report = audit(tmp_path / "out")  # it finds what brute force finds: see above
    assert report.leaked == 0
    assert set(report.changed_pairs.values()) == {0}


def test_changed_copies_of_test_pictures_are_found(corpus: tuple[np.ndarray, np.ndarray]) -> None:
    pictures = [*corpus[0][-2500:]]
    shares = {one.kind: one.found / one.copies for one in found_copies(pictures, 20)}
    assert shares["mirrored"] == shares["turned by quarters"] == 1
    assert min(shares.values()) >= 0.85
