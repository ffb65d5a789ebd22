"""Drawings of a report as inline SVG, colored by the classes of the page's style sheet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

import numpy as np
from numpy.typing import NDArray

from fercurate.report.content import CriterionView
from fercurate.report.page.markup import Markup, join, tag

BIN = 0.02
"""Width of the histogram's bins."""

_WIDTH, _HEIGHT = 400, 190
_LEFT, _RIGHT, _TOP, _BOTTOM = 38, 392, 24, 156
_STEEP = 25
"""The count axis is logarithmic where bars less than one in so many would vanish beside the top."""


def bin_scores(
    scores: NDArray[np.float64], threshold: float | None
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Count scores (N,) in bins of equal width, one of whose edges is the threshold exactly.

    Returns:
        Counts (B,) and edges (B + 1,), which cover 0..1 and may lie beyond by up to a bin. NaN
        is not counted; what lies outside 0..1 is counted in the first or in the last bin.
    """
    anchor = threshold if threshold is not None and 0 <= threshold <= 1 else 0.0
    steps = np.arange(-ceil(anchor / BIN), floor((1 - anchor) / BIN) + 2)
    edges = np.asarray(anchor + steps * BIN, dtype=np.float64)
    known = np.clip(scores[~np.isnan(scores)], 0.0, 1.0)
    return np.histogram(known, edges)[0].astype(np.int64), edges


@dataclass(frozen=True)
class _Plot:
    """The bins of a histogram and their places in the drawing."""

    counts: NDArray[np.int64]
    edges: NDArray[np.float64]
    threshold: float | None
    steep: bool

    @classmethod
    def of(cls, criterion: CriterionView) -> "_Plot":
        counts, edges = bin_scores(criterion.scores, criterion.threshold)
        threshold = criterion.threshold
        inside = threshold is not None and 0 <= threshold <= 1
        return cls(
            counts, edges, threshold if inside else None, _is_steep(counts, edges, threshold)
        )

    def x(self, score: float) -> float:
        low, high = float(self.edges[0]), float(self.edges[-1])
        return round(_LEFT + (_RIGHT - _LEFT) * (score - low) / (high - low), 2)

    def y(self, count: int) -> float:
        top = max(int(self.counts.max(initial=0)), 1)
        share = log10(1 + count) / log10(1 + top) if self.steep else count / top
        return round(_BOTTOM - (_BOTTOM - _TOP) * share, 2)


def _is_steep(
    counts: NDArray[np.int64], edges: NDArray[np.float64], threshold: float | None
) -> bool:
    """Whether bars would vanish: most of them, or all of the flagged ones."""
    filled = counts[counts > 0]
    if not len(filled):
        return False
    small = float(np.median(filled))
    flagged = 0 if threshold is None else int(counts[edges[:-1] >= threshold].max(initial=0))
    return bool(filled.max() > _STEEP * min(small, flagged or small))


def draw_histogram(criterion: CriterionView) -> Markup:
    """Draw the scores of a criterion, the flagged part in another color, the threshold marked.

    The count axis is linear, or grows with log(1 + count) where bars would vanish otherwise.
    """
    plot = _Plot.of(criterion)
    hot = "curable" if criterion.cured else "dropped"
    parts = [*_grid(plot), *_bars(plot, hot), *_score_axis(plot), *_threshold(plot)]
    return tag(
        "svg",
        join(parts),
        class_="histogram",
        viewBox=f"0 0 {_WIDTH} {_HEIGHT}",
        role="img",
        aria_label=_describe(criterion, plot.steep),
    )


def _describe(criterion: CriterionView, steep: bool) -> str:
    known = int((~np.isnan(criterion.scores)).sum())
    text = f"Histogram of {known:,} scores for {criterion.name}"
    if criterion.threshold is not None:
        flagged = int(criterion.flagged.sum())
        text += f"; {flagged:,} of them at or above the threshold {criterion.threshold:g}"
    return text + ("; the count axis is logarithmic" if steep else "")


def _ticks(plot: _Plot) -> list[int]:
    """Round counts up to the largest: powers of ten, or at most five in equal steps."""
    highest = int(plot.counts.max(initial=0))
    if not highest:
        return []
    unit = 10 ** floor(log10(highest))
    if plot.steep:
        return [10**power for power in range(floor(log10(highest)) + 1)]
    step = next(s for s in (unit // 5, unit // 2, unit, 2 * unit) if s and highest / s <= 5)
    return list(range(step, highest + 1, step))


def _grid(plot: _Plot) -> Iterator[Markup]:
    for count in _ticks(plot):
        y = plot.y(count)
        label = f"{count / 1000:g}k" if count >= 1000 else str(count)
        yield tag("line", class_="grid", x1=_LEFT, x2=_RIGHT, y1=y, y2=y)
        yield tag("text", label, x=_LEFT - 5, y=y + 4, text_anchor="end")


def _bars(plot: _Plot, hot: str) -> Iterator[Markup]:
    for place in np.flatnonzero(plot.counts):
        low, high = float(plot.edges[place]), float(plot.edges[place + 1])
        count = int(plot.counts[place])
        x, y = plot.x(low), plot.y(count)
        yield tag(
            "rect",
            tag("title", f"{_range(low, high)}: {count:,}"),
            class_=hot if plot.threshold is not None and low >= plot.threshold else "kept",
            x=x,
            y=y,
            width=round(plot.x(high) - x - 0.8, 2),
            height=round(_BOTTOM - y, 2),
        )


def _range(low: float, high: float) -> str:
    first, last = f"{max(low, 0):.2f}", f"{min(high, 1):.2f}"
    return first if first == last else f"{first} to {last}"


def _score_axis(plot: _Plot) -> Iterator[Markup]:
    yield tag("line", class_="axis", x1=_LEFT, x2=_RIGHT, y1=_BOTTOM, y2=_BOTTOM)
    for score in (0, 0.25, 0.5, 0.75, 1):
        yield tag("text", f"{score:g}", x=plot.x(score), y=_BOTTOM + 15, text_anchor="middle")
    name = "score (the count axis is logarithmic)" if plot.steep else "score"
    yield tag("text", name, x=(_LEFT + _RIGHT) / 2, y=_HEIGHT - 4, text_anchor="middle")


def _threshold(plot: _Plot) -> Iterator[Markup]:
    if plot.threshold is None:
        return
    x, right = plot.x(plot.threshold), plot.threshold > 0.5
    yield tag("line", class_="threshold", x1=x, x2=x, y1=_TOP - 18, y2=_BOTTOM)
    yield tag(
        "text",
        f"threshold {plot.threshold:g}",
        class_="threshold",
        x=x - 5 if right else x + 5,
        y=_TOP - 10,
        text_anchor="end" if right else "start",
    )


def draw_bar(
    parts: Sequence[tuple[str, float]], mark: float | None = None, tall: bool = False
) -> Markup:
    """Draw a bar of parts (class of the style sheet, share 0..1), with a mark at a share."""
    pieces, start = [], 0.0
    for kind, share in parts:
        pieces.append(tag("rect", class_=kind, x=start, width=100 * share, height=10))
        start += 100 * share
    if mark is not None:
        pieces.append(tag("line", class_="mark", x1=100 * mark, x2=100 * mark, y1=0, y2=10))
    return tag(
        "svg",
        join(pieces, ""),
        class_="bar tall" if tall else "bar",
        viewBox="0 0 100 10",
        preserveAspectRatio="none",
        aria_hidden="true",
    )
