"""Silence while pictures are decoded: Pillow warns of much that is no matter here."""

import warnings
from threading import Lock


class Quiet:
    """Silences warnings while any thread decodes: ``catch_warnings`` alone is not thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._users = 0
        self._filters = warnings.catch_warnings()

    def __enter__(self) -> None:
        with self._lock:
            if self._users == 0:
                self._filters = warnings.catch_warnings()
                self._filters.__enter__()
                warnings.simplefilter("ignore")
            self._users += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._users -= 1
            if self._users == 0:
                self._filters.__exit__(None, None, None)


QUIET = Quiet()
"""The one of this process."""
