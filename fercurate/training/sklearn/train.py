"""Train a support-vector machine on the export that this file lies in.

    python train.py                          # HOG, RBF kernel: FER-2013 in a minute on two cores
    python train.py --kernel linear
    python train.py --features lbp --kernel all --grid full
    python train.py --C 3 --gamma 1          # no search
    python train.py --fold all               # exports for cross-validation
    python train.py --smoke                  # a few seconds: does everything work?

The grid is searched by cross-validation inside train, on a part of its rows; the best point is
fitted to all of them. Results lie in runs/<recipe>/svm_<features>_<kernel>: metrics.json,
confusion.png and model.npz. The model holds arrays and no pickle, so reading one is safe.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from importlib.metadata import version
from pathlib import Path

from threadpoolctl import threadpool_limits

from ..shared.bounds import DefaultsShown, above_zero, at_least
from ..shared.evaluation.metrics import Metrics
from ..shared.evaluation.plots import write_plots
from ..shared.evaluation.predictions import predictions_file, write_predictions
from ..shared.evaluation.trained_model import metrics_of
from ..shared.export import Export, Subset
from ..shared.home import HomeExport
from ..shared.lock import changed_scripts
from ..shared.outputs import write_json
from ..shared.running import RunRows, TrainingJob, add_run_options, print_metrics, run
from .checkpoint import CHECKPOINT
from .features import FEATURES, dimension
from .fitting import FittedClassifier, FittingJob, rows_to_use, train_classifier
from .grid import CLASS_WEIGHTS, GRIDS, KERNELS, SCALINGS, SvmSettings, grid
from .search import default_jobs, draw_rows

SMOKE_ROWS, SMOKE_POINTS = 256, 2
DEFAULT = SvmSettings()


def arguments(home: HomeExport, given: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").partition("\n")[0],
        formatter_class=DefaultsShown,
    )
    add = parser.add_argument
    add("--data", type=Path, default=home.folder, help="folder of the export")
    add("--features", choices=tuple(FEATURES), default=DEFAULT.features)
    add("--kernel", choices=(*KERNELS, "all"), default="rbf")
    add("--scaling", choices=SCALINGS, default=DEFAULT.scaling)
    add("--components", type=at_least(1), default=DEFAULT.components, help="of --features pca")
    add("--grid", choices=tuple(GRIDS), default="small", help="what is searched")
    add("--C", type=above_zero, nargs="+", default=[], help="costs, in place of the grid's")
    scale = "multiples of 1 / (sum of all columns' variances), in place of the grid's"
    add("--gamma", type=above_zero, nargs="+", default=[], help=scale)
    add("--rows", type=at_least(0), default=DEFAULT.search_rows, help="for the search; 0: all")
    add(
        "--fit-rows",
        type=at_least(0),
        help="for the model; 0: all; default: 30,000, or what 2 GB allow",
    )
    add("--folds", type=at_least(2), default=DEFAULT.folds, help="inner folds of the search")
    add("--class-weights", choices=CLASS_WEIGHTS, default=DEFAULT.class_weights)
    add("--seed", type=int, default=DEFAULT.seed)
    add("--jobs", type=at_least(1), default=default_jobs(), help="threads; 1.5 GB each on FER-2013")
    add("--smoke", action="store_true", help="a short search on a few rows")
    add_run_options(parser, "svm_<features>_<kernel>")
    return parser.parse_args(given)


def chosen_settings(options: argparse.Namespace) -> SvmSettings:
    """What the command line says."""
    kernels = KERNELS if options.kernel == "all" else (options.kernel,)
    points = grid(options.grid, kernels, options.C, options.gamma)
    settings = SvmSettings(
        features=options.features,
        points=points,
        scaling=options.scaling,
        components=options.components,
        class_weights=options.class_weights,
        folds=options.folds,
        search_rows=options.rows,
        fit_rows=options.fit_rows,
        seed=options.seed,
    )
    if not options.smoke:
        return settings
    few = [p for k in kernels for p in [q for q in points if q.kernel == k][:SMOKE_POINTS]]
    return replace(settings, points=tuple(few), folds=2)


def main(home: HomeExport, given: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    options = arguments(home, given)
    name = f"svm_{options.features}_{options.kernel}"
    train = partial(train_model, options)
    job = TrainingJob(home, name, train, partial(describe, options), resumes=False)
    with threadpool_limits(1, "blas"):  # the threads are ours; figures do not depend on them
        return run(options, job)


def describe(options: argparse.Namespace, export: Export) -> None:
    """Print what would be done."""
    settings, train = chosen_settings(options), export.splits["train"]
    searched, fitted = (len(rows) for rows in rows_to_use(train.labels, settings))
    columns = dimension(settings.features, train.shape)
    pca = FEATURES[settings.features].components
    found = {
        "features": settings.features,
        "description": FEATURES[settings.features].description,
        "dimension": min(settings.components, columns) if pca else columns,
        "scaling": settings.scaling,
        "classes": list(export.classes),
        "grid": [point.to_dict() for point in settings.points],
        "folds": settings.folds,
        "rows": {"train": len(train), "search": searched, "fit": fitted},
    }
    if options.json:
        print(json.dumps(found, indent=2))
        return
    print(f"{found['description']}, {found['dimension']:,} numbers, {settings.scaling}")
    for point in settings.points:
        print(f"  {point}")
    print(f"{len(settings.points)} points, {settings.folds} inner folds")
    print(f"{len(train):,} rows: {searched:,} to search, {fitted:,} to fit")


def train_model(
    options: argparse.Namespace, export: Export, parts: RunRows, output: Path
) -> dict[str, Metrics]:
    """Train and report; no rows that are tested have a say in what is chosen."""
    settings = chosen_settings(options)
    if options.smoke:
        parts = smoke_rows(parts, settings.seed)
    output.mkdir(parents=True, exist_ok=True)
    print(f"SVM on {export.recipe}: {len(parts.train):,} rows, {settings.features}")
    if export.online:
        print("the recipe's augmentation during training is left out: an SVM sees each row once")
    if parts.train.targets is not None:
        print("what votes say of several classes is left out: an SVM learns labels")
    job = FittingJob(export, parts, output / CHECKPOINT)
    fitted = train_classifier(job, settings, options.jobs)
    fitted.classifier.save(job.path)
    return report(export, fitted, parts, settings, output)


def smoke_rows(parts: RunRows, seed: int) -> RunRows:
    """Return a few rows of every part, of all classes."""

    def few(rows: Subset) -> Subset:
        return rows.split.take(rows.rows[draw_rows(rows.labels, SMOKE_ROWS, seed)])

    tested = {name: few(rows) for name, rows in parts.tested.items()}
    return replace(parts, train=few(parts.train), tested=tested)


def report(
    export: Export, fitted: FittedClassifier, parts: RunRows, settings: SvmSettings, output: Path
) -> dict[str, Metrics]:
    """Evaluate every split but train; write metrics.json and the picture, print the tables."""
    found: dict[str, Metrics] = {}
    for name, rows in parts.tested.items():
        predicted = fitted.classifier.predict(rows)
        found[name] = metrics_of(predicted.classes, rows, parts.train, export.classes)
        write_predictions(output / predictions_file(name), rows, predicted, export.classes, True)
        print_metrics(name, found[name])
    fitted.clock.lap("evaluation")
    metrics = {
        "recipe": export.recipe,
        "recipe_sha256": export.recipe_sha256,
        "protocol": export.protocol,
        "selected_on": "none: nothing was chosen",
        "fold": parts.fold,
        "settings": settings.to_dict(),
        "changed_scripts": changed_scripts(),
        "computed_by": {"framework": f"scikit-learn {version('scikit-learn')}"},
        **fitted.to_dict(),
        "splits": found,
    }
    write_json(output / "metrics.json", metrics)
    shown = next((name for name in ("test", "val") if name in found), "")
    title = f"SVM on {export.recipe}, {shown}"
    plots = write_plots(output, [], found[shown]["all"] if shown else None, export.classes, title)
    named = ["metrics.json", *map(predictions_file, found), CHECKPOINT, *plots]
    print(f"\nin {output}: {', '.join(named)}")
    if not plots and shown:
        print("(confusion.png needs matplotlib: pip install matplotlib)")
    return found
