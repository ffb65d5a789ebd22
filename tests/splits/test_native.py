"""Native splits: which part of a corpus forms which split."""

import numpy as np
import pytest

from fercurate.domain.manifest import NUMBER_COLUMNS, TEXT_COLUMNS, Manifest
from fercurate.splits.native import NativeSplits


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
