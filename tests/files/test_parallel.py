"""Work on many items at once, with the results in order."""

import itertools
import os
import threading
from collections.abc import Iterator

import pytest

from fercurate.files import parallel
from fercurate.files.parallel import map_ordered, worker_count


@pytest.mark.parametrize(
    ("jobs", "processors", "workers"),
    [(3, 64, 3), (0, 4, 4), (0, 64, 8), (0, None, 1), (12, 1, 12)],
)
def test_how_many_workers_there_are(
    monkeypatch: pytest.MonkeyPatch, jobs: int, processors: int | None, workers: int
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: processors)
    assert worker_count(jobs) == workers


@pytest.mark.parametrize("jobs", [1, 4])
def test_results_come_in_the_order_of_the_items(jobs: int) -> None:
    """Each item but the first waits until the one after it is done, as far as there are workers."""
    done = [threading.Event() for _ in range(20)]

    def work(item: int) -> int:
        if item % jobs < jobs - 1 and item + 1 < len(done):
            assert done[item + 1].wait(30)
        done[item].set()
        return item * item

    assert list(map_ordered(work, range(20), jobs, 2)) == [item * item for item in range(20)]


def test_no_more_is_taken_ahead_than_asked_for() -> None:
    taken = 0

    def endless() -> Iterator[int]:
        nonlocal taken
        for item in itertools.count():
            taken = item + 1
            yield item

    results = map_ordered(str, endless(), 2, 3)
    for wanted in range(10):
        assert next(results) == str(wanted)
        assert taken <= wanted + 1 + 2 * 3
    results.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("weights", "taken"),
    [([50] * 6, [2, 3, 4, 5, 6, 6]), ([200] * 3, [1, 2, 3]), ([10, 90, 200, 10], [2, 2, 3, 4])],
)
def test_only_so_many_bytes_are_ahead(
    weights: list[int], taken: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parallel, "AHEAD_BYTES", 100)
    begun: list[int] = []

    def work(weight: int) -> int:
        begun.append(weight)
        return weight

    counts = []
    for wanted, weight in zip(
        weights, map_ordered(work, weights, 1, 64, lambda weight: weight), strict=True
    ):
        assert weight == wanted
        counts.append(len(begun))
    assert all(count <= most for count, most in zip(counts, taken, strict=True))


def test_an_error_comes_in_its_turn_and_ends_the_work() -> None:
    started = []

    def work(item: int) -> int:
        started.append(item)
        if item == 3:
            raise OSError("broken picture")
        return item

    results = map_ordered(work, range(1000), 1, 2)
    assert [next(results) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(OSError, match="broken picture"):
        next(results)
    assert max(started) < 10


def test_an_error_of_the_items_ends_the_work_too() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise ValueError("damaged list")

    with pytest.raises(ValueError, match="damaged list"):
        list(map_ordered(str, items(), 2, 4))
