"""A run of train.py: which rows are trained and tested on, and what comes out over all folds."""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .errors import ExportError
from .evaluation.metrics import Metrics, metrics_of_confusion, metrics_table
from .evaluation.predictions import OUT_OF_FOLD, join_predictions, predictions_file
from .export import Export, Subset, read_export
from .folds import open_fold, root_and_fold
from .home import HomeExport
from .lock import changed_scripts, warn_of_changed_scripts
from .outputs import write_json


@dataclass(frozen=True)
class RunRows:
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


Train = Callable[[Export, RunRows, Path], dict[str, Metrics]]
"""Trains, and reports on all rows that are to be tested; its results lie in the folder."""

Describe = Callable[[Export], None]
"""Prints what would be trained."""


@dataclass(frozen=True)
class TrainingJob:
    """What ``train.py`` does beside an export, which is ``home``.

    Results go to ``runs/<recipe>/<name>`` if nothing else is said. ``resumes`` says whether an
    interrupted run can go on.
    """

    home: HomeExport
    name: str
    train: Train
    describe: Describe
    resumes: bool = True


def add_run_options(parser: argparse.ArgumentParser, place: str) -> None:
    """Add what every ``train.py`` can be told; ``place`` is where its results go."""
    add = parser.add_argument
    add("--fold", default="0", help="number of the fold to test, or all")
    add("--output", type=Path, help=f"folder of the results; default: runs/<recipe>/{place}")
    add("--overwrite", action="store_true", help="replace results that are there already")
    add("--no-verify", action="store_true", help="do not compare files with recipe.lock")
    add("--describe", action="store_true", help="show what would be trained and end")
    add("--json", action="store_true", help="with --describe: as JSON")


def run(options: argparse.Namespace, job: TrainingJob) -> int:
    """Describe, or train and report; return the exit status. A fault is one line."""
    try:
        _run(options, job)
    except (ExportError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        again = "; --resume in the same command goes on" if job.resumes else ""
        print(f"interrupted{again}", file=sys.stderr)
        return 130
    return 0


def _run(options: argparse.Namespace, job: TrainingJob) -> None:
    verify = not options.no_verify
    if verify:
        warn_of_changed_scripts()
    root, own = root_and_fold(options.data)
    export = read_export(root, verify=verify)
    job.home.check(export)
    if options.describe:
        job.describe(export)
        return
    asked = options.fold if own is None else str(own)
    folds = _folds(asked, export)
    name = f"{job.name}-smoke" if options.smoke else job.name
    output = options.output or Path("runs", export.recipe, name)
    one = output if folds is None or len(folds) > 1 else _fold_folder(output, folds[0])
    check_free(one, options)
    if folds is None:
        tested = {name: split.whole() for name, split in export.splits.items()}
        job.train(export, RunRows(tested.pop("train"), tested), output)
    elif asked == "all":
        cross_validate(job.train, export, output, verify=verify)
    else:
        train_fold(job.train, export, folds[0], output, verify=verify)


def _folds(asked: str, export: Export) -> list[int] | None:
    """The folds that are meant, None where the export has none.

    Raises:
        ExportError: there is no such fold.
    """
    if not export.folds:
        if asked != "0":
            raise ExportError(f"--fold {asked}: the export has no folds")
        return None
    if asked == "all":
        return list(range(export.folds))
    if not (asked.isascii() and asked.isdecimal() and int(asked) < export.folds):
        raise ExportError(f"--fold {asked}: expected 0 to {export.folds - 1}, or all")
    return [int(asked)]


def check_free(output: Path, options: argparse.Namespace) -> None:
    """Refuse to write over the results of another run unless told; short trials are of no worth.

    Raises:
        ExportError: there are some.
    """
    resumed = getattr(options, "resume", False)
    if options.overwrite or resumed or (options.smoke and not options.output):
        return
    if output.is_dir() and any(output.iterdir()):
        raise ExportError(
            f"{output}: holds results already; pass --overwrite to begin anew"
            + (", --resume to go on," if hasattr(options, "resume") else "")
            + " or another --output"
        )


def _fold_folder(output: Path, fold: int) -> Path:
    return output / f"fold-{fold:02d}"


def train_fold(
    train: Train, export: Export, fold: int, output: Path, *, verify: bool
) -> dict[str, Metrics]:
    """Train on all folds but one and test on that one; there is no validation to choose by."""
    own = open_fold(export, fold, verify=verify)
    parts = RunRows(own.learned, {"test": own.tested}, fold)
    return train(own.export, parts, _fold_folder(output, fold))


def cross_validate(train: Train, export: Export, output: Path, *, verify: bool) -> None:
    """Train every fold; report mean and spread of their accuracies, and all their rows at once.

    What the models say of the rows that they have not learned from lies in one table.
    """
    rows, confusion = [], np.zeros((len(export.classes),) * 2, dtype=np.int64)
    for fold in range(export.folds):
        print(f"fold {fold} of {export.folds}")
        found = train_fold(train, export, fold, output, verify=verify)["test"]["all"]
        named = ("accuracy", "mean_class_accuracy", "macro_f1", "rows")
        rows.append({name: found[name] for name in named})
        confusion += np.array(found["confusion"])
    values = np.array([one["accuracy"] for one in rows])
    spread = float(values.std(ddof=1)) if len(values) > 1 else 0.0
    pooled = metrics_of_confusion(confusion, export.classes)
    summary: dict[str, Any] = {
        "recipe": export.recipe,
        "recipe_sha256": export.recipe_sha256,
        "protocol": export.protocol,
        "changed_scripts": changed_scripts(),
        "folds": [{"fold": fold, **one} for fold, one in enumerate(rows)],
        "mean": float(values.mean()),
        "std": spread,
        "pooled": pooled,
    }
    write_json(output / "metrics.json", summary)
    tested = [_fold_folder(output, fold) / predictions_file("test") for fold in range(export.folds)]
    join_predictions(tested, output / predictions_file(OUT_OF_FOLD))
    print(f"\nall folds\n{metrics_table(pooled)}")
    print(f"{len(values)} folds: {values.mean():.2%}, standard deviation {spread:.2%}")
    print(f"in {output}: metrics.json, {predictions_file(OUT_OF_FOLD)}")


def print_metrics(name: str, metrics: Metrics) -> None:
    """Print the table of a split, and a line for each part of its rows."""
    print(f"\n{name}\n{metrics_table(metrics['all'])}")
    for which, part in metrics.items():
        if which != "all":
            print(f"{which}: accuracy {part['accuracy']:.2%} of {part['rows']:,}")
