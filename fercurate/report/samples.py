"""Which samples a report shows of a criterion, and which duplicate groups first."""

from dataclasses import dataclass

import numpy as np

from fercurate.report.content import CriterionView, ReportContent, Rows

PAGE_WORST, PAGE_BORDER = 60, 12
"""On the page: the worst of a criterion, and the borderline ones of each side."""

SHEET_WORST, SHEET_BORDER = 200, 60
"""On a contact sheet."""

GROUPS, GROUP_SAMPLES, DOUBTS = 24, 8, 60
"""On the page: duplicate groups, pictures of a group, lines of the label-noise ranking."""


@dataclass(frozen=True)
class SampleChoice:
    """Rows of a criterion: the worst, and those next to the threshold.

    ``worst`` begins with the highest score; without a threshold it holds the highest scores
    above 0. ``above`` are flagged and rise from the threshold, ``below`` are not and fall from
    it. Equal scores come in the order of rows.
    """

    worst: Rows
    above: Rows
    below: Rows


def choose_samples(criterion: CriterionView, worst: int, border: int) -> SampleChoice:
    """Choose at most ``worst`` flagged rows and ``border`` rows of each side of the threshold."""
    scores = criterion.scores
    order = np.argsort(-scores, kind="stable")
    order = order[~np.isnan(scores[order])]
    if criterion.threshold is None:
        nothing = order[:0]
        return SampleChoice(order[scores[order] > 0][:worst], nothing, nothing)
    flagged = order[criterion.flagged[order]]
    rising = flagged[np.argsort(scores[flagged], kind="stable")]
    return SampleChoice(flagged[:worst], rising[:border], order[len(flagged) :][:border])


def rank_duplicates(content: ReportContent) -> list[Rows]:
    """Order the duplicate groups: contradicting labels first, then the largest, then by row."""

    def urgency(group: Rows) -> tuple[bool, int, int]:
        return (not labels_contradict(content, group), -len(group), int(group[0]))

    return sorted(content.duplicates, key=urgency)


def labels_contradict(content: ReportContent, group: Rows) -> bool:
    """Whether the labeled samples of a group are not all of one class."""
    return len({str(name) for name in content.classes[group] if name}) > 1
