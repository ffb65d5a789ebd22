"""Judging scores by thresholds, presets, and quality."""

import numpy as np
import pytest

from fercurate.screening.judge import QUALITY_CRITERIA, Policy, flagged, quality
from fercurate.screening.presets import PRESETS, card, operating_point, preset
from fercurate.screening.registry import CRITERIA, CRITERIA_BY_NAME

NAN = np.nan


def test_the_first_failed_criterion_is_the_reason() -> None:
    scores = {"a": np.array([0.9, 0.1, 0.5, NAN]), "b": np.array([0.9, 0.9, 0.2, 0.2])}
    judged = Policy({"a": 0.5, "b": 0.6}).judge(scores, 4)
    assert judged.reasons.tolist() == ["a", "b", "a", ""]
    assert Policy({"b": 0.6, "a": 0.5}).judge(scores, 4).reasons.tolist() == ["b", "b", "a", ""]


def test_what_is_dropped_is_not_enhanced() -> None:
    scores = {"a": np.array([1.0, 0.0, 0.0]), "light": np.array([1.0, 1.0, 0.0])}
    judged = Policy({"a": 0.5}, {"light": 0.5}).judge(scores, 3)
    assert judged.enhanced.tolist() == [False, True, False]


def test_an_unknown_score_fails_nothing_and_a_threshold_is_included() -> None:
    assert flagged(np.array([NAN, 0.4, 0.5]), 0.5).tolist() == [False, False, True]
    assert flagged(np.array([NAN]), 0.0).tolist() == [False]


def test_a_policy_says_what_becomes_of_what_it_flags() -> None:
    policy = Policy({"a": 0.5}, {"light": 0.6})
    assert [policy.action(name) for name in ("a", "light", "b")] == ["drop", "enhance", "report"]
    assert [policy.threshold(name) for name in ("a", "light", "b")] == [0.5, 0.6, None]


def test_a_policy_needs_its_scores() -> None:
    with pytest.raises(KeyError):
        Policy({"a": 0.5}).judge({"b": np.zeros(1)}, 1)


def test_quality_falls_with_every_fault() -> None:
    clean = {name: np.zeros(1) for name in QUALITY_CRITERIA}
    assert quality(clean)[0] == 1
    for name in QUALITY_CRITERIA:
        assert quality(clean | {name: np.array([0.25])})[0] == 0.75
    assert quality(clean | {"occluded": np.array([NAN])})[0] == 1
    assert quality(clean | {"low_contrast": np.array([0.9])}, cured=["low_contrast"])[0] == 1


def test_criteria_are_known_by_one_name_each() -> None:
    names = [criterion.name for criterion in CRITERIA]
    assert len(set(names)) == len(names)
    assert {"not_face", "not_human", "occluded", "watermark", "duplicate", "hard"} <= set(names)
    assert all(criterion.meaning for criterion in CRITERIA)
    assert set(QUALITY_CRITERIA) <= set(CRITERIA_BY_NAME)


@pytest.mark.parametrize("name", PRESETS)
def test_presets_judge_known_criteria_and_state_what_they_do(name: str) -> None:
    policy = preset(name)
    assert set(policy.drop) <= set(CRITERIA_BY_NAME)
    assert {"not_face", "not_human", "occluded"} <= set(policy.drop)
    assert all(0 < threshold <= 1 for threshold in policy.drop.values())
    point = operating_point(name)
    for share in (point.precision, point.recall):
        assert 0 <= share.low <= share.value <= share.high <= 1
        assert share.low < share.high


def test_presets_drop_more_and_more() -> None:
    thresholds = [preset(name).drop["occluded"] for name in PRESETS]
    assert thresholds == sorted(thresholds, reverse=True)
    shares = [operating_point(name).dropped for name in PRESETS]
    assert shares == sorted(shares)
    recalls = [operating_point(name).recall.value for name in PRESETS]
    assert recalls == sorted(recalls)


def test_balanced_is_as_precise_and_complete_as_promised() -> None:
    point = operating_point("balanced")
    assert point.precision.value >= 0.75
    assert point.recall.value >= 0.70


def test_the_card_says_what_it_was_measured_on() -> None:
    assert card()["trained_on"]["labeled"] == 13000
    assert card()["trained_on"]["labeled_at_random"] == 8200
    for name in ("not_human", "occluded", "watermark"):
        figure = card()["measured"][name]
        value, low, high = figure["average_precision"]
        assert low < value < high
        assert figure["pictures"] > 8000
