"""Judging: from scores and thresholds to who is dropped, who is enhanced, and how good each is."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.verdict import KEEP
from fercurate.screening.base import Score

Scores = Mapping[str, Score]
"""Scores (N,) by criterion."""


@dataclass(frozen=True)
class Policy:
    """Thresholds by criterion: a sample with a score of at least that is dropped, or enhanced.

    The first criterion in ``drop`` that a sample fails is its reason.
    """

    drop: Mapping[str, float] = field(default_factory=dict)
    enhance: Mapping[str, float] = field(default_factory=dict)

    @property
    def criteria(self) -> tuple[str, ...]:
        """Every criterion that it looks at."""
        return tuple(dict.fromkeys([*self.drop, *self.enhance]))

    def threshold(self, name: str) -> float | None:
        """From which score on a criterion flags, if it does."""
        return self.drop.get(name, self.enhance.get(name))

    def action(self, name: str) -> str:
        """What becomes of what a criterion flags: ``drop``, ``enhance``, or ``report``."""
        if name in self.drop:
            return "drop"
        return "enhance" if name in self.enhance else "report"

    def judge(self, scores: Scores, count: int) -> "Judgment":
        """Judge N = ``count`` samples; an unknown score (NaN) fails nothing.

        Raises:
            KeyError: a criterion of the policy has no scores.
        """
        reasons = np.full(count, KEEP, dtype=object)
        for name, threshold in self.drop.items():
            reasons[(reasons == KEEP) & flagged(scores[name], threshold)] = name
        enhanced = np.zeros(count, dtype=bool)
        for name, threshold in self.enhance.items():
            enhanced |= flagged(scores[name], threshold)
        return Judgment(reasons, enhanced & (reasons == KEEP))


@dataclass(frozen=True)
class Judgment:
    """For N samples: the criterion that drops each, or the empty text; and who is enhanced."""

    reasons: NDArray[np.object_]
    enhanced: NDArray[np.bool_]


def flagged(score: Score, threshold: float) -> NDArray[np.bool_]:
    """Who has a score (N,) of at least the threshold; nobody whose score is unknown."""
    return np.asarray(np.nan_to_num(score, nan=-np.inf) >= threshold)


QUALITY_CRITERIA: tuple[str, ...] = (
    "not_face",
    "not_human",
    "occluded",
    "watermark",
    "low_contrast",
    "blurred",
    "clipped",
)
"""What makes a picture less good, each counted by its score."""


def quality(scores: Scores, cured: Collection[str] = ()) -> Score:
    """Quality (N,) in 0..1, higher is better: the product of 1 - score over what can be wrong.

    An unknown score counts as 0, and so does that of a criterion that is cured.
    """
    quality = np.ones(len(next(iter(scores.values()), ())), dtype=np.float64)
    for name in QUALITY_CRITERIA:
        if name in scores and name not in cured:
            quality *= 1 - np.clip(np.nan_to_num(scores[name]), 0, 1)
    return quality
