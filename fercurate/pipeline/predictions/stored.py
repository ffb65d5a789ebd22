"""The predictions that a store holds: the list of them, and the numbers of one."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.expression import COMPOUND_EXPRESSIONS
from fercurate.domain.text import did_you_mean, plural
from fercurate.errors import InputError
from fercurate.pipeline.predictions.names import PREDICTIONS, PredictionName, current_predictions
from fercurate.report.overview.base import HasOverview, Overview, OverviewTable, rows_frame
from fercurate.store.store import Store

if TYPE_CHECKING:
    import pandas as pd

SCHEMA_VERSION = 1


@dataclass(frozen=True, eq=False)
class StoredPredictions:
    """A model's predictions for the samples of a store.

    Attributes:
        name: as it was added.
        method: the method's name in the store.
        out_of_fold: whether the model had not learned from these samples.
        classes: K canonical expressions, in the order of ``KNOWN_EXPRESSIONS``.
        probabilities: (N, K) float32 in store order, rows of sum 1; NaN where nothing is known.
        known: (N,) bool, samples with predictions.
    """

    name: str
    method: str
    out_of_fold: bool
    classes: tuple[str, ...]
    probabilities: NDArray[np.float32]
    known: NDArray[np.bool_]

    @property
    def is_compound(self) -> bool:
        """Whether the classes are compound expressions."""
        return self.classes[0] in COMPOUND_EXPRESSIONS

    def labels(self, store: Store) -> NDArray[np.int64]:
        """The stored labels (N,) as positions in the classes; -1 without one, or of another class.

        ``store`` is the one that holds these predictions.
        """
        return class_codes(store.manifest.text("expression"), self.classes)


def class_codes(names: NDArray[np.object_], classes: tuple[str, ...]) -> NDArray[np.int64]:
    """Positions (N,) of names (N,) in classes; -1 for other names."""
    places = {name: place for place, name in enumerate(classes)}
    return np.array([places.get(name, -1) for name in names], dtype=np.int64)


def stored_predictions(store: Store, name: str = "") -> StoredPredictions:
    """Return the predictions of a name, or those that were added last.

    Raises:
        InputError: there are none, or none of that name.
        StoreError: the store is damaged.
    """
    current = current_predictions(store.measured_kinds())
    if not current:
        raise InputError(
            "no predictions are stored",
            where=str(store.path),
            fix=f"Add some with: fercurate predictions add {store.path} FILE",
        )
    if name and name not in current:
        raise InputError(
            f"no predictions {name!r}{did_you_mean(name, current)}",
            where=str(store.path),
            expected=f"one of {', '.join(current)}",
        )
    return _read(store, current[name] if name else list(current.values())[-1])


def _read(store: Store, known: PredictionName) -> StoredPredictions:
    measured = store.measured(PREDICTIONS, known.method)
    if measured is None:
        raise InputError(f"no predictions {known.name!r}", where=str(store.path))
    return StoredPredictions(
        known.name,
        known.method,
        known.out_of_fold,
        measured.columns,
        measured.values,
        measured.known,
    )


@dataclass(frozen=True, repr=False)
class PredictionList(HasOverview):
    """The predictions of a store, in the order in which they were added; K classes each.

    ``samples`` are the store's; of each are kept only name, method, classes and how many samples
    it knows.
    """

    store: Path
    samples: int
    predictions: tuple[dict[str, Any], ...]

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values with stable keys."""
        return {
            "schema_version": SCHEMA_VERSION,
            "kind": "predictions",
            "store": str(self.store),
            "store_samples": self.samples,
            "predictions": list(self.predictions),
        }

    def overview(self) -> Overview:
        """A line for each."""
        rows = tuple(
            (
                one["name"],
                one["samples"],
                "yes" if one["out_of_fold"] else "no",
                f"{one['agreement']:.1%}" if one["agreement"] is not None else "-",
                ", ".join(one["classes"]),
            )
            for one in self.predictions
        )
        columns = ("name", "samples", "out of fold", "agrees with the label", "classes")
        return Overview(
            f"store {self.store.name}: predictions of {plural(len(self.predictions), 'model')}",
            (OverviewTable("", columns, rows),),
        )

    def to_frame(self) -> "pd.DataFrame":
        """Return a row for each as a pandas table."""
        names = ("name", "method", "out_of_fold", "samples", "agreement", "classes")
        return rows_frame(names, [[one[name] for name in names] for one in self.predictions])


def list_predictions(path: Path) -> PredictionList:
    """List the predictions of a store.

    Raises:
        StoreError: it is missing or damaged.
    """
    with Store.open(path) as store:
        current = current_predictions(store.measured_kinds())
        listed = tuple(_facts(store, _read(store, one)) for one in current.values())
        return PredictionList(path, len(store), listed)


def _facts(store: Store, one: StoredPredictions) -> dict[str, Any]:
    labels = one.labels(store)
    compared = one.known & (labels >= 0)
    agreed = one.probabilities[compared].argmax(axis=1) == labels[compared]
    return {
        "name": one.name,
        "method": one.method,
        "out_of_fold": one.out_of_fold,
        "samples": int(one.known.sum()),
        "agreement": round(float(agreed.mean()), 6) if len(agreed) else None,
        "classes": list(one.classes),
    }
