from collections.abc import Mapping

import numpy as np
import pytest
from numpy.typing import NDArray

from fercurate.screening.fairness import Loss, losses, mean_loss, unfair_classes

Column = NDArray[np.object_]


def columns(table: Mapping[str, tuple[int, int]]) -> tuple[Column, Column]:
    """Reasons and classes of a table class -> (samples, dropped)."""
    reasons = [
        reason
        for samples, dropped in table.values()
        for reason in ["blurred"] * dropped + [""] * (samples - dropped)
    ]
    classes = [name for name, (samples, _) in table.items() for _ in range(samples)]
    return np.array(reasons, dtype=object), np.array(classes, dtype=object)


@pytest.mark.parametrize(
    ("table", "unfair"),
    [
        pytest.param({"happy": (100, 5), "sad": (100, 5)}, [], id="all alike"),
        pytest.param({"happy": (300, 0), "sad": (100, 20)}, ["sad"], id="four times the mean"),
        pytest.param({"happy": (100, 0), "sad": (100, 20)}, [], id="exactly twice"),
        pytest.param({"happy": (101, 0), "sad": (100, 20)}, ["sad"], id="just over twice"),
        pytest.param({"happy": (400, 0), "sad": (40, 4)}, [], id="too few to tell"),
        pytest.param({"happy": (400, 0), "sad": (40, 5)}, ["sad"], id="just enough to tell"),
        pytest.param({"happy": (900, 5), "fear": (50, 10), "sad": (50, 20)}, ["sad", "fear"],
                     id="the worst first"),
        pytest.param({"happy": (500, 10), "": (100, 90)}, [], id="unlabeled is no class"),
        pytest.param({"happy": (200, 0), "sad": (100, 0)}, [], id="nothing dropped"),
        pytest.param({"": (20, 20)}, [], id="no labels at all"),
        pytest.param({}, [], id="empty"),
    ],
)  # fmt: skip
def test_a_class_is_unfairly_treated(table: dict[str, tuple[int, int]], unfair: list[str]) -> None:
    assert [found.loss.name for found in unfair_classes(*columns(table))] == unfair


def test_unlabeled_samples_do_not_move_the_mean() -> None:
    reasons, classes = columns({"happy": (90, 0), "sad": (10, 10), "": (900, 900)})
    assert mean_loss(reasons, classes) == 0.1
    assert [found.mean for found in unfair_classes(reasons, classes)] == [0.1]


def test_the_warning_states_class_share_counts_and_mean() -> None:
    (found,) = unfair_classes(*columns({"happy": (1500, 0), "disgust": (500, 50)}))
    assert found.message == (
        "class disgust loses 10.0% of its samples (50 of 500), 4.0 times the mean of 2.5%"
    )


def test_losses_count_every_group_in_order_of_name() -> None:
    assert losses(*columns({"sad": (3, 1), "": (2, 2), "happy": (4, 0)})) == (
        Loss("", 2, 2),
        Loss("happy", 4, 0),
        Loss("sad", 3, 1),
    )
    assert [loss.share for loss in losses(*columns({"sad": (4, 1)}))] == [0.25]
