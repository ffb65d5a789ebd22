"""Adding a model's predictions to a store: checked, joined by id, and kept as measurements."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fercurate import __version__
from fercurate.domain.lineage import LineageEntry
from fercurate.domain.measurement import Measurements
from fercurate.errors import StoreBusyError
from fercurate.pipeline.events import Listener, Notice, ignore, warn_by
from fercurate.pipeline.predictions.joining import JoinedRows, join_samples
from fercurate.pipeline.predictions.names import (
    PREDICTIONS,
    PredictionName,
    checked_name,
    content_digest,
    current_predictions,
    fitting_name,
)
from fercurate.pipeline.predictions.reading import read_predictions
from fercurate.pipeline.predictions.table import (
    PredictionTable,
    check_probabilities,
    table_of_frame,
)
from fercurate.report.overview.base import HasOverview, Overview
from fercurate.store.heads.head import refuse_interrupted
from fercurate.store.layout import MEASUREMENTS
from fercurate.store.store import Store
from fercurate.store.writer import open_writer

if TYPE_CHECKING:
    import pandas as pd

SCHEMA_VERSION = 1

IN_SAMPLE = (
    "in-sample predictions hide label errors, for a model knows by heart the labels that it learned"
)
"""What is said of predictions on samples that the model learned from."""


@dataclass(frozen=True, slots=True)
class AddRequest:
    """Which predictions to add to which store.

    ``source`` is a file, or a pandas table with the columns of one. ``out_of_fold`` says whether
    the model had not learned from the samples; None asks the file, and takes in-sample if it does
    not say.
    """

    store: Path
    source: "Path | pd.DataFrame"
    name: str = ""
    out_of_fold: bool | None = None


@dataclass(frozen=True, repr=False)
class AddedPredictions(HasOverview):
    """Predictions that were added to a store, or were there already (``changed`` is False then).

    ``rows`` are those of the file, ``derived`` those among them that are of derived rows of an
    export and are left out; ``replaced`` tells whether others of that name were there before.
    """

    store: Path
    name: str
    method: str
    out_of_fold: bool
    classes: tuple[str, ...]
    rows: int
    derived: int
    samples: int
    total: int
    replaced: bool
    changed: bool

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values with stable keys."""
        return {
            "schema_version": SCHEMA_VERSION,
            "kind": "predictions_added",
            "store": str(self.store),
            "name": self.name,
            "method": self.method,
            "out_of_fold": self.out_of_fold,
            "classes": list(self.classes),
            "rows": self.rows,
            "derived_rows": self.derived,
            "samples": self.samples,
            "store_samples": self.total,
            "replaced": self.replaced,
            "changed": self.changed,
        }

    def overview(self) -> Overview:
        """One line."""
        how = "out of fold" if self.out_of_fold else "in-sample"
        done = "added" if self.changed else "there already"
        return Overview(
            f"predictions {self.name} ({how}) {done}: {self.samples:,} of {self.total:,} samples "
            f"of {self.store.name}, {len(self.classes)} classes"
        )


def add_predictions(request: AddRequest, listen: Listener = ignore) -> AddedPredictions:
    """Add predictions in one committed change; nothing is stored if anything is wrong with them.

    A name that is there already stands for the new ones from then on.

    Raises:
        UsageError: a name of other characters.
        InputError: the file is not as expected, or names samples that the store does not hold.
        StoreError: the store is missing, busy or damaged.
    """
    given = checked_name(request.name) if request.name else ""
    with Store.open(request.store) as store:
        table = _read(request)
        check_probabilities(table)
        joined = join_samples(store, table)
        known = PredictionName(
            given or fitting_name(table.origin.stem),
            _settled(request.out_of_fold, table, joined, listen),
            _digest(store, table, joined),
        )
        before = current_predictions(store.measured_kinds()).get(known.name)
        changed = before != known or not _is_stored(store, known, joined.rows)
        if changed:
            _commit(store, (known, table, joined), listen)
        return AddedPredictions(
            request.store,
            known.name,
            known.method,
            known.out_of_fold,
            table.classes,
            rows=len(table),
            derived=joined.derived,
            samples=len(joined.rows),
            total=len(store),
            replaced=before is not None and before != known,
            changed=changed,
        )


def _read(request: AddRequest) -> PredictionTable:
    source = request.source
    return read_predictions(source) if isinstance(source, Path) else table_of_frame(source)


def _settled(
    asked: bool | None, table: PredictionTable, joined: JoinedRows, listen: Listener
) -> bool:
    """Whether predictions are out of fold: as asked, else as the file says, else not."""
    said = None if table.out_of_fold is None else table.out_of_fold[joined.order]
    inside = 0 if said is None else int((~said).sum())
    if asked is not None:
        if asked and inside:
            text = f"the file says that {inside:,} of {len(joined.order):,} rows are in-sample"
            listen(Notice(text, warning=True))
        return asked
    if said is None:
        text = "the file does not say whether it is out of fold; it is taken as in-sample"
        fix = "If the model had not learned from these samples, say --out-of-fold"
        listen(Notice(f"{text}: {IN_SAMPLE}. {fix}", warning=True))
        return False
    if inside:
        text = f"{inside:,} of {len(said):,} rows are in-sample, and so is the whole: {IN_SAMPLE}"
        listen(Notice(text, warning=True))
    return inside == 0


def _values(table: PredictionTable, joined: JoinedRows) -> NDArray[np.float32]:
    return table.probabilities[joined.order].astype(np.float32)


def _digest(store: Store, table: PredictionTable, joined: JoinedRows) -> str:
    ids = store.manifest.encoded("id")[joined.rows].tolist()
    return content_digest(ids, table.classes, _values(table, joined))


def _is_stored(store: Store, known: PredictionName, rows: NDArray[np.int64]) -> bool:
    measured = store.measured(PREDICTIONS, known.method)
    return measured is not None and bool(measured.known[rows].all())


def _commit(
    store: Store, what: tuple[PredictionName, PredictionTable, JoinedRows], listen: Listener
) -> None:
    known, table, joined = what
    session = f"{PREDICTIONS} {known.method}"
    refuse_interrupted(store.path, session)
    with open_writer(store.path, session, warn_by(listen)) as writer:
        if writer.lineage != store.lineage:
            raise StoreBusyError(
                "another command has changed it meanwhile",
                where=str(store.path),
                fix="Nothing was added; run it again",
            )
        if not writer.resumes:
            values = _values(table, joined)
            writer.add_measurements(
                [Measurements(PREDICTIONS, known.method, table.classes, joined.rows, values)]
            )
        writer.commit(_entry(known, table, len(joined.rows)))


def _entry(known: PredictionName, table: PredictionTable, samples: int) -> LineageEntry:
    return LineageEntry(
        command="fercurate predictions add",
        source="",
        layout=MEASUREMENTS,
        variant=f"{PREDICTIONS} by {known.method}: {samples:,} samples, {', '.join(table.classes)}",
        version=__version__,
        time=datetime.now(UTC).isoformat(timespec="seconds"),
        records=len(table),
        inputs=table.origin.inputs,
    )
