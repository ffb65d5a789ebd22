"""Which samples a report shows of a criterion."""

from typing import Any

import numpy as np
import pytest

from fercurate.report.content import CriterionView
from fercurate.report.samples import choose_samples

NAN = float("nan")


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
    shown = choose_samples(
        CriterionView("blurred", "Not sharp.", np.array(scores, float), threshold), 2, 2
    )
    assert shown.worst.tolist() == worst
    assert shown.above.tolist() == above
    assert shown.below.tolist() == below
