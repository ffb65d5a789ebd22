"""Pictures of a run: loss and accuracy by epoch, and the confusion matrix."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from .metrics import Metrics


def write_plots(
    folder: Path,
    history: Sequence[Mapping[str, Any]],
    metrics: Metrics | None,
    classes: Sequence[str],
    title: str,
) -> list[str]:
    """Write curves.png and confusion.png; nothing, with an empty list, without matplotlib.

    ``title`` says which model was tested on which split.
    """
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
                    axes.plot(range(1, len(values) + 1), values, label=split, marker="o", ms=3)
            axes.set(xlabel="epoch", ylabel=name)
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
            axes.grid(alpha=0.3)
            axes.legend()
        figure.suptitle(title.partition(",")[0], fontsize=10)
        figure.savefig(folder / "curves.png", dpi=110)
        written.append("curves.png")
    if metrics is not None:
        _confusion(Figure, metrics, classes, title).savefig(folder / "confusion.png", dpi=110)
        written.append("confusion.png")
    return written


def _confusion(make: Any, metrics: Metrics, classes: Sequence[str], title: str) -> Any:
    """The matrix in shares of the true class, with the counts written in."""
    counts = np.array(metrics["confusion"])
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
    axes.set(
        xlabel="predicted", ylabel="true", title=f"{title}\naccuracy {metrics['accuracy']:.2%}"
    )
    return figure
