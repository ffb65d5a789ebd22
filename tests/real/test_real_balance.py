"""The balanced recipes on the real FER-2013, number by number."""

import json
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from imblearn.over_sampling import SMOTE

from fercurate.balance.blend import blend

COUNTS = np.array([3995, 436, 4097, 7215, 4830, 3171, 4965])
VAL = [467, 56, 496, 895, 653, 415, 607]
TEST = [491, 55, 528, 879, 594, 416, 626]


@pytest.fixture
def built(run: Any, real_store: Path, tmp_path: Path) -> Any:
    def call(recipe: str) -> Path:
        result = run("build", "--recipe", recipe, "--store", real_store, "-o", recipe)
        assert result.code == 0, result.err
        return tmp_path / recipe

    return call


def check_evaluation(output: Path) -> None:
    """Val and test are as published: every row original."""
    for split, expected in (("val", VAL), ("test", TEST)):
        with h5py.File(output / f"{split}.h5") as file:
            assert np.bincount(file["labels"][:]).tolist() == expected
            assert set(file["op"].asstr()[:]) == {"original"}


def test_smote_seven_has_seven_times_7215_rows(built: Any) -> None:
    output = built("smote_seven")
    check_evaluation(output)
    with h5py.File(output / "train.h5") as file:
        images, labels = file["images"][:], file["labels"][:]
        first, second = file["parent_a"].asstr()[:], file["parent_b"].asstr()[:]
        mix, ids = file["mix"][:], file["sample_id"].asstr()[:]
    assert np.bincount(labels).tolist() == [7215] * 7
    assert images.shape == (50505, 48, 48)
    row_of = {name: row for row, name in enumerate(ids)}
    made = slice(28709, None)
    a = images[[row_of[name] for name in first[made]]]
    b = images[[row_of[name] for name in second[made]]]
    np.testing.assert_array_equal(images[made], blend(a, b, mix[made]))
    assert (images[made] >= np.minimum(a, b)).all()
    assert (images[made] <= np.maximum(a, b)).all()
    plain, classes = SMOTE(random_state=0).fit_resample(
        images[:28709].reshape(28709, -1).astype(np.float32), labels[:28709]
    )
    np.testing.assert_array_equal(classes, labels)
    np.testing.assert_array_equal(images, np.rint(plain).reshape(-1, 48, 48))


def test_weighted_seven_weighs_disgust_most(built: Any) -> None:
    output = built("weighted_seven")
    check_evaluation(output)
    with h5py.File(output / "train.h5") as file:
        weights = file.attrs["class_weights"]
        online = json.loads(file.attrs["online_augmentation"])
    np.testing.assert_allclose(weights, 28709 / (7 * COUNTS))
    assert round(weights[1], 4) == 9.4066
    assert (online["set"], online["rotation"], online["shift"]) == ("ten_percent_online", 10, 0.1)


def test_fer_paper_seven_changes_no_pixel(built: Any) -> None:
    output = built("fer_paper_seven")
    check_evaluation(output)
    with h5py.File(output / "train.h5") as file:
        assert np.bincount(file["labels"][:]).tolist() == COUNTS.tolist()
        online = json.loads(file.attrs["online_augmentation"])
    expected = {"rotation": 10, "zoom": 0.2, "shift": 0.2, "horizontal_flip": False}
    assert expected.items() <= online.items()
