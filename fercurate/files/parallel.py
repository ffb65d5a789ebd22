"""How many workers there are, and work on many items at once with the results in order."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


_MOST_WORKERS = 8


def worker_count(jobs: int) -> int:
    """How many threads to use: what was asked for, or (0) one for each processor up to eight."""
    return jobs or min(os.cpu_count() or 1, _MOST_WORKERS)


def map_ordered(
    function: Callable[[Item], Result], items: Iterable[Item], jobs: int, ahead: int
) -> Iterator[Result]:
    """Yield ``function(item)`` in the order of the items, computed by ``jobs`` threads.

    ``jobs`` is as in ``worker_count``. At most ``ahead`` items a worker are taken before their
    results are wanted, so memory is bounded; an error or an early end cancels what has not begun.
    """
    workers = worker_count(jobs)
    waiting: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        try:
            for item in items:
                waiting.append(pool.submit(function, item))
                if len(waiting) > ahead * workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
