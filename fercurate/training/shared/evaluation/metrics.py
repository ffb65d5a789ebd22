"""Metrics of predicted classes: accuracy, precision, recall, F1, and the confusion matrix."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Metrics = dict[str, Any]
"""Metrics by name, ready for JSON."""


def classification_metrics(
    labels: NDArray[np.int64], predicted: NDArray[np.int64], classes: Sequence[str]
) -> Metrics:
    """Return accuracy, macro F1, per-class precision, recall and F1, and the confusion matrix.

    ``accuracy`` is what others call weighted average recall (WAR), ``mean_class_accuracy``, the
    mean recall of the classes that have rows, unweighted average recall (UAR).
    ``labels`` and ``predicted`` (N,) are positions in ``classes``; a row of the matrix is a true
    class. Where nothing was predicted, precision is 0; a class without rows has recall 0 and does
    not count to the macro mean.
    """
    confusion = np.zeros((len(classes), len(classes)), dtype=np.int64)
    np.add.at(confusion, (labels, predicted), 1)
    return metrics_of_confusion(confusion, classes)


def metrics_of_confusion(confusion: NDArray[np.int64], classes: Sequence[str]) -> Metrics:
    """Return the metrics of a confusion matrix (C, C), whose rows are true classes."""
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
        "mean_class_accuracy": round(
            float(recall[support > 0].mean()) if support.any() else 0.0, 6
        ),
        "macro_f1": round(float(f1[support > 0].mean()) if support.any() else 0.0, 6),
        "classes": per_class,
        "confusion": confusion.tolist(),
    }


def metrics_by_rows(
    labels: NDArray[np.int64],
    predicted: NDArray[np.int64],
    masks: Mapping[str, NDArray[np.bool_]],
    classes: Sequence[str],
) -> Metrics:
    """Return the metrics of all rows, and of the rows (N,) of each mask that differs from all."""
    found: Metrics = {"all": classification_metrics(labels, predicted, classes)}
    for name, mask in masks.items():
        if not mask.all():
            found[name] = classification_metrics(labels[mask], predicted[mask], classes)
    return found


def metrics_table(metrics: Metrics) -> str:
    """Return precision, recall, F1 and rows of each class as aligned lines."""
    width = max(len(name) for name in [*metrics["classes"], "class"])
    lines = [f"{'class':<{width}}  precision  recall      f1    rows"]
    for name, one in metrics["classes"].items():
        lines.append(
            f"{name:<{width}}  {one['precision']:9.3f}  {one['recall']:6.3f}  {one['f1']:6.3f}"
            f"  {one['rows']:6,}"
        )
    lines.append(
        f"accuracy (WAR) {metrics['accuracy']:.2%} of {metrics['rows']:,} rows, mean class "
        f"accuracy (UAR) {metrics['mean_class_accuracy']:.2%}, macro F1 {metrics['macro_f1']:.3f}"
    )
    return "\n".join(lines)
