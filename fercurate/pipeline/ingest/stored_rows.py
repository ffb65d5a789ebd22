"""The stored rows of a CSV, which votes are joined to by their position."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.manifest import Manifest
from fercurate.store.store import Store


def csv_samples(path: Path, source: str) -> tuple[Manifest, int, NDArray[np.int64]]:
    """The stored CSV rows of a source, how many its CSV had, and their store positions (N,)."""
    if not path.exists():
        return Manifest.empty(), 0, np.empty(0, np.int64)
    with Store.open(path) as store:
        manifest = store.manifest
        mask = (manifest.text("source") == source) & (manifest.numbers("row") >= 0)
        entries = [e for e in store.lineage if e.source == source and e.layout == "csv"]
    positions = np.flatnonzero(mask).astype(np.int64)
    records = max((entry.records for entry in entries), default=0)
    return manifest.take(positions), records, positions
