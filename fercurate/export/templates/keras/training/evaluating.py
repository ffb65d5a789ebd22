"""Judging a checkpoint on exports: which rows, their figures, and what is known of twins."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from training.checkpoint import Classifier, picture_kind
from training.export import Export, ExportError, Subset, read_export, twins
from training.reporting import Figures, figures_by_rows, table, write_json, write_plots

ORIGINAL, TWINLESS = "original rows", "rows without a twin in train"


@dataclass(frozen=True)
class Part:
    """Rows to evaluate on, and the rows that the checkpoint was trained on, if they are at hand.

    ``note`` says why twins are not looked for; it is empty if they are.
    """

    name: str
    rows: Subset
    train: Subset | None
    note: str = ""


def evaluate_exports(
    classifier: Classifier, folders: Sequence[Path], options: argparse.Namespace
) -> None:
    """Check everything that was asked for, then evaluate it."""
    exports = [read_export(folder, verify=not options.no_verify) for folder in folders]
    for export in exports:
        check_match(export, classifier)
    asked = [
        (export, chosen_parts(export, classifier, options.split, options.fold))
        for export in exports
    ]
    output = options.output or options.checkpoint.parent / "evaluation"
    output.mkdir(parents=True, exist_ok=True)
    print(f"{options.checkpoint}: {classifier.model} for {classifier.takes} pictures")
    found = [
        evaluate(export, parts, classifier, folder)
        for (export, parts), folder in zip(asked, plot_folders(exports, output), strict=True)
    ]
    write_json(
        options.json or output / "metrics.json",
        {
            "checkpoint": options.checkpoint.as_posix(),
            "model": classifier.model,
            "classes": list(classifier.classes),
            "exports": found,
        },
    )
    print(f"\nin {output}: confusion matrices; figures: {options.json or output / 'metrics.json'}")


def check_match(export: Export, classifier: Classifier) -> None:
    """Refuse an export whose classes or pictures are not those of the checkpoint.

    Raises:
        ExportError: classes differ, even in order only, or size or channels do.
    """
    if export.classes != classifier.classes:
        how = "other" if set(export.classes) ^ set(classifier.classes) else "differently ordered"
        raise ExportError(
            f"{export.folder}: {how} classes: {', '.join(export.classes)}; the checkpoint has "
            f"{', '.join(classifier.classes)}"
        )
    if (export.size, export.channels) != (classifier.size, classifier.channels):
        raise ExportError(
            f"{export.folder}: {picture_kind(export.size, export.channels)} pictures; the "
            f"checkpoint takes {classifier.takes}: build the export with that size and color"
        )


def chosen_parts(
    export: Export, classifier: Classifier, splits: Sequence[str] | None, fold: int | None
) -> list[Part]:
    """Return what to evaluate: one fold, some splits, or all splits but train.

    Raises:
        ExportError: the export has no such split or fold.
    """
    if fold is not None:
        return [_fold_part(export, classifier, fold)]
    names = splits or [name for name in export.splits if name != "train"]
    missing = [name for name in names if name not in export.splits]
    if missing:
        raise ExportError(
            f"{export.folder}: no split {', '.join(missing)}; it has {', '.join(export.splits)}"
        )
    if not names:
        way = f"--fold 0 to {export.folds - 1}" if export.folds else "--split train"
        raise ExportError(f"{export.folder}: only the split train; say {way}")
    every = {name: split.take(np.arange(len(split))) for name, split in export.splits.items()}
    note = _why_no_twins(export, classifier)
    parts = []
    for name in dict.fromkeys(names):
        why = note or ("" if name != "train" else "the model was trained on these rows")
        parts.append(Part(name, every[name], None if why else every["train"], why))
    return parts


def _fold_part(export: Export, classifier: Classifier, fold: int) -> Part:
    """The original rows of a fold, as train.py tests on them, and the rows of all others."""
    if not 0 <= fold < export.folds:
        expected = f"expected 0 to {export.folds - 1}" if export.folds else "it has no folds"
        raise ExportError(f"{export.folder}: no fold {fold}; {expected}")
    train = export.splits["train"]
    assert train.fold is not None
    tests = train.take(np.flatnonzero((train.fold == fold) & train.original))
    note = _why_no_twins(export, classifier)
    others = None if note else train.take(np.flatnonzero(train.fold != fold))
    return Part(f"fold-{fold:02d}", tests, others, note)


def _why_no_twins(export: Export, classifier: Classifier) -> str:
    """Empty if an export is the one that a checkpoint was trained on, as far as files tell."""
    pixels = (tuple(export.mean.tolist()), tuple(export.std.tolist()))
    if export.recipe_sha256 == classifier.recipe_sha256 and pixels == (
        classifier.mean,
        classifier.std,
    ):
        return ""
    return "the model was trained on another export"


def evaluate(
    export: Export, parts: Sequence[Part], classifier: Classifier, folder: Path
) -> dict[str, Any]:
    """Judge the pictures of all parts; print tables, draw the matrices, return the figures."""
    found: dict[str, Figures] = {}
    twins_known = {}
    for part in parts:
        figures = judge(part, classifier)
        found[part.name] = figures
        twins_known[part.name] = part.note or "looked for"
        print(f"\n{export.folder}, {part.name}\n{table(figures['all'])}")
        print("\n".join(lines_by_rows(figures, part)))
        own = folder.with_name(f"{folder.name}-{part.name}")
        own.mkdir(exist_ok=True)
        write_plots(own, [], figures["all"], classifier.classes)
    return {
        "folder": export.folder.as_posix(),
        "recipe": export.recipe,
        "recipe_sha256": export.recipe_sha256,
        "trained_on_it": not _why_no_twins(export, classifier),
        "twins": twins_known,
        "splits": found,
    }


def judge(part: Part, classifier: Classifier) -> Figures:
    """Return the figures of all rows, and of the original and twinless ones if not all are."""
    pictures = part.rows.split.pictures()
    if len(part.rows) != len(part.rows.split):
        pictures = pictures[part.rows.rows]
    predicted = classifier.scores(pictures).argmax(axis=1)
    masks = {ORIGINAL: part.rows.original}
    if part.train is not None:
        masks[TWINLESS] = ~twins(part.train, part.rows)
    return figures_by_rows(part.rows.labels, predicted, masks, classifier.classes)


def lines_by_rows(figures: Figures, part: Part) -> list[str]:
    """A line for the original rows and one for those without a twin, or why there is none."""
    lines = []
    for name in (ORIGINAL, TWINLESS):
        if name == TWINLESS and part.note:
            lines.append(f"{name}: not known, {part.note}")
        elif name in figures:
            one = figures[name]
            lines.append(f"{name}: accuracy {one['accuracy']:.2%} of {one['rows']:,}")
        else:
            lines.append(f"{name}: all of them")
    return lines


def plot_folders(exports: Sequence[Export], output: Path) -> list[Path]:
    """Where the matrices of each export go, by its name; a name that comes again is numbered."""
    names = [export.folder.resolve().name for export in exports]
    before = [names[:place].count(name) for place, name in enumerate(names)]
    return [
        output / (f"{name}-{again + 1}" if again else name)
        for name, again in zip(names, before, strict=True)
    ]
