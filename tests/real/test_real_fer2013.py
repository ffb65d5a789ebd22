"""The main job on the real FER-2013, number by number. Skips where the corpus is not at hand."""

import json
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from fercurate.domain.expression import EXPRESSIONS
from fercurate.domain.votes import NOT_A_FACE
from fercurate.store.store import Store

PUBLISHED = {
    "Training": [3995, 436, 4097, 7215, 4830, 3171, 4965],
    "PublicTest": [467, 56, 496, 895, 653, 415, 607],
    "PrivateTest": [491, 55, 528, 879, 594, 416, 626],
}
CLASSES = list(EXPRESSIONS[:7])


def test_class_counts_are_the_published_ones(run: Any, real_store: Path) -> None:
    stats = json.loads(run("stats", real_store, "--json").out)
    assert (stats["schema_version"], stats["kind"], stats["total"]) == (1, "store", 35887)
    assert stats["sources"] == {"fer2013": 35887}
    expected = {s: dict(zip(CLASSES, n, strict=True)) for s, n in PUBLISHED.items()}
    assert stats["splits"] == expected


def test_not_a_face_votes_are_where_ferplus_has_them(real_store: Path) -> None:
    with Store.open(real_store) as store:
        split = store.manifest.text("native_split")[store.votes[:, NOT_A_FACE] == 10]
    assert [int((split == name).sum()) for name in PUBLISHED] == [150, 10, 16]


def test_modified_fer_is_the_thesis_set(run: Any, real_store: Path, tmp_path: Path) -> None:
    result = run("build", "--recipe", "modified_fer.yaml", "--store", real_store, "-o", "D")
    assert result.code == 0, result.err
    with h5py.File(tmp_path / "D" / "train.h5") as file:
        assert file["images"].shape == (114836, 48, 48)
        counts = np.bincount(file["labels"][:])
        np.testing.assert_array_equal(counts, 4 * np.array(PUBLISHED["Training"]))
    with h5py.File(tmp_path / "D" / "test.h5") as file:
        assert file["images"].shape == (28712, 48, 48)
        assert np.bincount(file["labels"][:])[CLASSES.index("disgust")] == 444
