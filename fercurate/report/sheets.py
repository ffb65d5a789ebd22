"""The contact sheets of a criterion: its worst and its borderline samples, in one PNG each."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from fercurate.report.contact_sheet import Cell, ContactSheet, Strip, shorten_note, write_sheet
from fercurate.report.content import CriterionView, ReportContent, Rows
from fercurate.report.legible import legible
from fercurate.report.samples import SampleChoice
from fercurate.report.thumbnails import Thumbnails

_COLUMNS = 20


def write_sheets(
    folder: Path,
    criterion: CriterionView,
    choice: SampleChoice,
    content: ReportContent,
    thumbnails: Thumbnails,
) -> list[str]:
    """Write the sheets of a criterion that have something to show; return their file names."""

    def cell(row: int) -> Cell:
        score = f"{criterion.scores[row]:.3f}"
        return Cell(
            np.asarray(thumbnails[row]), shorten_note(legible(str(content.ids[row]))), score
        )

    def strips(caption: str, rows: Rows) -> Iterator[tuple[Strip]]:
        for start in range(0, len(rows), _COLUMNS):
            some = rows[start : start + _COLUMNS].tolist()
            yield (Strip(caption, _ranks(start, len(some)), tuple(map(cell, some))),)

    name = criterion.name
    sheets = {
        f"{name}.png": (_heading(criterion, len(choice.worst)), [*strips("", choice.worst)]),
        f"borderline-{name}.png": (
            f"{name}: the nearest to the threshold{_bound(criterion)}",
            [*strips("flagged", choice.above), *strips("not flagged", choice.below)],
        ),
    }
    filled = {file: (title, rows) for file, (title, rows) in sheets.items() if rows}
    for file, (title, rows) in filled.items():
        write_sheet(ContactSheet(title, ("",) * _COLUMNS, tuple(rows)), folder / file)
    return list(filled)


def _bound(criterion: CriterionView) -> str:
    return "" if criterion.threshold is None else f" {criterion.threshold:g}"


def _heading(criterion: CriterionView, count: int) -> str:
    if criterion.threshold is None:
        return f"{criterion.name}: the {count:,} highest scores"
    flagged = int(criterion.flagged.sum())
    part = "all" if count == flagged else f"the {count:,} worst of"
    return f"{criterion.name}: {part} {flagged:,} flagged (score {criterion.threshold:g} or more)"


def _ranks(start: int, count: int) -> str:
    return f"{start + 1} to {start + count}" if count > 1 else f"{start + 1}"
