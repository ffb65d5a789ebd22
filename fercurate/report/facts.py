"""The numbers of a report for machines: ``report.json``."""

from collections.abc import Mapping
from typing import Any

from fercurate import __version__
from fercurate.report.content import CriterionView, ReportContent
from fercurate.report.counts import ScreeningCounts
from fercurate.report.legible import legible
from fercurate.report.samples import SampleChoice, rank_duplicates
from fercurate.screening.fairness import Loss

FACTS_FILE = "report.json"
"""Lists the files of a report; its presence marks a folder as one, which may be replaced."""

KIND = "filter-report"
SCHEMA_VERSION = 1


def report_facts(
    content: ReportContent,
    counts: ScreeningCounts,
    shown: Mapping[str, SampleChoice],
    files: list[str],
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
        "samples": counts.samples,
        "kept": counts.kept,
        "dropped": counts.dropped,
        "enhanced": counts.enhanced,
        "reasons": {legible(name): count for name, count in counts.reasons.items()},
        "criteria": {c.name: _criterion(c, counts, shown[c.name]) for c in content.criteria},
        "mean_class_loss": counts.mean,
        "classes": _losses(counts.classes, {unfair.loss.name for unfair in counts.unfair}),
        "sources": _losses(counts.sources),
        "warnings": list(counts.warnings),
        "duplicates": {
            "groups": len(groups),
            "samples": sum(len(group) for group in groups),
            "rows": [group.tolist() for group in rank_duplicates(content)],
        },
        "label_doubts": [_doubt(content, rank) for rank in range(len(content.doubts))],
        "files": files,
    }


def _criterion(
    criterion: CriterionView, counts: ScreeningCounts, shown: SampleChoice
) -> dict[str, Any]:
    count = counts.criteria[criterion.name]
    return {
        "meaning": legible(criterion.meaning),
        "action": criterion.action,
        "threshold": criterion.threshold,
        "scored": count.scored,
        "unknown": count.unknown,
        "flagged": count.flagged,
        "flagged_share": count.flagged / max(counts.samples, 1),
        "dropped": count.dropped,
        "shown": {
            "worst": shown.worst.tolist(),
            "above": shown.above.tolist(),
            "below": shown.below.tolist(),
        },
    }


def _losses(losses: tuple[Loss, ...], unfair: set[str] | None = None) -> dict[str, Any]:
    return {
        legible(loss.name): {
            "samples": loss.samples,
            "dropped": loss.dropped,
            "share": loss.share,
            **({} if unfair is None else {"unfair": loss.name in unfair}),
        }
        for loss in losses
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
