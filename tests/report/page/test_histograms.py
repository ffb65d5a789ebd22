"""Histograms of scores: cut at the threshold, and in words."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from fercurate.report.content import CriterionView
from fercurate.report.page.histograms import bin_scores, draw_histogram

NAN = float("nan")


def criterion(
    name: str, scores: Sequence[float], threshold: float | None = 0.5, **more: Any
) -> CriterionView:
    return CriterionView(name, f"Meaning of {name}.", np.array(scores, float), threshold, **more)


@pytest.mark.parametrize("threshold", [0.0, 0.003, 0.37, 0.5, 0.62, 0.999, 1.0])
def test_the_histogram_is_cut_exactly_at_the_threshold(threshold: float) -> None:
    scores = np.append(np.random.default_rng(5).random(2000), [0, 1, threshold, threshold, NAN])
    counts, edges = bin_scores(scores, threshold)
    assert counts[edges[:-1] >= threshold].sum() == (scores >= threshold).sum()
    assert counts.sum() == 2004
    assert np.allclose(np.diff(edges), 0.02)
    assert edges[0] <= 0
    assert edges[-1] >= 1


def test_scores_outside_the_range_are_counted_at_its_ends() -> None:
    counts, _ = bin_scores(np.array([-3.0, 0.5, 7.0]), None)
    assert (counts[0], counts[25], counts[50], counts.sum()) == (1, 1, 1, 3)


@pytest.mark.parametrize(
    ("scores", "threshold", "said"),
    [
        pytest.param([0.1] * 3 + [0.7] * 2, 0.5, "5 scores for dark; 2 of them at or above the "
                     "threshold 0.5", id="linear"),
        pytest.param([0.1] * 100 + [0.7], 0.5, "101 scores for dark; 1 of them at or above the "
                     "threshold 0.5; the count axis is logarithmic", id="logarithmic"),
        pytest.param([NAN, 0.2], None, "1 scores for dark", id="without a threshold"),
        pytest.param([NAN], 0.5, "0 scores for dark; 0 of them at or above the threshold 0.5",
                     id="nothing known"),
    ],
)  # fmt: skip
def test_the_histogram_says_what_it_shows(
    scores: list[float], threshold: float | None, said: str, read_page: Any
) -> None:
    (drawn,) = read_page(draw_histogram(criterion("dark", scores, threshold))).all("svg")
    assert drawn["aria-label"] == f"Histogram of {said}"


def test_flagged_and_cured_bars_have_their_own_color(read_page: Any) -> None:
    def kinds(**more: Any) -> list[str | None]:
        view = criterion("dark", [0.1, 0.3, 0.7], 0.3, **more)
        return [bar["class"] for bar in read_page(draw_histogram(view)).all("rect")]

    assert kinds() == ["kept", "dropped", "dropped"]
    assert kinds(cured=True) == ["kept", "curable", "curable"]


def test_a_threshold_that_nothing_reaches_is_not_drawn(read_page: Any) -> None:
    drawn = read_page(draw_histogram(criterion("dark", [0.1, 1.0], 1.5)))
    assert drawn.all("line", class_="threshold") == []
    assert [bar["class"] for bar in drawn.all("rect")] == ["kept", "kept"]
