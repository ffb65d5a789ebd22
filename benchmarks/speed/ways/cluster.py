"""What a unit costs beside its work: many units of one picture, on a cluster and without one.

python -m benchmarks.speed.ways.cluster STORE WORK_FOLDER
"""

import json
import sys
import time
from pathlib import Path

import numpy as np

from fercurate.pipeline.engine.choice import ClusterChoice, engine_of
from fercurate.pipeline.events import ignore
from fercurate.pipeline.measure.units import Tools, measure_units
from fercurate.screening.exposure import Exposure
from fercurate.store.store import Store

UNITS = 1000


def main() -> None:
    """Run them, and print milliseconds a unit and seconds until the first as JSON."""
    path, work = map(Path, sys.argv[1:])
    measure = Exposure()
    with Store.open(path) as store:
        missing = {measure.kind: np.ones(len(store), dtype=bool)}
        chunks = [np.array([row]) for row in range(UNITS)]
        units = measure_units(store, chunks, missing, Tools((measure,), None))
        begun = time.perf_counter()
        measure.measure(store.images(range(UNITS)))
        alone = time.perf_counter() - begun
    begun = time.perf_counter()
    with engine_of(ClusterChoice("local:2", work), path, ignore) as engine:
        assert engine is not None
        results = engine.run(iter(units))
        next(results)
        first = time.perf_counter() - begun
        begun = time.perf_counter()
        for _ in results:
            pass
        rest = time.perf_counter() - begun
        engine.forget()
    print(json.dumps({"unit_ms": max(rest - alone, 0) / (UNITS - 1) * 1e3, "first": first}))


if __name__ == "__main__":
    main()
