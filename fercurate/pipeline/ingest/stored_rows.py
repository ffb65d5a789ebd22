"""Votes joined to the stored rows of a CSV, by their position."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.manifest import Manifest
from fercurate.errors import InputError
from fercurate.pipeline.ingest.request import IngestRequest
from fercurate.sources.base import Recognition
from fercurate.sources.ferplus.join import JoinedVotes
from fercurate.sources.ferplus.source import FerPlus
from fercurate.store.store import Store
from fercurate.store.writer import StoreWriter


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


def join_votes(
    overlay: FerPlus,
    recognition: Recognition,
    request: IngestRequest,
    writer: StoreWriter,
    where: str,
) -> JoinedVotes:
    """Give the votes of a file to the stored rows that they belong to; returned is the join.

    Raises:
        InputError: no such rows are stored.
    """
    target = request.name or "fer2013"
    samples, records, positions = csv_samples(request.store, target)
    if not len(samples):
        raise InputError(
            f"no rows of a {target} CSV are stored to join votes to",
            where=where,
            fix="Ingest fer2013.csv first (image folders have lost the row order); pictures "
            "beside a label.csv are read from the folder above FER2013Train",
        )
    joined = overlay.join(recognition, samples, records)
    for reject in joined.rejects:
        writer.reject(overlay.name, reject)
    writer.change.unchanged = len(joined.rows)
    if writer.set_votes(positions[joined.rows], joined.votes):
        writer.change.added, writer.change.unchanged = len(joined.rows), 0
    return joined
