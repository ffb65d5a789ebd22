"""A run of train.py: which rows are trained and tested on, and what comes out over all folds."""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from training.export import Export, ExportError, Subset, read_export
from training.job import check_job
from training.reporting import Figures, table, write_json


@dataclass(frozen=True)
class Parts:
    """The rows of a run.

    ``tested`` are those that are reported on, by the name of their split; ``val`` among them may
    choose the epoch. ``fold`` is the one that is tested on, None if the export has none.
    """

    train: Subset
    tested: dict[str, Subset]
    fold: int | None = None

    @property
    def val(self) -> Subset | None:
        """The rows to choose by."""
        return self.tested.get("val")


Train = Callable[[Export, Parts, Path], dict[str, Figures]]
"""Trains, and reports on all rows that are to be tested; its results lie in the folder."""

Describe = Callable[[Export], None]
"""Prints what would be trained."""


def run(
    options: argparse.Namespace, name: str, train: Train, describe: Describe, again: str = ""
) -> int:
    """Describe, or train and report; return the exit status. A fault is one line.

    Results go to ``runs/<recipe>/<name>`` unless the options say otherwise; ``again`` tells how an
    interrupted run goes on.
    """
    try:
        _run(options, name, train, describe)
    except ExportError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"interrupted{again}", file=sys.stderr)
        return 130
    return 0


def _run(options: argparse.Namespace, name: str, train: Train, describe: Describe) -> None:
    verify = not options.no_verify
    export = read_export(options.data, verify=verify)
    check_job(export)
    output = options.output or Path("runs", export.recipe, name)
    if options.describe:
        describe(export)
    elif not export.folds:
        if options.fold != "0":
            raise ExportError(f"--fold {options.fold}: the export has no folds")
        train_files(train, export, output)
    elif options.fold == "all":
        cross_validate(train, export, output, verify=verify)
    elif options.fold.isdecimal() and int(options.fold) < export.folds:
        train_fold(train, export, int(options.fold), output, verify=verify)
    else:
        raise ExportError(f"--fold {options.fold}: expected 0 to {export.folds - 1}, or all")


def train_files(
    train: Train, export: Export, output: Path, fold: int | None = None
) -> dict[str, Figures]:
    """Train on the train split of an export and report on its other splits."""
    parts = {name: split.whole() for name, split in export.splits.items()}
    return train(export, Parts(parts.pop("train"), parts, fold), output)


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
        return train_files(train, own, output, fold)
    learned, tested = export.sides(fold)
    return train(export, Parts(learned, {"test": tested}, fold), output)


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


def print_figures(name: str, found: Figures) -> None:
    """Print the table of a split, and a line for each part of its rows."""
    print(f"\n{name}\n{table(found['all'])}")
    for which, part in found.items():
        if which != "all":
            print(f"{which}: accuracy {part['accuracy']:.2%} of {part['rows']:,}")
