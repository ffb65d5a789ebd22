"""Processes of this machine: for work in Python, which threads of one process cannot share.

Each is a child that stays, and does one unit after the other; results pass through a folder that
is gone afterwards. A process that dies leaves its unit to whoever asked.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory

from fercurate.files.child import ChildError, ChildService, Limits, serve
from fercurate.files.parallel import map_ordered, worker_count
from fercurate.pipeline.engine.shards import WorkFolder
from fercurate.pipeline.engine.unit import Unit
from fercurate.pipeline.engine.worker import SEALED, work

LIMITS = Limits(seconds=600, memory=8 << 30)
_AHEAD = 1


class ProcessEngine:
    """Does units in ``jobs`` processes (0: one a core), started with the first unit."""

    def __init__(self, jobs: int = 0) -> None:
        self.jobs = worker_count(jobs)

    def run(self, units: Iterable[Unit]) -> Iterator[bytes | None]:
        """Yield the result of every unit, in their order; None of one that was not done."""
        with TemporaryDirectory(prefix="fercurate-") as name:
            folder = WorkFolder(Path(name))
            probe = folder.write_probe()
            services = [ChildService(__name__, LIMITS) for _ in range(self.jobs)]
            free: SimpleQueue[ChildService] = SimpleQueue()
            for service in services:
                free.put(service)

            def do(unit: Unit) -> tuple[Unit, bool]:
                service = free.get()
                try:
                    answer = service.ask([unit.to_text(), name, probe])
                    return unit, SEALED in json.loads(answer)
                except (ChildError, ValueError):
                    return unit, False
                finally:
                    free.put(service)

            try:
                for unit, sealed in map_ordered(do, units, self.jobs, _AHEAD):
                    yield folder.read(unit) if sealed else None
                    folder.drop(unit)
            finally:
                for service in services:
                    service.close()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        serve(lambda question: work(*question))
