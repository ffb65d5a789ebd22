"""Native splits: which part of a corpus forms which split."""

from typing import Any

import numpy as np
import pytest

from fercurate.domain.groups import Groups, alone, regroup
from fercurate.domain.manifest import NUMBER_COLUMNS, TEXT_COLUMNS, Manifest
from fercurate.splits.base import SplitEvidence
from fercurate.splits.native import NativeShare, NativeSplits


def manifest() -> Manifest:
    texts = {name: np.full(4, "", dtype=object) for name in TEXT_COLUMNS}
    texts["source"] = np.array(["a", "a", "b", "b"], dtype=object)
    texts["native_split"] = np.array(["Training", "Test", "Training", "Test"], dtype=object)
    numbers = {name: np.full(4, -1, kind) for name, kind in NUMBER_COLUMNS.items()}
    return Manifest.from_columns({**texts, **numbers})


def test_a_native_split_is_named_by_itself_or_for_one_source() -> None:
    splits = NativeSplits(train=("Training",), test=("b:Test",))
    assert splits.names == ("train", "test")
    assert splits.sides(manifest()).tolist() == ["train", "", "train", "test"]


def test_what_is_taken_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="the native split a:Test is taken for more than one"):
        NativeSplits(train=("Test",), test=("a:Test",)).sides(manifest())
    with pytest.raises(ValueError, match="Training named more than once"):
        NativeSplits(train=("Training",), val=("Training",))


CORPUS = 200


def corpus(*natives: str) -> Manifest:
    texts = {name: np.full(CORPUS, "", dtype=object) for name in TEXT_COLUMNS}
    texts["id"] = np.array([f"a:{n:03d}" for n in range(CORPUS)], dtype=object)
    texts["source"][:] = "a"
    texts["native_split"] = np.array([natives[n % len(natives)] for n in range(CORPUS)], object)
    numbers = {name: np.full(CORPUS, -1, kind) for name, kind in NUMBER_COLUMNS.items()}
    return Manifest.from_columns({**texts, **numbers})


def known(manifest: Manifest, kin: Groups, seed: int = 0) -> SplitEvidence:
    labels = np.arange(CORPUS) // 2 % 4
    return SplitEvidence(manifest, np.arange(CORPUS), labels, seed, lambda rows: regroup(kin[rows]))


@pytest.mark.parametrize(
    "val",
    [
        0.1,
        NativeShare(native="Training", share=0.1),
        NativeShare(native=("a:Training",), share=0.1),
    ],
    ids=["number", "name", "list"],
)
def test_a_share_of_train_becomes_val(val: Any) -> None:
    splits = NativeSplits(train=("Training",), val=val, test=("Test",))
    found = splits.assign(known(corpus("Training", "Test"), alone(CORPUS))).rows
    assert splits.names == ("train", "val", "test")
    assert {name: len(rows) for name, rows in found.items()} == {
        "train": 88, "val": 12, "test": 100,
    }  # fmt: skip
    labels = np.arange(CORPUS) // 2 % 4
    assert np.bincount(labels[found["val"]]).tolist() == [3, 3, 3, 3]
    assert (found["test"] % 2 == 1).all()
    again = splits.assign(known(corpus("Training", "Test"), alone(CORPUS))).rows
    np.testing.assert_array_equal(found["val"], again["val"])
    other = splits.assign(known(corpus("Training", "Test"), alone(CORPUS), seed=1)).rows
    assert not np.array_equal(found["val"], other["val"])


def test_groups_stay_whole_and_the_share_is_met() -> None:
    kin = np.arange(CORPUS) // 4 * 4
    splits = NativeSplits(train=("Training",), val=0.2)
    found = splits.assign(known(corpus("Training"), kin)).rows
    assert not set(kin[found["train"]]) & set(kin[found["val"]])
    assert len(found["val"]) == 40


def test_a_group_that_also_lies_elsewhere_in_train_stays_there() -> None:
    kin = np.where(np.arange(CORPUS) < 100, 0, np.arange(CORPUS))
    splits = NativeSplits(train=("One", "Two"), val=NativeShare(native="Two", share=0.3))
    found = splits.assign(known(corpus("One", "Two"), kin)).rows
    assert found["val"].min() >= 100
    assert (found["val"] % 2 == 1).all()
    assert 25 <= len(found["val"]) <= 32


@pytest.mark.parametrize(
    ("train", "native"), [(("Training",), "Train"), (("a:Training",), "Training")]
)
def test_a_share_of_what_train_lacks_is_refused(train: tuple[str, ...], native: str) -> None:
    with pytest.raises(ValueError, match=f"a share of {native}, which train does not have"):
        NativeSplits(train=train, val=NativeShare(native=native, share=0.1))


def test_only_a_share_looks_for_duplicates_and_draws() -> None:
    plain, share = NativeSplits(train=("Training",)), NativeSplits(train=("Training",), val=0.1)
    assert (plain.looks_for_duplicates, plain.drawn_splits) == (False, ())
    assert (share.looks_for_duplicates, share.drawn_splits) == (True, ("train", "val"))


def test_an_empty_store_has_no_sides() -> None:
    assert len(NativeSplits(train=("Training",)).sides(Manifest.empty())) == 0
