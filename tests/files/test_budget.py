"""A budget of bytes shared by threads: never more than its total, and nobody waits for ever."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from fercurate.files.budget import ByteBudget


@pytest.mark.parametrize("sizes", [[40] * 30, [100, 1, 99] * 10, [30, 70, 20, 50] * 8])
def test_no_more_is_held_at_a_time_than_there_is(sizes: list[int]) -> None:
    budget, lock = ByteBudget(100), threading.Lock()
    held: list[int] = []
    most: list[int] = []

    def work(size: int) -> None:
        with budget.held(size):
            with lock:
                held.append(size)
                most.append(sum(held))
            with lock:
                held.remove(size)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, sizes))
    assert len(most) == len(sizes)
    assert max(most) <= 100


def test_what_is_larger_than_all_of_it_is_held_alone() -> None:
    budget, others = ByteBudget(10), []
    with ThreadPoolExecutor(1) as pool:
        with budget.held(1000):
            small = pool.submit(lambda: others.append(1) if _held(budget) else None)
            assert not others
        small.result(30)
    assert others == [1]


def _held(budget: ByteBudget) -> bool:
    with budget.held(1):
        return True


def test_bytes_come_back_after_an_error() -> None:
    budget = ByteBudget(10)
    with pytest.raises(OSError, match="broken"), budget.held(10):
        raise OSError("broken")
    with budget.held(10):
        pass


def test_nobody_waits_behind_one_whose_wait_was_interrupted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    budget = ByteBudget(10)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with budget.held(8):
        monkeypatch.setattr(budget._changed, "wait", interrupted)
        with pytest.raises(KeyboardInterrupt), budget.held(8):
            pass
        with budget.held(2):
            pass
