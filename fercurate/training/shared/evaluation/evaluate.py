"""Evaluating a model on exports: on which rows, their metrics, and whether train holds them."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import ExportError
from ..export import Export, Subset, read_export
from ..folds import open_fold, root_and_fold
from ..lock import changed_scripts
from ..outputs import check_output, write_json
from .groups import Attributes, group_lines, group_metrics, read_attributes_of
from .metrics import Metrics, metrics_table
from .plots import write_plots
from .predictions import predictions_file, write_predictions
from .trained_model import ORIGINAL_ROWS, UNSEEN_ROWS, TrainedModel, metrics_of, picture_kind


@dataclass(frozen=True)
class EvaluatedRows:
    """Rows to evaluate on, and the rows that the model was trained on, if they are at hand.

    ``note`` says why rows that train holds are not told apart; it is empty if they are.
    ``out_of_fold`` says whether the model has not learned from them, None if that is not known.
    """

    name: str
    rows: Subset
    train: Subset | None
    note: str = ""
    out_of_fold: bool | None = None


def evaluate_exports(
    model: TrainedModel, folders: Sequence[Path], options: argparse.Namespace
) -> None:
    """Check everything that was asked for, then evaluate it."""
    if options.json:
        check_output(options.json, ".json")
    roots = [root_and_fold(folder) for folder in folders]
    exports = [read_export(root, verify=not options.no_verify) for root, _ in roots]
    for export in exports:
        check_match(export, model)
    attributes = [read_attributes_of(root, verify=not options.no_verify) for root, _ in roots]
    folds = [options.fold if own is None else own for _, own in roots]
    asked = [
        (export, chosen_rows(export, model, options, fold))
        for export, fold in zip(exports, folds, strict=True)
    ]
    output = options.output or options.checkpoint.parent / "evaluation"
    output.mkdir(parents=True, exist_ok=True)
    print(f"{options.checkpoint}: {model.model} for {model.takes} pictures")
    found = [
        evaluate(export, parts, model, folder, known)
        for (export, parts), folder, known in zip(
            asked, plot_folders(exports, output), attributes, strict=True
        )
    ]
    target = options.json or output / "metrics.json"
    write_json(
        target,
        {
            "checkpoint": options.checkpoint.as_posix(),
            "model": model.model,
            "classes": list(model.classes),
            "changed_scripts": changed_scripts(),
            "exports": found,
        },
    )
    print(
        f"\nin {output}: a folder a split with matrix, predictions, figures; all figures: {target}"
    )


def check_match(export: Export, model: TrainedModel) -> None:
    """Refuse an export whose classes or pictures are not those of the checkpoint.

    Raises:
        ExportError: classes differ, even in order only, or size or channels do.
    """
    if export.classes != model.classes:
        how = "other" if set(export.classes) ^ set(model.classes) else "differently ordered"
        raise ExportError(
            f"{export.folder}: {how} classes: {', '.join(export.classes)}; the checkpoint has "
            f"{', '.join(model.classes)}"
        )
    pictures = picture_kind(export.size, export.channels)
    if pictures != model.takes:
        raise ExportError(
            f"{export.folder}: {pictures} pictures; the checkpoint takes {model.takes}: build the "
            "export with that size and color"
        )


def chosen_rows(
    export: Export, model: TrainedModel, options: argparse.Namespace, fold: int | None
) -> list[EvaluatedRows]:
    """Return what to evaluate: one fold, some splits, or all splits but train.

    If nothing is said of a checkpoint's own export for cross-validation, it is the fold that the
    checkpoint was not trained on.

    Raises:
        ExportError: the export has no such split or fold, or the fold was trained on.
    """
    learned = model.learned_from(export)
    note = "" if learned else "the model was trained on another export"
    names = options.split or [name for name in export.splits if name != "train"]
    if fold is None and not names and learned:
        fold = model.fold
    if fold is not None:
        own = open_fold(export, fold, verify=not options.no_verify)
        if learned and model.fold not in (None, fold):
            raise ExportError(
                f"{export.folder}: the model was trained on the rows of fold {fold}; it left out "
                f"fold {model.fold}"
            )
        unseen = True if learned and model.fold == fold else None
        train = None if note else own.learned
        return [EvaluatedRows(f"fold-{fold:02d}", own.tested, train, note, unseen)]
    missing = [name for name in names if name not in export.splits]
    if missing:
        raise ExportError(
            f"{export.folder}: no split {', '.join(missing)}; it has {', '.join(export.splits)}"
        )
    if not names:
        way = f"--fold 0 to {export.folds - 1}" if export.folds else "--split train"
        raise ExportError(f"{export.folder}: only the split train; say {way}")
    parts = []
    for name in dict.fromkeys(names):
        why = note or ("" if name != "train" else "the model was trained on these rows")
        train = None if why else export.splits["train"].whole()
        unseen = None if note else name != "train"
        parts.append(EvaluatedRows(name, export.splits[name].whole(), train, why, unseen))
    return parts


def evaluate(
    export: Export,
    parts: Sequence[EvaluatedRows],
    model: TrainedModel,
    folder: Path,
    attributes: Attributes | None = None,
) -> dict[str, Any]:
    """Predict the rows of all parts; print tables, draw the matrices, return the metrics.

    What is said of each row lies beside the matrices. ``attributes`` are those of its samples.
    """
    found: dict[str, Metrics] = {}
    groups: dict[str, Any] = {}
    for part in parts:
        predicted = model.predict(part.rows)
        metrics = metrics_of(predicted.classes, part.rows, part.train, model.classes)
        found[part.name] = metrics
        print(f"\n{export.folder}, {part.name}\n{metrics_table(metrics['all'])}")
        print("\n".join(lines_by_rows(metrics, part)))
        if attributes:
            of_part = group_metrics(part.rows, predicted.classes, attributes, model.classes)
            groups[part.name] = of_part
            for line in group_lines(of_part):
                print(line)
        own = folder.with_name(f"{folder.name}-{part.name}")
        own.mkdir(exist_ok=True)
        title = f"{model.model} on {export.recipe}, {part.name}"
        write_plots(own, [], metrics["all"], model.classes, title)
        table = own / predictions_file(part.name)
        write_predictions(table, part.rows, predicted, model.classes, part.out_of_fold)
        write_json(own / "metrics.json", {"folder": export.folder.as_posix(), part.name: metrics})
    return {
        "folder": export.folder.as_posix(),
        "recipe": export.recipe,
        "recipe_sha256": export.recipe_sha256,
        "trained_on_it": model.learned_from(export),
        "twins": {part.name: part.note or "looked for" for part in parts},
        "splits": found,
        **({"groups": groups} if attributes else {}),
    }


def lines_by_rows(metrics: Metrics, part: EvaluatedRows) -> list[str]:
    """A line for the original rows and one for the unseen ones, or why there is none."""
    lines = []
    for name in (ORIGINAL_ROWS, UNSEEN_ROWS):
        if name == UNSEEN_ROWS and part.note:
            lines.append(f"{name}: not known, {part.note}")
        elif name in metrics:
            one = metrics[name]
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
