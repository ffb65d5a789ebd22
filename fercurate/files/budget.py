"""A budget of bytes that threads share: what would not fit waits until something is given back."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition


class ByteBudget:
    """At most ``total`` bytes are held at a time, in the order in which they are asked for.

    What is larger than the whole budget is held alone. Who holds bytes must not ask the same
    budget for more.
    """

    def __init__(self, total: int) -> None:
        self.total = total
        self._held = 0
        self._waiting: deque[object] = deque()
        self._changed = Condition()

    @contextmanager
    def held(self, size: int) -> Iterator[None]:
        """Hold ``size`` bytes for as long as the block runs; wait until there is room."""
        self._take(size)
        try:
            yield
        finally:
            with self._changed:
                self._held -= size
                self._changed.notify_all()

    def _take(self, size: int) -> None:
        turn = object()
        with self._changed:
            self._waiting.append(turn)
            try:
                while self._waiting[0] is not turn or not self._fits(size):
                    self._changed.wait()
                self._held += size
            finally:  # also if the wait was interrupted: nobody waits behind who has gone
                self._waiting.remove(turn)
                self._changed.notify_all()

    def _fits(self, size: int) -> bool:
        return self._held == 0 or self._held + size <= self.total
