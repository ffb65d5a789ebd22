"""The page of a filter: what it found, as the report shows it."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.expression import KNOWN_EXPRESSIONS
from fercurate.domain.groups import members
from fercurate.pipeline.filter.verdicts import FilterReport
from fercurate.pipeline.measure.face_reader import FaceReader
from fercurate.pipeline.measure.whole_store import Duplicates
from fercurate.report.content import CriterionView, LabelDoubt, ReportContent
from fercurate.report.thumbnails import LONGEST
from fercurate.report.writer import write_report
from fercurate.screening.registry import CRITERIA_BY_NAME
from fercurate.store.store import Store

_MOST_DOUBTS = 1000


def write_page(report: FilterReport, store: Store, folder: Path) -> None:
    """Write the page, its numbers and the contact sheets of a filter of a store into a folder.

    Raises:
        ConflictError: the folder holds something else.
    """
    reader = FaceReader(store)
    content = ReportContent(
        title=f"Screening of {report.request.store.name}",
        preset=report.request.preset,
        command=report.request.command,
        ids=report.ids,
        sources=report.sources,
        classes=report.classes,
        criteria=tuple(_criterion_view(report, name) for name in report.scores),
        reasons=report.judgment.reasons,
        duplicates=_duplicates(report),
        doubts=_doubts(report),
        read=lambda rows: reader.thumbnails(report.rows[rows], LONGEST),
    )
    write_report(content, folder)


def _criterion_view(report: FilterReport, name: str) -> CriterionView:
    return CriterionView(
        name=name,
        meaning=CRITERIA_BY_NAME[name].meaning,
        scores=report.scores[name],
        threshold=report.policy.threshold(name),
        cured=report.policy.action(name) == "enhance",
    )


def _duplicates(report: FilterReport) -> tuple[NDArray[np.int64], ...]:
    kind = Duplicates.kind
    if kind not in report.values:
        return ()
    firsts = report.values[kind][:, report.columns[kind].index("first")]
    return tuple(members(firsts.astype(np.int64)).values())


def _doubts(report: FilterReport) -> tuple[LabelDoubt, ...]:
    """The samples whose labels the held-out classifiers doubt most."""
    if "label_noise" not in report.scores:
        return ()
    score = np.nan_to_num(report.scores["label_noise"], nan=-1.0)
    worst = np.argsort(-score, kind="stable")[:_MOST_DOUBTS]
    columns, values = report.columns["ease"], report.values["ease"]
    given, other, chance = (columns.index(n) for n in ("given", "other", "other_chance"))
    return tuple(
        LabelDoubt(
            row=int(row),
            given=report.classes[row],
            other=KNOWN_EXPRESSIONS[int(values[row, other])],
            given_chance=float(values[row, given]),
            other_chance=float(values[row, chance]),
        )
        for row in worst
        if score[row] > 0
    )
