"""What a model's predictions say of a store: confusion, agreement, and likely label errors."""

import shlex
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.expression import KNOWN_EXPRESSIONS
from fercurate.domain.votes import VOTE_EXPRESSIONS, majority
from fercurate.pipeline.events import Listener, Notice, ignore
from fercurate.pipeline.predictions.add import IN_SAMPLE
from fercurate.pipeline.predictions.stored import (
    StoredPredictions,
    class_codes,
    stored_predictions,
)
from fercurate.report.overview.base import HasOverview, Overview, OverviewTable, columns_frame
from fercurate.screening.confident import LabelErrors, label_error_scores
from fercurate.store.store import Store

if TYPE_CHECKING:
    import pandas as pd

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class ComparedShare:
    """How many of some compared samples it holds for that they agree, or contradict."""

    count: int
    compared: int

    @property
    def share(self) -> float | None:
        """The share 0..1; None if nothing was compared."""
        return self.count / self.compared if self.compared else None

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values."""
        share = None if self.share is None else round(self.share, 6)
        return {"count": self.count, "compared": self.compared, "share": share}


@dataclass(frozen=True, repr=False, eq=False)
class PredictionReport(HasOverview):
    """What some predictions say of the labels of a store.

    Attributes:
        store: its path.
        predictions: the numbers.
        ids: (N,) the samples' ids.
        expressions: (N,) their labels by name, "" without one.
        winners: (N,) FER+'s strict majority by name, "" without votes or a majority.
        errors: what confident learning says of each sample.
    """

    store: Path
    predictions: StoredPredictions
    ids: NDArray[np.object_]
    expressions: NDArray[np.object_]
    winners: NDArray[np.object_]
    errors: LabelErrors

    @property
    def predicted(self) -> NDArray[np.object_]:
        """The likeliest class (N,) by name, "" without predictions."""
        names = np.array([*self.predictions.classes, ""], dtype=object)
        return np.asarray(names[self.errors.predicted])

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels that samples with predictions have."""
        present = set(self.expressions[self.predictions.known])
        return tuple(name for name in KNOWN_EXPRESSIONS if name in present)

    @property
    def compared(self) -> NDArray[np.bool_]:
        """Mask (N,) of the samples with predictions and a label that is one of their classes."""
        return np.isfinite(self.errors.scores)

    def confusion(self) -> NDArray[np.int64]:
        """Samples (L, K) by label (``labels``) and predicted class."""
        classes = self.predictions.classes
        rows = class_codes(self.expressions, self.labels)
        counted = self.predictions.known & (rows >= 0)
        table = np.zeros((len(self.labels), len(classes)), dtype=np.int64)
        np.add.at(table, (rows[counted], self.errors.predicted[counted]), 1)
        return table

    def agreement(self, names: NDArray[np.object_]) -> ComparedShare:
        """How many predictions agree with names (N,); classes that the model lacks do not count."""
        codes = class_codes(names, self.predictions.classes)
        compared = self.predictions.known & (codes >= 0)
        agreed = compared & (codes == self.errors.predicted)
        return ComparedShare(int(agreed.sum()), int(compared.sum()))

    def contradicted(self, chosen: NDArray[np.bool_]) -> ComparedShare:
        """How many labels of chosen samples (N,) FER+'s majority contradicts, where it decides."""
        decided = chosen & (self.winners != "") & (self.expressions != "")
        wrong = decided & (self.winners != self.expressions)
        return ComparedShare(int(wrong.sum()), int(decided.sum()))

    def error_cells(self) -> dict[tuple[str, str], int]:
        """Likely label errors by label and predicted class, the most first."""
        flagged = self.errors.flagged
        pairs = zip(self.expressions[flagged], self.predicted[flagged], strict=True)
        counts = sorted(Counter(pairs).items(), key=lambda pair: (-pair[1], pair[0]))
        return dict(counts)

    def commands(self) -> dict[str, str]:
        """The commands that show the queue of likely errors, and its largest cell.

        None for compound expressions, which no queue asks about.
        """
        if self.predictions.is_compound:
            return {}
        queue = f"fercurate review {shlex.quote(str(self.store))} --queue predictions"
        cells = [*self.error_cells(), ("fear", "sad")]
        return {"queue": queue, "cell": f"{queue} --cell {':'.join(cells[0])}"}

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values with stable keys."""
        one, voted = self.predictions, bool((self.winners != "").any())
        rows = zip(self.labels, self.confusion().tolist(), strict=True)
        return {
            "schema_version": SCHEMA_VERSION,
            "kind": "prediction_report",
            "store": str(self.store),
            "name": one.name,
            "method": one.method,
            "out_of_fold": one.out_of_fold,
            "classes": list(one.classes),
            "samples": int(one.known.sum()),
            "store_samples": len(self.ids),
            "confusion": {label: dict(zip(one.classes, row, strict=True)) for label, row in rows},
            "agreement": self.agreement(self.expressions).to_json(),
            "ferplus_agreement": self.agreement(self.winners).to_json() if voted else None,
            "label_errors": self._errors_json(voted=voted),
            "commands": self.commands(),
        }

    def _errors_json(self, *, voted: bool) -> dict[str, Any]:
        flagged, cells = self.errors.flagged, self.error_cells()
        contradicted = {
            "flagged": self.contradicted(flagged).to_json(),
            "others": self.contradicted(self.compared & ~flagged).to_json(),
        }
        return {
            "count": int(flagged.sum()),
            "compared": int(self.compared.sum()),
            "cells": [
                {"label": label, "predicted": name, "count": count}
                for (label, name), count in cells.items()
            ],
            "ferplus_contradicts": contradicted if voted else None,
        }

    def overview(self) -> Overview:
        """Agreement, and the confusion table."""
        one, same = self.predictions, self.agreement(self.expressions)
        rows = zip(self.labels, self.confusion().tolist(), strict=True)
        table = OverviewTable(
            "samples by label (rows) and predicted class",
            ("label", *one.classes),
            tuple((label, *row) for label, row in rows),
        )
        return Overview(
            f"predictions {one.name}: {same.count:,} of {same.compared:,} agree with the label; "
            f"{self.errors.flagged.sum():,} likely label errors",
            (table,),
        )

    def to_frame(self) -> "pd.DataFrame":
        """Return a row a sample with predictions as a pandas table, in store order.

        Columns: ``sample_id``, ``label``, ``predicted``, ``score`` (0..1, higher is more likely a
        wrong label), ``flagged``, and ``p_<class>``.
        """
        known = self.predictions.known
        probabilities = self.predictions.probabilities[known]
        facts = {
            "sample_id": self.ids[known],
            "label": self.expressions[known],
            "predicted": self.predicted[known],
            "score": self.errors.scores[known],
            "flagged": self.errors.flagged[known],
        }
        columns = zip(self.predictions.classes, probabilities.T, strict=True)
        return columns_frame(facts | {f"p_{name}": column for name, column in columns})


def prediction_report(path: Path, name: str = "", listen: Listener = ignore) -> PredictionReport:
    """Compare predictions (those added last, without a name) with the labels of a store.

    Raises:
        InputError: there are none, or none of that name.
        StoreError: the store is missing or damaged.
    """
    with Store.open(path) as store:
        one = stored_predictions(store, name)
        if not one.out_of_fold:
            listen(Notice(f"{one.name}: {IN_SAMPLE}", warning=True))
        winners = np.array([*VOTE_EXPRESSIONS, ""], dtype=object)[majority(store.votes)]
        return PredictionReport(
            path,
            one,
            store.manifest.text("id"),
            store.manifest.text("expression"),
            winners,
            label_error_scores(one.labels(store), one.probabilities),
        )
