"""The counts of a report: made once, stated by the page and by ``report.json``."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fercurate.report.content import CriterionView, ReportContent
from fercurate.report.legible import legible
from fercurate.screening.fairness import Loss, UnfairClass, losses, mean_loss, unfair_classes


@dataclass(frozen=True)
class CriterionCount:
    """How many samples of a criterion have a score, are flagged, and are dropped for it first."""

    scored: int
    unknown: int
    flagged: int
    dropped: int


@dataclass(frozen=True)
class ScreeningCounts:
    """All counts of a screening.

    ``reasons`` begin with the most frequent. ``most_for`` gives for a class the reason that
    drops most of it, with its count.
    """

    samples: int
    dropped: int
    enhanced: int
    reasons: Mapping[str, int]
    criteria: Mapping[str, CriterionCount]
    classes: tuple[Loss, ...]
    sources: tuple[Loss, ...]
    most_for: Mapping[str, tuple[str, int]]
    mean: float
    unfair: tuple[UnfairClass, ...]

    @property
    def kept(self) -> int:
        """How many samples stay."""
        return self.samples - self.dropped

    @property
    def warnings(self) -> tuple[str, ...]:
        """What to look at before the drops are trusted, a line each."""
        return tuple(self._warning(unfair) for unfair in self.unfair)

    def _warning(self, unfair: UnfairClass) -> str:
        reason, count = self.most_for[unfair.loss.name]
        return legible(f"{unfair.message}; most of them for {reason} ({count:,})")


def count_screening(content: ReportContent) -> ScreeningCounts:
    """Count everything that a report states."""
    reasons, classes = content.reasons, content.classes
    return ScreeningCounts(
        samples=len(content.ids),
        dropped=int(content.dropped.sum()),
        enhanced=int(content.enhanced.sum()),
        reasons=_frequencies(reasons[content.dropped]),
        criteria={c.name: _count(c, content) for c in content.criteria},
        classes=losses(reasons, classes),
        sources=losses(reasons, content.sources),
        most_for=_most_for(content),
        mean=mean_loss(reasons, classes),
        unfair=unfair_classes(reasons, classes),
    )


def _frequencies(values: NDArray[np.object_]) -> dict[str, int]:
    """Counts by value, the most frequent first."""
    names, counts = np.unique(values.astype(str), return_counts=True)
    order = np.argsort(-counts, kind="stable")
    return {str(names[place]): int(counts[place]) for place in order}


def _count(criterion: CriterionView, content: ReportContent) -> CriterionCount:
    unknown = int(np.isnan(criterion.scores).sum())
    return CriterionCount(
        scored=len(criterion.scores) - unknown,
        unknown=unknown,
        flagged=int(criterion.flagged.sum()),
        dropped=int((content.reasons == criterion.name).sum()),
    )


def _most_for(content: ReportContent) -> dict[str, tuple[str, int]]:
    lost = content.dropped
    return {
        str(name): next(
            iter(_frequencies(content.reasons[lost & (content.classes == name)]).items())
        )
        for name in set(content.classes[lost])
    }
