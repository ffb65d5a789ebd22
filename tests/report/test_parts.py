"""What a report is made of: the choice of pictures, histograms, safe markup, small pictures."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from fercurate.report.content import CriterionView
from fercurate.report.histograms import bin_scores, draw_histogram
from fercurate.report.markup import Markup, legible, tag
from fercurate.report.selection import select
from fercurate.report.thumbnails import load_thumbnails

NAN = float("nan")


def criterion(
    name: str, scores: Sequence[float], threshold: float | None = 0.5, **more: Any
) -> CriterionView:
    return CriterionView(name, f"Meaning of {name}.", np.array(scores, float), threshold, **more)


@pytest.mark.parametrize(
    ("scores", "threshold", "worst", "above", "below"),
    [
        pytest.param([0.1, 0.9, 0.7, 0.5], 0.5, [1, 2], [3, 2], [0], id="cut and sorted"),
        pytest.param([0.5, 0.5, 0.5, 0.4], 0.5, [0, 1], [0, 1], [3], id="ties by row"),
        pytest.param([NAN, 0.9, NAN, 0.1], 0.5, [1], [1], [3], id="unknown left out"),
        pytest.param([0.4, 0.1, 0.3, 0.2], 0.5, [], [], [0, 2], id="none flagged"),
        pytest.param([0.0, 0.1, 0.0, 0.2], 0.0, [3, 1], [0, 2], [], id="all flagged"),
        pytest.param([0.0, 0.1, NAN, 0.2], None, [3, 1], [], [], id="no threshold, zeros left out"),
        pytest.param([NAN, NAN], 0.5, [], [], [], id="nothing known"),
    ],
)
def test_which_pictures_of_a_criterion_are_shown(
    scores: list[float], threshold: float | None, worst: list[int], above: Any, below: Any
) -> None:
    shown = select(criterion("blurred", scores, threshold), 2, 2)
    assert shown.worst.tolist() == worst
    assert shown.above.tolist() == above
    assert shown.below.tolist() == below


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


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("Zoë 李雷 🙂.png", "Zoë 李雷 🙂.png", id="letters of any script"),
        pytest.param("a\nb\tc", "a\\nb\\tc", id="line break and tab"),
        pytest.param("a\x1b[31m", "a\\x1b[31m", id="terminal escape"),
        pytest.param("\udce9.png", "\\xe9.png", id="undecodable byte"),
        pytest.param("a\u2066b", "a\\u2066b", id="direction of writing"),
    ],
)
def test_text_is_made_legible(text: str, shown: str) -> None:
    assert legible(text) == shown


def test_only_tags_are_markup() -> None:
    inner = tag("b", "1 < 2", title='"', hidden=True, id=None)
    assert inner == '<b title="&quot;" hidden>1 &lt; 2</b>'
    assert tag("p", inner, "<i>") == f"<p>{inner}&lt;i&gt;</p>"
    assert isinstance(inner, Markup)


def test_pictures_are_read_once_in_order_and_a_few_at_a_time() -> None:
    calls: list[list[int]] = []

    def read(rows: Any) -> list[Any]:
        calls.append(rows.tolist())
        return [np.full((48, 48), 10 * int(row) % 256, np.uint8) for row in rows]

    thumbnails = load_thumbnails(read, [70, *range(40), 3, 70])
    assert [len(call) for call in calls] == [32, 9]
    assert [row for call in calls for row in call] == [*range(40), 70]
    assert {row: image.getpixel((0, 0)) for row, image in thumbnails.items()} == {
        row: 10 * row % 256 for row in (*range(40), 70)
    }
