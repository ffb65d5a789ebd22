"""The order of a queue: the likeliest first, every twentieth drawn by chance from what is left."""

import numpy as np
import pytest

from fercurate.pipeline.review.order import EVERY, ReviewOrder

COUNT = 100


def order(seed: int = 1, *, count: int = COUNT, controls: bool = True) -> ReviewOrder:
    return ReviewOrder(count, seed, controls=controls)


def walked(one: ReviewOrder, count: int) -> list[tuple[int, bool]]:
    """Answer one place after the other."""
    found = []
    for _ in range(count):
        ((place, control),) = one.upcoming(1)
        found.append((place, control))
        one.answer(place)
    return found


def test_every_twentieth_is_a_control() -> None:
    found = walked(order(), COUNT)
    assert [number for number, (_, control) in enumerate(found, 1) if control] == [
        20, 40, 60, 80, 100
    ]  # fmt: skip
    assert EVERY == 20
    assert sorted(place for place, _ in found) == list(range(COUNT))
    ranked = [place for place, control in found if not control]
    assert ranked == sorted(ranked)


def test_controls_are_drawn_from_all_that_is_left() -> None:
    """By chance, whatever the rank: of 400 orders the first control is anywhere behind the 19."""
    first = np.array([walked(order(seed), 20)[-1][0] for seed in range(400)])
    assert first.min() >= 19  # who was answered before is no control any more
    shares = np.histogram(first, bins=3, range=(19, COUNT))[0] / len(first)
    assert np.abs(shares - 1 / 3).max() < 0.1
    assert len(set(first.tolist())) > 70


def test_without_controls_the_rank_is_the_order() -> None:
    assert walked(order(controls=False), COUNT) == [(place, False) for place in range(COUNT)]


def test_a_seed_gives_an_order() -> None:
    assert walked(order(3), COUNT) == walked(order(3), COUNT)
    assert walked(order(3), COUNT) != walked(order(4), COUNT)


@pytest.mark.parametrize("page", [1, 7, 19, 20, 40, 100])
def test_a_page_shows_what_single_answers_would(page: int) -> None:
    one, paged = walked(order(), COUNT), order()
    found = []
    while shown := list(paged.upcoming(page)):
        assert shown == list(paged.upcoming(page))
        found += shown
        for place, _ in shown:
            paged.answer(place)
    assert found == one
    assert paged.answered == COUNT
    assert not paged.unseen.any()


def test_more_than_there_are_are_all_there_are() -> None:
    few = order(count=30)
    shown = list(few.upcoming(80))
    assert sorted(place for place, _ in shown) == list(range(30))
    assert [control for _, control in shown].index(True) == 19
    assert list(order(count=0).upcoming(5)) == []


def test_answers_given_out_of_order_are_left_out() -> None:
    one = order()
    for place in (0, 2, 50):
        one.answer(place)
    shown = list(one.upcoming(17))
    assert [place for place, _ in shown[:16]] == [1, *range(3, 18)]
    assert shown[16][1], "the twentieth in all"
    assert shown[16][0] not in {0, 2, 50}


@pytest.mark.parametrize("count", [1, 19, 20, 21, 45])
def test_what_is_undone_comes_again(count: int) -> None:
    one = order()
    ahead = list(one.upcoming(COUNT))
    found = walked(one, count)
    for place, _ in found:
        one.reopen(place)
    assert list(one.upcoming(COUNT)) == ahead


def test_a_rank_moves_who_is_left_and_no_control() -> None:
    one = order()
    before = walked(one, 25)
    chances = np.random.default_rng(2).random(COUNT)
    answered = {place for place, _ in before}
    control = next(place for place, control in one.upcoming(15) if control)
    chances[control] = -1
    one.rank(chances)
    after = list(one.upcoming(COUNT))
    assert {place for place, _ in after} == set(range(COUNT)) - answered
    assert next(place for place, is_control in after if is_control) == control
    ranked = [chances[place] for place, is_control in after if not is_control]
    assert ranked == sorted(ranked, reverse=True)


def test_equal_chances_keep_the_order_of_the_queue() -> None:
    one = order(controls=False)
    one.rank(np.full(COUNT, 0.5))
    assert [place for place, _ in one.upcoming(COUNT)] == list(range(COUNT))
