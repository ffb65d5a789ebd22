"""``python -m benchmarks.torture.cost``: what part of an ingest and of a build is verification.

Threads' times are added up, so a share is an upper bound of what is waited for. Digests of what is
written, which name it in the head or the lock, are told apart: they are older than verification.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

from benchmarks.torture.material import forget
from fercurate.export import exported_files
from fercurate.export import lock as export_lock
from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.pipeline.ingest.ingest import ingest
from fercurate.pipeline.ingest.request import IngestRequest
from fercurate.pipeline.stats.stats import measure_balance
from fercurate.recipe.shipped import load_recipe
from fercurate.store.heads import head_format
from fercurate.store.parts import integrity
from fercurate.synthetic.fer2013 import write_fer2013

_FACES = (3000, 400, 400)


class Stopwatch:
    """Adds up the time that a function takes, wherever modules have it by name."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._lock = Lock()

    def watch(self, module: Any, name: str) -> None:
        """Have a module use the watched function in place of its own."""
        original: Callable[..., Any] = getattr(module, name)

        def watched(*arguments: Any) -> Any:
            started = time.perf_counter()
            try:
                return original(*arguments)
            finally:
                with self._lock:
                    self.seconds += time.perf_counter() - started

        setattr(module, name, watched)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.torture.cost", description=__doc__)
    parser.add_argument("--fer2013", type=Path, metavar="CSV", help="fer2013.csv; else synthetic")
    options = parser.parse_args(arguments)
    verifying, describing = Stopwatch(), Stopwatch()
    for module in (integrity, exported_files):
        verifying.watch(module, "sha256_of")
    for module in (head_format, export_lock):
        describing.watch(module, "sha256_of")
    with tempfile.TemporaryDirectory() as folder:
        corpus, store = options.fer2013, Path(folder, "s.h5")
        if corpus is None:
            corpus = Path(folder, "drawn")
            write_fer2013(corpus, sizes=_FACES, broken=False)
        made = Path(folder, "made")
        request = BuildRequest(load_recipe("modified_fer"), store, made)
        steps: dict[str, Callable[[], object]] = {
            "ingest": lambda: ingest(IngestRequest((corpus,), store)),
            "ingest again": lambda: ingest(IngestRequest((corpus,), store)),
            "build modified_fer": lambda: build(request),
            "stats of the store": lambda: measure_balance(store),
            "stats of the export": lambda: measure_balance(made),
        }
        print(
            f"{'step':<20} {'all':>8} {'verifying what is read':>23} "
            f"{'digests of what is written':>28}"
        )
        for name, step in steps.items():
            forget()
            verifying.seconds = describing.seconds = 0.0
            started = time.perf_counter()
            step()
            whole = time.perf_counter() - started
            told = [
                f"{one.seconds:.3f} s {one.seconds / whole:6.1%}" for one in (verifying, describing)
            ]
            print(f"{name:<20} {whole:>6.2f} s {told[0]:>23} {told[1]:>28}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
