"""The class balance: its ratio, and its two tables."""

import numpy as np

from fercurate.pipeline.stats.class_balance import EXPORT, ClassBalance, imbalance_ratio

FER2013 = np.array([3995, 436, 4097, 7215, 4830, 3171, 4965])
BALANCE = ClassBalance(
    kind=EXPORT,
    total=15,
    sources={"fer2013": 15},
    splits={"train": {"sad": 8, "happy": 4}, "test": {"sad": 0, "happy": 3}},
    by_source={},
    classes=("sad", "happy"),
    derived={"train": {"sad": 2, "happy": 0}, "test": {"sad": 0, "happy": 0}},
)


def test_the_imbalance_ratio() -> None:
    assert imbalance_ratio(FER2013) == 7215 / 436
    assert imbalance_ratio(np.array([3, 0])) == np.inf
    assert imbalance_ratio(np.array([], dtype=np.int64)) == 1


def test_the_long_table_has_a_row_a_split_and_class() -> None:
    assert BALANCE.to_frame().to_numpy().tolist() == [
        ["train", "sad", 8, 2],
        ["train", "happy", 4, 0],
        ["test", "sad", 0, 0],
        ["test", "happy", 3, 0],
    ]


def test_the_wide_table_keeps_the_order_of_splits_and_classes() -> None:
    table = BALANCE.to_frame(wide=True)
    assert table.to_dict("index") == BALANCE.splits
    assert (list(table.index), list(table.columns)) == (["train", "test"], ["sad", "happy"])


def test_the_overview_says_what_is_empty_and_what_is_derived() -> None:
    lines = str(BALANCE).splitlines()
    assert lines[0] == "class balance: export of 15 (fer2013 15)"
    assert [line.split() for line in lines[3:]] == [
        ["train", "8", "4", "12", "2", "2.00"],
        ["test", "0", "3", "3", "0", "a", "class", "is", "empty"],
    ]


def test_a_balance_of_nothing_is_still_shown() -> None:
    nothing = ClassBalance(EXPORT, 0, {}, {}, {}, ())
    assert str(nothing) == "class balance: export of 0 (empty)"
    assert len(nothing.to_frame()) == len(nothing.to_frame(wide=True)) == 0
