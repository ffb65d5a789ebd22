"""How many workers there are, and work on many items at once with the results in order."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


_MOST_WORKERS = 8

AHEAD_BYTES = 128_000_000
"""Bytes of results that wait at most; one larger result alone is no fault."""


def worker_count(jobs: int) -> int:
    """How many threads to use: what was asked for, or (0) one for each processor up to eight."""
    return jobs or min(os.cpu_count() or 1, _MOST_WORKERS)


def map_ordered(
    function: Callable[[Item], Result],
    items: Iterable[Item],
    jobs: int,
    ahead: int,
    weigh: Callable[[Item], int] = lambda _: 0,
) -> Iterator[Result]:
    """Yield ``function(item)`` in the order of the items, computed by ``jobs`` threads.

    ``jobs`` is as in ``worker_count``. At most ``ahead`` items a worker are begun before their
    results are wanted, and no more than ``AHEAD_BYTES`` by what ``weigh`` says that each result
    holds, so memory is bounded; an error or an early end cancels what has not begun.
    """
    workers = worker_count(jobs)
    waiting: deque[tuple[Future[Result], int]] = deque()
    held = 0

    def first() -> Result:
        nonlocal held
        future, weight = waiting.popleft()
        held -= weight
        return future.result()

    with ThreadPoolExecutor(workers) as pool:
        try:
            for item in items:
                weight = weigh(item)
                while waiting and held + weight > AHEAD_BYTES:
                    yield first()
                waiting.append((pool.submit(function, item), weight))
                held += weight
                if len(waiting) > ahead * workers:
                    yield first()
            while waiting:
                yield first()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
