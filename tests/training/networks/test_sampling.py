"""Which rows an epoch goes through."""

import numpy as np
import pytest

from fercurate.training.networks.sampling import SAMPLERS, drawn_rows

LABELS = np.repeat([0, 1, 2], [80, 15, 5])


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_an_epoch_is_the_same_whenever_it_is_drawn(sampler: str) -> None:
    first, again, next_one = (drawn_rows(LABELS, sampler, 3, epoch) for epoch in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert (first != next_one).any()
    assert (first != drawn_rows(LABELS, sampler, 4, 0)).any()


def test_shuffled_goes_once_through_all() -> None:
    assert sorted(drawn_rows(LABELS, "shuffled", 0, 0).tolist()) == list(range(100))


def test_balanced_has_every_class_as_often() -> None:
    drawn = drawn_rows(LABELS, "balanced", 0, 0)
    assert sorted(np.bincount(LABELS[drawn]).tolist()) == [33, 33, 34]
    every = {int(row) for epoch in range(60) for row in drawn_rows(LABELS, "balanced", 0, epoch)}
    assert every == set(range(100)), "no row is left out for good"
