"""Figures of a classifier, as tables for people, JSON for machines, and PNGs where possible."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Figures = dict[str, Any]


def figures(
    labels: NDArray[np.int64], predicted: NDArray[np.int64], classes: Sequence[str]
) -> Figures:
    """Return accuracy, macro F1, per-class precision, recall and F1, and the confusion matrix.

    ``labels`` and ``predicted`` (N,) are positions in ``classes``; a row of the matrix is a true
    class. Where nothing was predicted, precision is 0; a class without rows has recall 0 and does
    not count to the macro mean.
    """
    confusion = np.zeros((len(classes), len(classes)), dtype=np.int64)
    np.add.at(confusion, (labels, predicted), 1)
    return figures_of_confusion(confusion, classes)


def figures_of_confusion(confusion: NDArray[np.int64], classes: Sequence[str]) -> Figures:
    """Return the figures of a confusion matrix (C, C), whose rows are true classes."""
    total = int(confusion.sum())
    right, support = np.diag(confusion), confusion.sum(axis=1)
    precision = right / np.maximum(confusion.sum(axis=0), 1)
    recall = right / np.maximum(support, 1)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    per_class = {
        name: {
            "precision": round(float(precision[code]), 6),
            "recall": round(float(recall[code]), 6),
            "f1": round(float(f1[code]), 6),
            "rows": int(support[code]),
        }
        for code, name in enumerate(classes)
    }
    return {
        "rows": total,
        "accuracy": round(float(right.sum() / max(total, 1)), 6),
        "macro_f1": round(float(f1[support > 0].mean()) if support.any() else 0.0, 6),
        "classes": per_class,
        "confusion": confusion.tolist(),
    }


def figures_by_rows(
    labels: NDArray[np.int64],
    predicted: NDArray[np.int64],
    masks: Mapping[str, NDArray[np.bool_]],
    classes: Sequence[str],
) -> Figures:
    """Return the figures of all rows, and of the rows (N,) of each mask that differs from all."""
    found: Figures = {"all": figures(labels, predicted, classes)}
    for name, mask in masks.items():
        if not mask.all():
            found[name] = figures(labels[mask], predicted[mask], classes)
    return found


def table(found: Figures) -> str:
    """Return precision, recall, F1 and rows of each class as aligned lines."""
    width = max(len(name) for name in [*found["classes"], "class"])
    lines = [f"{'class':<{width}}  precision  recall      f1    rows"]
    for name, one in found["classes"].items():
        lines.append(
            f"{name:<{width}}  {one['precision']:9.3f}  {one['recall']:6.3f}  {one['f1']:6.3f}"
            f"  {one['rows']:6,}"
        )
    lines.append(
        f"accuracy {found['accuracy']:.2%} of {found['rows']:,} rows, macro F1 "
        f"{found['macro_f1']:.3f}"
    )
    return "\n".join(lines)


def write_json(path: Path, value: object) -> None:
    """Write JSON beside the target and put it in place at once."""
    beside = path.with_name(path.name + ".new")
    beside.write_text(json.dumps(value, indent=2, allow_nan=False) + "\n", encoding="utf-8")
    beside.replace(path)


def write_plots(
    folder: Path,
    history: Sequence[Mapping[str, Any]],
    found: Figures | None,
    classes: Sequence[str],
) -> list[str]:
    """Write curves.png and confusion.png; nothing, with an empty list, without matplotlib."""
    try:
        from matplotlib.figure import Figure  # noqa: PLC0415  # optional
        from matplotlib.ticker import MaxNLocator  # noqa: PLC0415
    except ImportError:
        return []
    written = []
    if history:
        figure = Figure(figsize=(9, 3.6), layout="constrained")
        for axes, name in zip(figure.subplots(1, 2), ("loss", "accuracy"), strict=True):
            for split in ("train", "val"):
                values = [epoch.get(f"{split}_{name}") for epoch in history]
                if any(value is not None for value in values):
                    axes.plot(range(1, len(values) + 1), values, label=split)
            axes.set(xlabel="epoch", ylabel=name)
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
            axes.grid(alpha=0.3)
            axes.legend()
        figure.savefig(folder / "curves.png", dpi=110)
        written.append("curves.png")
    if found is not None:
        _confusion(Figure, found, classes).savefig(folder / "confusion.png", dpi=110)
        written.append("confusion.png")
    return written


def _confusion(make: Any, found: Figures, classes: Sequence[str]) -> Any:
    """The matrix in shares of the true class, with the counts written in."""
    counts = np.array(found["confusion"])
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure = make(
        figsize=(1.6 + 0.75 * len(classes), 1.2 + 0.65 * len(classes)), layout="constrained"
    )
    axes = figure.subplots()
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for (row, column), count in np.ndenumerate(counts):
        color = "white" if shares[row, column] > 0.5 else "black"
        text = f"{shares[row, column]:.0%}\n{count:,}"
        axes.text(column, row, text, ha="center", va="center", color=color, fontsize=8)
    axes.set_xticks(range(len(classes)), classes, rotation=45, ha="right")
    axes.set_yticks(range(len(classes)), classes)
    axes.set(xlabel="predicted", ylabel="true", title=f"accuracy {found['accuracy']:.2%}")
    return figure
