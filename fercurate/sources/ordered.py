"""Work on many items at once and get the results in order."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def map_ordered(
    function: Callable[[Item], Result], items: Iterable[Item], jobs: int, ahead: int
) -> Iterator[Result]:
    """Yield ``function(item)`` in the order of the items, computed by ``jobs`` threads.

    ``jobs`` 0 means one a core. At most ``ahead`` items a worker are taken before their results
    are wanted, so memory is bounded; an error or an early end cancels what has not begun.
    """
    workers = jobs or min(os.cpu_count() or 1, 8)
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
