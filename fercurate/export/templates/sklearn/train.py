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

import training  # noqa: F401  # isort: skip  # first: says what is not installed

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from threadpoolctl import threadpool_limits

from training.export import Export, ExportError, read_export
from training.features import FEATURES, dimension
from training.fitting import Fitted, rows_to_use, train_classifier
from training.grid import CLASS_WEIGHTS, GRIDS, KERNELS, SCALINGS, SvmSettings, grid
from training.job import check_job
from training.judging import judged
from training.reporting import Figures, write_json, write_plots
from training.running import Parts, cross_validate, print_figures, train_files, train_fold
from training.search import default_jobs, drawn

HERE = Path(__file__).resolve().parent
SMOKE_ROWS, SMOKE_POINTS = 256, 2
DEFAULT = SvmSettings()


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").partition("\n")[0],
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--data", type=Path, default=HERE, help="folder of the export")
    add("--features", choices=tuple(FEATURES), default=DEFAULT.features)
    add("--kernel", choices=(*KERNELS, "all"), default="rbf")
    add("--scaling", choices=SCALINGS, default=DEFAULT.scaling)
    add("--components", type=_at_least(1), default=DEFAULT.components, help="of --features pca")
    add("--grid", choices=tuple(GRIDS), default="small", help="what is searched")
    add("--C", type=_above_zero, nargs="+", default=[], help="costs, in place of the grid's")
    scale = "multiples of 1 / (sum of all columns' variances), in place of the grid's"
    add("--gamma", type=_above_zero, nargs="+", default=[], help=scale)
    add("--rows", type=_at_least(0), default=DEFAULT.search_rows, help="for the search; 0: all")
    add(
        "--fit-rows",
        type=_at_least(0),
        help="for the model; 0: all; default: 30,000, or what 2 GB allow",
    )
    add("--folds", type=_at_least(2), default=DEFAULT.folds, help="inner folds of the search")
    add("--class-weights", choices=CLASS_WEIGHTS, default=DEFAULT.class_weights)
    add("--fold", default="0", help="number of the fold to test, or all")
    add("--seed", type=int, default=DEFAULT.seed)
    add(
        "--jobs", type=_at_least(1), default=default_jobs(), help="threads; 1.5 GB each on FER-2013"
    )
    add(
        "--output",
        type=Path,
        help="folder of the results; default: runs/<recipe>/svm_<features>_<kernel>",
    )
    add("--no-verify", action="store_true", help="do not compare files with recipe.lock")
    add("--smoke", action="store_true", help="a short search on a few rows")
    add("--describe", action="store_true", help="show features, grid and rows, and end")
    add("--json", action="store_true", help="with --describe: as JSON")
    return parser.parse_args(given)


def _at_least(least: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        value = int(text)
        if value < least:
            raise argparse.ArgumentTypeError(f"{value}; expected {least} or more")
        return value

    return number


def _above_zero(text: str) -> float:
    value = float(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text}; expected a number above 0")
    return value


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


def main(given: list[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    options = arguments(given)
    try:
        with threadpool_limits(1, "blas"):  # the threads are ours; figures do not depend on them
            run(options)
    except ExportError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    return 0


def run(options: argparse.Namespace) -> None:
    """Describe, or train and evaluate."""
    verify = not options.no_verify
    export = read_export(options.data, verify=verify)
    check_job(export)
    name = f"svm_{options.features}_{options.kernel}"
    output = options.output or Path("runs", export.recipe, name)
    train = partial(train_parts, options)
    if options.describe:
        describe(export, options)
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


def describe(export: Export, options: argparse.Namespace) -> None:
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


def train_parts(
    options: argparse.Namespace, export: Export, parts: Parts, output: Path
) -> dict[str, Figures]:
    """Train on ``train`` and report on all others; none of them has a say in what is chosen."""
    settings = chosen_settings(options)
    if options.smoke:
        parts = smoke_parts(parts, settings.seed)
    output.mkdir(parents=True, exist_ok=True)
    print(f"SVM on {export.recipe}: {len(parts['train']):,} rows, {settings.features}")
    if export.online:
        print("the recipe's augmentation during training is left out: an SVM sees each row once")
    if parts["train"].targets is not None:
        print("the distributions over the classes are left out: an SVM learns labels")
    fitted = train_classifier(export, parts["train"], settings, options.jobs)
    fitted.classifier.save(output / "model.npz")
    return report(export, fitted, parts, settings, output)


def smoke_parts(parts: Parts, seed: int) -> Parts:
    """Return a few rows of every part, of all classes."""
    return {
        name: rows.split.take(rows.rows[drawn(rows.labels, SMOKE_ROWS, seed)])
        for name, rows in parts.items()
    }


def report(
    export: Export, fitted: Fitted, parts: Parts, settings: SvmSettings, output: Path
) -> dict[str, Figures]:
    """Evaluate every split but train; write metrics.json and the picture, print the tables."""
    found: dict[str, Figures] = {}
    for name, rows in parts.items():
        if name != "train":
            found[name] = judged(fitted.classifier, rows, parts["train"])
            print_figures(name, found[name])
    fitted.clock.lap("evaluation")
    metrics = {
        "recipe": export.recipe,
        "recipe_sha256": export.recipe_sha256,
        "settings": settings.to_dict(),
        **fitted.to_dict(),
        "splits": found,
    }
    write_json(output / "metrics.json", metrics)
    main_split = found.get("test") or found.get("val")
    plots = write_plots(output, [], main_split and main_split["all"], export.classes)
    print(f"\nin {output}: metrics.json, model.npz{''.join(', ' + p for p in plots)}")
    if not plots and main_split:
        print("(confusion.png needs matplotlib: pip install matplotlib)")
    return found


if __name__ == "__main__":
    sys.exit(main())
