"""The numbers of a report, for machines and for the page: counted once, shown by both."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fercurate import __version__
from fercurate.report.content import CriterionView, ReportContent
from fercurate.report.markup import legible
from fercurate.report.selection import Shown, rank_groups
from fercurate.screening.fairness import Loss, UnfairClass, losses, mean_loss, unfair_classes

SCHEMA_VERSION = 1
KIND = "filter-report"


@dataclass(frozen=True)
class CriterionCount:
    """How many samples of a criterion have a score, are flagged, and are dropped for it first."""

    scored: int
    unknown: int
    flagged: int
    dropped: int


@dataclass(frozen=True)
class Tally:
    """All counts of a report.

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


def count_all(content: ReportContent) -> Tally:
    """Count everything that a report states."""
    reasons, classes = content.reasons, content.classes
    return Tally(
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


def to_json(
    content: ReportContent, tally: Tally, shown: Mapping[str, Shown], files: list[str]
) -> dict[str, Any]:
    """Return what ``report.json`` holds: stable keys, rows as numbers of the content's order."""
    groups = content.duplicates
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": KIND,
        "tool_version": __version__,
        "title": legible(content.title),
        "preset": legible(content.preset),
        "command": legible(content.command),
        "samples": tally.samples,
        "kept": tally.kept,
        "dropped": tally.dropped,
        "enhanced": tally.enhanced,
        "reasons": {legible(name): count for name, count in tally.reasons.items()},
        "criteria": {c.name: _criterion(c, tally, shown[c.name]) for c in content.criteria},
        "mean_class_loss": tally.mean,
        "classes": _losses(tally.classes, {unfair.loss.name for unfair in tally.unfair}),
        "sources": _losses(tally.sources),
        "warnings": list(tally.warnings),
        "duplicates": {
            "groups": len(groups),
            "samples": sum(len(group) for group in groups),
            "rows": [group.tolist() for group in rank_groups(content)],
        },
        "label_doubts": [_doubt(content, rank) for rank in range(len(content.doubts))],
        "files": files,
    }


def _criterion(criterion: CriterionView, tally: Tally, shown: Shown) -> dict[str, Any]:
    count = tally.criteria[criterion.name]
    return {
        "meaning": legible(criterion.meaning),
        "action": criterion.action,
        "threshold": criterion.threshold,
        "scored": count.scored,
        "unknown": count.unknown,
        "flagged": count.flagged,
        "flagged_share": count.flagged / max(tally.samples, 1),
        "dropped": count.dropped,
        "shown": {
            "worst": shown.worst.tolist(),
            "above": shown.above.tolist(),
            "below": shown.below.tolist(),
        },
    }


def _losses(found: tuple[Loss, ...], unfair: set[str] | None = None) -> dict[str, Any]:
    return {
        legible(loss.name): {
            "samples": loss.samples,
            "dropped": loss.dropped,
            "share": loss.share,
            **({} if unfair is None else {"unfair": loss.name in unfair}),
        }
        for loss in found
    }


def _doubt(content: ReportContent, rank: int) -> dict[str, Any]:
    doubt = content.doubts[rank]
    return {
        "row": doubt.row,
        "sample_id": legible(str(content.ids[doubt.row])),
        "given": legible(doubt.given),
        "other": legible(doubt.other),
        "given_chance": doubt.given_chance,
        "other_chance": doubt.other_chance,
    }
