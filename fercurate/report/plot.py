"""The class balance as a picture."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from fercurate.errors import UsageError
from fercurate.files.atomic import whole_file
from fercurate.files.regular import is_regular

FORMATS: tuple[str, ...] = (".png", ".svg", ".pdf")
_PER_ROW = 3
_ORIGINAL, _DERIVED = "#0072B2", "#E69F00"
"""Blue and orange of Okabe & Ito's palette, told apart under every color blindness."""


class SplitCounts(Protocol):
    """A class balance: all rows, and by split and class the rows and the derived ones of them."""

    @property
    def total(self) -> int:
        """All rows."""
        ...

    @property
    def splits(self) -> Mapping[str, Mapping[str, int]]:
        """Rows by split and class."""
        ...

    @property
    def derived(self) -> Mapping[str, Mapping[str, int]]:
        """Derived rows by split and class."""
        ...


def plot_balance(balance: SplitCounts, path: Path, title: str) -> None:
    """Write what ``draw_balance`` draws to a file.

    Raises:
        UsageError: the suffix is none of ``FORMATS``.
    """
    check_plot(path)
    figure = draw_balance(balance, title)
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as staged:
        figure.savefig(staged, dpi=150, format=path.suffix[1:].casefold())


def check_plot(path: Path) -> None:
    """Refuse a place where no plot can be drawn.

    Raises:
        UsageError: the suffix is none of ``FORMATS``, or something else than a file is there.
    """
    if os.path.lexists(path) and not is_regular(path):
        raise UsageError("no regular file", where=f"--plot {path}", fix="Name another one")
    if path.suffix.casefold() not in FORMATS:
        raise UsageError(
            f"cannot draw a {path.suffix or 'nameless'} file",
            where=f"--plot {path}",
            expected=f"a name ending in {', '.join(FORMATS)}",
        )


def draw_balance(balance: SplitCounts, title: str) -> Figure:
    """Draw one panel a split: a bar a class with count and share, derived rows hatched."""
    count = max(len(balance.splits), 1)
    rows, columns = -(-count // _PER_ROW), min(count, _PER_ROW)
    size = (max(3.6 * columns, 5.0), 4.2 * rows)
    figure = Figure(figsize=size, layout="constrained")
    FigureCanvasAgg(figure)
    panels = figure.subplots(rows, columns, squeeze=False).ravel()
    for spare in panels[len(balance.splits) :]:
        spare.set_visible(False)
    for axes, (split, counts) in zip(panels, balance.splits.items(), strict=False):
        _panel(axes, split, counts, balance.derived.get(split, {}))
    figure.suptitle(f"Class balance of {title} ({balance.total:,} rows)")
    if any(sum(counts.values()) for counts in balance.derived.values()):
        handles, labels = panels[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=2, frameon=False)
    return figure


def _panel(axes: Axes, split: str, counts: Mapping[str, int], derived: Mapping[str, int]) -> None:
    names = list(counts)
    made = [derived.get(name, 0) for name in names]
    real = [counts[name] - extra for name, extra in zip(names, made, strict=True)]
    total = max(sum(counts.values()), 1)
    axes.barh(names, real, color=_ORIGINAL, label="original")
    axes.barh(
        names, made, left=real, color=_DERIVED, hatch="//", edgecolor="white", label="derived"
    )
    for position, name in enumerate(names):
        label = f" {counts[name]:,} ({counts[name] / total:.1%})"
        axes.text(counts[name], position, label, va="center", fontsize=8)
    axes.set_title(f"{split} ({sum(counts.values()):,})", fontsize=10)
    axes.set_xlim(0, max([*counts.values(), 1]) * 1.45)
    axes.invert_yaxis()
    axes.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.spines[["top", "right"]].set_visible(False)
