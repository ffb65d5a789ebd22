"""The page of a report: one HTML file that needs nothing else, neither files nor a network."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from string import Template

from fercurate import __version__
from fercurate.report.content import CriterionView, ReportContent
from fercurate.report.counts import ScreeningCounts
from fercurate.report.page.gallery import draw_doubts, draw_duplicates
from fercurate.report.page.histograms import draw_histogram
from fercurate.report.page.markup import Markup, join, markup, tag
from fercurate.report.page.tables import (
    bound,
    criteria_table,
    draw_summary,
    loss_tables,
    percent,
)
from fercurate.report.samples import DOUBTS, GROUP_SAMPLES, GROUPS


@dataclass(frozen=True)
class Section:
    """A part of the page: its anchor, its title, and the count told in the table of contents."""

    anchor: str
    title: str
    count: int | None
    inner: Markup

    def draw(self) -> Markup:
        """Draw the part with its title."""
        name = f"{self.anchor}-title"
        heading = tag("h2", self.title, id=name)
        return tag("section", heading, self.inner, id=self.anchor, aria_labelledby=name)

    def draw_entry(self) -> Markup:
        """Draw its line in the table of contents."""
        title = tag("span", self.title)
        count = [] if self.count is None else [tag("span", f"{self.count:,}", class_="count")]
        return tag("li", tag("a", title, *count, href=f"#{self.anchor}"))


def draw_page(
    content: ReportContent, counts: ScreeningCounts, galleries: Mapping[str, Markup]
) -> str:
    """Return the page; ``galleries`` hold the pictures of every criterion by name."""
    sections = [
        Section("summary", "Summary", None, draw_summary(counts)),
        Section("criteria", "Criteria", None, criteria_table(content, counts)),
        Section("loss", "Who is dropped", None, loss_tables(counts)),
        *(_criterion(c, counts, galleries[c.name]) for c in content.criteria),
        *_duplicates(content),
        *_doubts(content),
    ]
    style, script = _template("page.css"), _template("page.js")
    return Template(_template("page.html")).substitute(
        policy=_policy(style, script),
        version=__version__,
        title=markup(content.title),
        style=style,
        script=script,
        run=_run(content),
        contents=tag("ul", join([section.draw_entry() for section in sections])),
        sections=join([*_warnings(counts), *(section.draw() for section in sections)]),
    )


def _template(name: str) -> str:
    return files("fercurate.report.page").joinpath("assets", name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """Allow the page its own style and script, pictures inside it, and nothing else."""
    return (
        f"default-src 'none'; img-src data:; style-src '{_digest(style)}'; "
        f"script-src '{_digest(script)}'; base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _run(content: ReportContent) -> Markup:
    return tag(
        "dl",
        *(tag("dt", "Preset"), tag("dd", content.preset)),
        *(tag("dt", "Command"), tag("dd", tag("code", content.command))),
        class_="run",
    )


def _warnings(counts: ScreeningCounts) -> list[Markup]:
    if not counts.warnings:
        return []
    lines = [tag("li", warning[:1].upper() + warning[1:] + ".") for warning in counts.warnings]
    one = len(lines) == 1
    text = "A class loses" if one else f"{len(lines)} classes lose"
    title = tag("h2", f"{text} far more than the others", id="warning-title")
    inner = (title, tag("ul", *lines))
    return [tag("aside", *inner, class_="warning", aria_labelledby="warning-title")]


def _criterion(criterion: CriterionView, counts: ScreeningCounts, gallery: Markup) -> Section:
    overview = tag(
        "div",
        tag("figure", draw_histogram(criterion)),
        _stats(criterion, counts),
        class_="overview",
    )
    inner = join([tag("p", criterion.meaning), overview, gallery])
    count = None if criterion.threshold is None else counts.criteria[criterion.name].flagged
    return Section(f"criterion-{criterion.name}", criterion.name, count, inner)


def _stats(criterion: CriterionView, counts: ScreeningCounts) -> Markup:
    """The counts of a criterion beside its histogram."""
    count, lines = counts.criteria[criterion.name], []
    if criterion.threshold is not None:
        lines = [("Threshold", bound(criterion)), ("Flagged", f"{count.flagged:,}")]
        lines.append(("Share of all samples", percent(count.flagged, counts.samples)))
    if criterion.action == "drop":
        lines.append(("Dropped for it", f"{count.dropped:,}"))
    lines.append(("Scored", f"{count.scored:,}"))
    if count.unknown:
        lines.append(("Cannot be told", f"{count.unknown:,}"))
    pairs = [Markup(tag("dt", name) + tag("dd", value)) for name, value in lines]
    return tag("dl", *pairs, class_="stats")


def _duplicates(content: ReportContent) -> list[Section]:
    groups = content.duplicates
    if not groups:
        return []
    samples = sum(len(group) for group in groups)
    text = f"{len(groups):,} groups of identical or nearly identical pictures, {samples:,} samples "
    text += f"in all. Shown are {min(len(groups), GROUPS)} groups, "
    text += f"at most {GROUP_SAMPLES} samples of each; "
    text += "groups with contradicting labels come first, then the largest."
    inner = Markup(tag("p", text, class_="note") + draw_duplicates(content))
    return [Section("duplicates", "Duplicates", len(groups), inner)]


def _doubts(content: ReportContent) -> list[Section]:
    doubts = content.doubts
    if not doubts:
        return []
    text = "Samples whose given label is the least likely, the worst first: the given label above, "
    text += "the suggested one below, each with its chance. "
    text += f"Shown are {min(len(doubts), DOUBTS)} of {len(doubts):,}."
    inner = Markup(tag("p", text, class_="note") + draw_doubts(content))
    return [Section("doubts", "Doubtful labels", len(doubts), inner)]
