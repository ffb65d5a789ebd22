"""Writing a report: the page, its numbers, and the contact sheets, in a folder of its own."""

import json
from pathlib import Path

from fercurate.report.content import ReportContent
from fercurate.report.counts import count_screening
from fercurate.report.facts import FACTS_FILE, report_facts
from fercurate.report.folder import staged_report
from fercurate.report.page.gallery import draw_criterion
from fercurate.report.page.markup import Markup
from fercurate.report.page.page import draw_page
from fercurate.report.samples import (
    PAGE_BORDER,
    PAGE_WORST,
    SHEET_BORDER,
    SHEET_WORST,
    SampleChoice,
    choose_samples,
)
from fercurate.report.sheets import write_sheets
from fercurate.report.thumbnails import load_thumbnails

PAGE_FILE = "index.html"
SHEETS = "sheets"


def write_report(content: ReportContent, folder: Path) -> None:
    """Write ``index.html``, ``report.json`` and ``sheets/*.png``; the folder appears whole.

    Equal contents give equal bytes. An earlier report in the folder is replaced.

    Raises:
        ConflictError: the folder holds files that no report has made.
        OSError: the folder cannot be written.
    """
    counts = count_screening(content)
    with staged_report(folder) as staging:
        (staging / SHEETS).mkdir()
        galleries, shown, files = _show(content, staging / SHEETS)
        page = draw_page(content, counts, galleries)
        (staging / PAGE_FILE).write_text(page, encoding="utf-8")
        files = [PAGE_FILE, FACTS_FILE, *(f"{SHEETS}/{name}" for name in files)]
        facts = json.dumps(report_facts(content, counts, shown, files), indent=1, allow_nan=False)
        (staging / FACTS_FILE).write_text(facts + "\n", encoding="utf-8")


def _show(
    content: ReportContent, folder: Path
) -> tuple[dict[str, Markup], dict[str, SampleChoice], list[str]]:
    """Give the galleries and what they show by criterion, and the files of the sheets."""
    galleries, shown, files = {}, {}, []
    for criterion in content.criteria:
        on_sheet = choose_samples(criterion, SHEET_WORST, SHEET_BORDER)
        on_page = shown[criterion.name] = choose_samples(criterion, PAGE_WORST, PAGE_BORDER)
        rows = (on_sheet.worst, on_sheet.above, on_sheet.below)
        thumbnails = load_thumbnails(content.read, (int(row) for some in rows for row in some))
        galleries[criterion.name] = draw_criterion(content, criterion, on_page, thumbnails)
        files += write_sheets(folder, criterion, on_sheet, content, thumbnails)
    return galleries, shown, files
