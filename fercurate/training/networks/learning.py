"""What the networks of all frameworks have in common when they learn: facts, report, resumption."""

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..shared.errors import ExportError
from ..shared.evaluation.metrics import Metrics
from ..shared.evaluation.plots import write_plots
from ..shared.evaluation.predictions import (
    RowPredictions,
    predictions_file,
    write_predictions,
)
from ..shared.evaluation.trained_model import metrics_of
from ..shared.export import Export, Subset
from ..shared.lock import changed_scripts
from ..shared.outputs import write_json
from ..shared.running import RunRows, print_metrics
from .progress import Progress
from .settings import Settings
from .views import VIEWS, View, mean_of_views

SMOKE_BATCHES, SMOKE_ROWS = 2, 256


class TrainedOnExport(Protocol):
    """A model in training, or after it."""

    export: Export
    settings: Settings
    parts: RunRows
    progress: Progress

    def probabilities(self, rows: Subset, view: View = ...) -> NDArray[np.float64]:
        """Return the probability (N, classes) of every class for a view of some rows."""

    def computed_by(self) -> dict[str, Any]:
        """Tell what computes, with its version: other machines may round differently."""


def show_model(name: str, found: dict[str, Any], *, as_json: bool) -> None:
    """Print the layers of a model with their parameters."""
    if as_json:
        print(json.dumps(found | {"model": name}, indent=2))
        return
    for layer in found["layers"]:
        shape = "x".join(str(side) for side in layer["output_shape"])
        print(f"{layer['type']:<22} {shape:<16} {layer['parameters']:>12,}")
    print(f"{name}: {found['parameters']:,} parameters, {found['trainable']:,} trainable")


def opening_line(settings: Settings, export: Export, rows: int, computer: str) -> str:
    """What is trained on what and where, and what predictions are the mean of."""
    views = f"; predictions: mean of {len(VIEWS[settings.views])} views" * (settings.views != "one")
    return f"{settings.model} on {export.recipe}: {rows:,} rows, {computer}{views}"


def smoke_rows(parts: RunRows, batch_size: int) -> RunRows:
    """Return the first rows of every part: two batches of train at most."""
    most = min(SMOKE_ROWS, SMOKE_BATCHES * batch_size)
    tested = {name: rows.first(SMOKE_ROWS) for name, rows in parts.tested.items()}
    return replace(parts, train=parts.train.first(most), tested=tested)


def checkpoint_facts(trained: TrainedOnExport) -> dict[str, Any]:
    """Return what a checkpoint keeps besides weights: all that is needed to go on and to predict.

    ``train_rows`` tells a short trial from a run.
    """
    export = trained.export
    return {
        "progress": vars(trained.progress),
        "settings": trained.settings.to_dict(),
        "classes": list(export.classes),
        "scheme": export.scheme,
        "recipe_sha256": export.recipe_sha256,
        "identity": export.identity,
        "normalize": list(export.normalize),
        "fold": trained.parts.fold,
        "train_rows": len(trained.parts.train),
        "mean": export.mean.tolist(),
        "std": export.std.tolist(),
        "channels": export.channels,
        "size": export.size,
    }


def check_resumable(path: Path, state: dict[str, Any], trained: TrainedOnExport) -> None:
    """Refuse a checkpoint of other settings (but the epochs), of other rows or another export.

    Raises:
        ExportError: something differs; the message says what.
    """
    known = checkpoint_facts(trained)
    now, then = known["settings"], {**Settings().to_dict(), **state["settings"]}
    other = sorted(name for name in now if name != "epochs" and now[name] != then[name])
    if other:
        raise ExportError(
            f"{path}: was trained with another {', '.join(other)}; leave --resume out"
        )
    if state["identity"] != known["identity"]:
        raise ExportError(f"{path}: was trained on another export; leave --resume out")
    if state.get("fold") != known["fold"]:
        raise ExportError(f"{path}: was trained for another fold; leave --resume out")
    if state.get("train_rows") != known["train_rows"]:
        raise ExportError(
            f"{path}: was trained on {state.get('train_rows')} rows, now there are "
            f"{known['train_rows']} (--smoke takes only a few); leave --resume out"
        )


def check_whole_run(path: Path, state: dict[str, Any], trained: TrainedOnExport) -> None:
    """Refuse a best checkpoint that is not the one that the run has chosen.

    Raises:
        ExportError: another run or an interruption has left it.
    """
    progress = trained.progress
    if state["progress"]["epoch"] != (progress.best_epoch or progress.epoch):
        raise ExportError(f"{path}: is not of this run; begin anew with --overwrite")


def report(
    trained: TrainedOnExport, output: Path, checkpoints: Sequence[str]
) -> dict[str, Metrics]:
    """Evaluate all rows to be tested; write figures, predictions and pictures, print the tables."""
    found: dict[str, Metrics] = {}
    history, classes = trained.progress.history, trained.export.classes
    for name, rows in trained.parts.tested.items():
        predict = partial(trained.probabilities, rows)
        predicted = RowPredictions.likeliest(mean_of_views(predict, trained.settings.views))
        found[name] = metrics_of(predicted.classes, rows, trained.parts.train, classes)
        write_predictions(output / predictions_file(name), rows, predicted, classes, True)
    write_json(output / "metrics.json", _metrics(trained, found))
    shown = next((name for name in ("test", "val") if name in found), "")
    title = f"{trained.settings.model} on {trained.export.recipe}, {shown}"
    plots = write_plots(output, history, found[shown]["all"] if shown else None, classes, title)
    for name, metrics in found.items():
        print_metrics(name, metrics)
    named = ["metrics.json", *map(predictions_file, found), *checkpoints, *plots]
    print(f"\nin {output}: {', '.join(named)}")
    if not plots:
        print("(curves.png and confusion.png need matplotlib: pip install matplotlib)")
    return found


def _metrics(trained: TrainedOnExport, found: dict[str, Metrics]) -> dict[str, Any]:
    return {
        "recipe": trained.export.recipe,
        "recipe_sha256": trained.export.recipe_sha256,
        "protocol": trained.export.protocol,
        "selected_on": "val" if trained.parts.val is not None else "none: the last epoch",
        "fold": trained.parts.fold,
        "settings": trained.settings.to_dict(),
        "computed_by": trained.computed_by(),
        "changed_scripts": changed_scripts(),
        "chosen_epoch": trained.progress.best_epoch or trained.progress.epoch,
        "history": trained.progress.history,
        "splits": found,
    }
