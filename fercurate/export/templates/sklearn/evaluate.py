"""Evaluate a fitted classifier on this export, or on any with the same classes.

    python evaluate.py runs/clean_seven/svm_hog_rbf/model.npz
    python evaluate.py runs/clean_seven/svm_hog_rbf/model.npz ../fer2013_seven ../modified_fer
    python evaluate.py runs/clean_seven/svm_hog_rbf/model.npz --split val --json val.json
    python evaluate.py runs/ckplus_10fold/svm_hog_rbf/fold-03/model.npz --fold 3

A model is an .npz file of arrays. Pickles (.pkl, .joblib) are not read: they can run any code.
"""

import training  # noqa: F401  # isort: skip  # first: says what is not installed

import argparse
import sys
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from training.classifier import Classifier, load
from training.export import SPLITS, Export, ExportError, Subset, read_export
from training.judging import judged
from training.reporting import Figures, write_json
from training.running import print_figures

HERE = Path(__file__).resolve().parent

Part = tuple[Subset, Subset | None]
"""Rows to evaluate on, and those that the classifier learned from, if these are known."""


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    add = parser.add_argument
    add("checkpoint", type=Path, help="model.npz of train.py")
    add("exports", type=Path, nargs="*", help="folders; default: that of this script")
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--split",
        action="append",
        choices=SPLITS,
        help="may be given again; default: every split but train",
    )
    which.add_argument("--fold", type=int, help="the fold that the classifier was to be tested on")
    add("--json", type=Path, help="file of the figures; default: evaluation.json beside the model")
    add("--no-verify", action="store_true", help="do not compare files with recipe.lock")
    return parser.parse_args(given)


def main(given: list[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    options = arguments(given)
    try:
        with threadpool_limits(1, "blas"):  # as in train.py: the same figures to the last digit
            run(options)
    except (ExportError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    return 0


def run(options: argparse.Namespace) -> None:
    """Check everything that was asked for, then evaluate it."""
    classifier = load(options.checkpoint)
    folders = options.exports or [HERE]
    exports = [read_export(folder, verify=not options.no_verify) for folder in folders]
    for export in exports:
        check_match(export, classifier)
    asked = [(export, chosen_parts(export, classifier, options)) for export in exports]
    found = [evaluated(export, parts, classifier) for export, parts in asked]
    target = options.json or options.checkpoint.with_name("evaluation.json")
    write_json(
        target,
        {
            "checkpoint": options.checkpoint.as_posix(),
            "classes": list(classifier.classes),
            "exports": found,
        },
    )
    print(f"\nfigures: {target}")


def check_match(export: Export, classifier: Classifier) -> None:
    """Refuse an export whose classes or pictures are not those that the classifier knows.

    Raises:
        ExportError: classes differ, even in order only, or the size does.
    """
    if export.classes != classifier.classes:
        how = "other" if set(export.classes) ^ set(classifier.classes) else "differently ordered"
        raise ExportError(
            f"{export.folder}: {how} classes: {', '.join(export.classes)}; the model has "
            f"{', '.join(classifier.classes)}"
        )
    size, known = (tuple(one[:2]) for one in (export.splits["train"].shape[1:], classifier.shape))
    if size != known:
        raise ExportError(
            f"{export.folder}: pictures of {size[0]}x{size[1]}; the model takes "
            f"{known[0]}x{known[1]}: build the export with that size"
        )


def chosen_parts(
    export: Export, classifier: Classifier, options: argparse.Namespace
) -> dict[str, Part]:
    """Return what to evaluate: one fold, some splits, or all splits but train.

    Raises:
        ExportError: the export has no such split or fold.
    """
    every = {name: split.take(np.arange(len(split))) for name, split in export.splits.items()}
    known = classifier.learned_from(export)
    if options.fold is not None:
        return {f"fold-{options.fold:02d}": _fold_part(export, options.fold, known=known)}
    names = options.split or [name for name in every if name != "train"]
    missing = [name for name in names if name not in every]
    if missing:
        raise ExportError(
            f"{export.folder}: no split {', '.join(missing)}; it has {', '.join(every)}"
        )
    if not names:
        way = f"--fold 0 to {export.folds - 1}" if export.folds else "--split train"
        raise ExportError(f"{export.folder}: only the split train; say {way}")
    return {
        name: (every[name], every["train"] if known and name != "train" else None)
        for name in dict.fromkeys(names)
    }


def _fold_part(export: Export, fold: int, *, known: bool) -> Part:
    """The original rows of a fold, as train.py tests on them, and the rows of all others."""
    if not 0 <= fold < export.folds:
        expected = f"expected 0 to {export.folds - 1}" if export.folds else "it has no folds"
        raise ExportError(f"{export.folder}: no fold {fold}; {expected}")
    train = export.splits["train"]
    assert train.fold is not None
    tests = train.take(np.flatnonzero((train.fold == fold) & train.original))
    return tests, train.take(np.flatnonzero(train.fold != fold)) if known else None


def evaluated(export: Export, parts: dict[str, Part], classifier: Classifier) -> dict[str, Any]:
    """Judge all parts; print tables, return the figures."""
    known = classifier.learned_from(export)
    found: dict[str, Figures] = {}
    for name, (rows, train) in parts.items():
        found[name] = judged(classifier, rows, train)
        print_figures(f"{export.folder}, {name}", found[name])
        if train is None:
            why = "the model learned from these rows" if known else "it learned from another export"
            print(f"rows without a twin in train: not known, {why}")
    return {
        "folder": export.folder.as_posix(),
        "recipe": export.recipe,
        "recipe_sha256": export.recipe_sha256,
        "trained_on_it": known,
        "splits": found,
    }


if __name__ == "__main__":
    sys.exit(main())
