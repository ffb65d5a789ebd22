"""A run of train.py from the command line to the report; the framework trains in between."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from training.export import Export, ExportError, Subset, read_export, twins
from training.job import check_job
from training.progress import Progress
from training.reporting import Figures, figures_by_rows, table, write_json, write_plots
from training.settings import Settings

SMOKE_BATCHES, SMOKE_ROWS = 2, 256

Parts = dict[str, Subset]
"""The rows of a run: ``train``, perhaps ``val``, and all that is reported on."""

Train = Callable[[Export, Parts, Path], dict[str, Figures]]
"""Trains on ``train``, chooses the epoch by ``val`` if there is one, reports on all others; its
checkpoints and results lie in the folder."""

Describe = Callable[[str, Export], dict[str, Any]]
"""Tells the layers of a model by name, with their parameters."""


class Trained(Protocol):
    """A model in training, or after it."""

    export: Export
    settings: Settings
    progress: Progress

    def scores(self, rows: Subset) -> NDArray[np.float64]:
        """Return the chance (N, classes) of every class for some rows."""


def run(options: argparse.Namespace, train: Train, describe: Describe) -> int:
    """Describe, or train and report; return the exit status. A fault is one line."""
    try:
        _run(options, train, describe)
    except ExportError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted; python train.py --resume goes on", file=sys.stderr)
        return 130
    return 0


def _run(options: argparse.Namespace, train: Train, describe: Describe) -> None:
    verify = not options.no_verify
    export = read_export(options.data, verify=verify)
    check_job(export)
    output = options.output or Path("runs", export.recipe, options.model)
    if options.describe:
        show_model(options.model, describe(options.model, export), as_json=options.json)
    elif not export.folds:
        if options.fold != "0":
            raise ExportError(f"--fold {options.fold}: the export has no folds")
        train_files(train, export, output)
    elif options.fold == "all":
        cross_validate(train, export, output, verify=verify)
    elif options.fold.isdigit() and int(options.fold) < export.folds:
        train_fold(train, export, int(options.fold), output, verify=verify)
    else:
        raise ExportError(f"--fold {options.fold}: expected 0 to {export.folds - 1}, or all")


def show_model(name: str, found: dict[str, Any], *, as_json: bool) -> None:
    """Print the layers of a model with their parameters."""
    if as_json:
        print(json.dumps(found | {"model": name}, indent=2))
        return
    for layer in found["layers"]:
        shape = "x".join(str(side) for side in layer["output_shape"])
        print(f"{layer['type']:<22} {shape:<16} {layer['parameters']:>12,}")
    print(f"{name}: {found['parameters']:,} parameters, {found['trainable']:,} trainable")


def train_files(train: Train, export: Export, output: Path) -> dict[str, Figures]:
    """Train on the train split of an export and report on its other splits."""
    parts = {name: split.take(np.arange(len(split))) for name, split in export.splits.items()}
    return train(export, parts, output)


def train_fold(
    train: Train, export: Export, fold: int, output: Path, *, verify: bool
) -> dict[str, Figures]:
    """Train on all folds but one and test on that one; there is no validation to choose by.

    Where the export has a folder for the fold, its files are used.
    """
    output = output / f"fold-{fold:02d}"
    folder = export.folder / f"fold-{fold:02d}"
    if folder.is_dir():
        own = read_export(folder, verify=verify)
        check_job(own)
        return train_files(train, own, output)
    every = export.splits["train"]
    assert every.fold is not None
    tested = every.fold == fold
    tests = np.flatnonzero(tested & every.original)
    parts = {"train": every.take(np.flatnonzero(~tested)), "test": every.take(tests)}
    return train(export, parts, output)


def cross_validate(train: Train, export: Export, output: Path, *, verify: bool) -> None:
    """Train every fold; report the mean and the spread of their accuracies."""
    found = []
    for fold in range(export.folds):
        print(f"fold {fold} of {export.folds}")
        tested = train_fold(train, export, fold, output, verify=verify)["test"]["all"]
        found.append({"fold": fold, "accuracy": tested["accuracy"], "rows": tested["rows"]})
    values = np.array([one["accuracy"] for one in found])
    summary = {"folds": found, "mean": float(values.mean()), "std": float(values.std(ddof=1))}
    write_json(output / "metrics.json", summary)
    print(f"{len(values)} folds: {values.mean():.2%}, standard deviation {values.std(ddof=1):.2%}")


def smoke_parts(parts: Parts, batch_size: int) -> Parts:
    """Return the first rows of every part: two batches of train at most."""
    most = dict.fromkeys(parts, SMOKE_ROWS)
    most["train"] = min(SMOKE_ROWS, SMOKE_BATCHES * batch_size)
    return {name: Subset(rows.split, rows.rows[: most[name]]) for name, rows in parts.items()}


def check_resumable(path: Path, state: dict[str, Any], settings: Settings, export: Export) -> None:
    """Refuse a checkpoint of other settings (but the epochs) or of another export.

    Raises:
        ExportError: something differs; the message says what.
    """
    now, then = settings.to_dict(), state["settings"]
    other = sorted(name for name in now if name != "epochs" and now[name] != then.get(name))
    if other:
        raise ExportError(
            f"{path}: was trained with another {', '.join(other)}; leave --resume out"
        )
    if state["recipe_sha256"] != export.recipe_sha256:
        raise ExportError(f"{path}: was trained on another export; leave --resume out")


def report(
    trained: Trained, parts: Parts, output: Path, checkpoints: Sequence[str]
) -> dict[str, Figures]:
    """Evaluate every part but train; write metrics.json and pictures, print the tables."""
    found: dict[str, Figures] = {}
    for name, rows in parts.items():
        if name != "train":
            masks = {
                "original rows": rows.original,
                "rows without a twin in train": ~twins(parts["train"], rows),
            }
            predicted = trained.scores(rows).argmax(axis=1)
            found[name] = figures_by_rows(rows.labels, predicted, masks, trained.export.classes)
    write_json(output / "metrics.json", _metrics(trained, found))
    history, classes = trained.progress.history, trained.export.classes
    shown = found.get("test") or found.get("val")
    plots = write_plots(output, history, shown and shown["all"], classes)
    for name, figures in found.items():
        print_figures(name, figures)
    print(f"\nin {output}: {', '.join(['metrics.json', *checkpoints, *plots])}")
    if not plots:
        print("(curves.png and confusion.png need matplotlib: pip install matplotlib)")
    return found


def print_figures(name: str, found: Figures) -> None:
    """Print the table of a split, and a line for each part of its rows."""
    print(f"\n{name}\n{table(found['all'])}")
    for which, part in found.items():
        if which != "all":
            print(f"{which}: accuracy {part['accuracy']:.2%} of {part['rows']:,}")


def _metrics(trained: Trained, found: dict[str, Figures]) -> dict[str, Any]:
    return {
        "recipe": trained.export.recipe,
        "recipe_sha256": trained.export.recipe_sha256,
        "settings": trained.settings.to_dict(),
        "chosen_epoch": trained.progress.best_epoch or trained.progress.epoch,
        "history": trained.progress.history,
        "splits": found,
    }
