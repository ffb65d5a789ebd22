"""The tables of a report: what is dropped and why, what is looked for, who is hit."""

from collections.abc import Sequence

from fercurate.report.content import CriterionView, ReportContent
from fercurate.report.counts import ScreeningCounts
from fercurate.report.page.gallery import NO_LABEL
from fercurate.report.page.histograms import draw_bar
from fercurate.report.page.markup import Markup, breakable, join, markup, tag
from fercurate.screening.fairness import FACTOR, FEWEST, Loss

_ACTIONS = {"drop": "dropped", "enhance": "curable", "report": "only reported"}
_NONE = "-"


def percent(part: int, whole: int) -> str:
    """Return a share as text, a dash where there is nothing to share."""
    if not whole:
        return _NONE
    return "<0.1%" if 0 < part / whole < 0.0005 else f"{part / whole:.1%}"


def bound(criterion: CriterionView) -> str:
    """Return the threshold as text, a dash where there is none."""
    return _NONE if criterion.threshold is None else f"{criterion.threshold:g}"


def draw_summary(counts: ScreeningCounts) -> Markup:
    """Draw the counts that matter most, and the reasons of the drops."""
    figures = [("samples", counts.samples), ("kept", counts.kept), ("dropped", counts.dropped)]
    if counts.enhanced:
        figures.append(("kept, with curable light", counts.enhanced))
    values = [
        tag("div", tag("dt", name), tag("dd", f"{count:,} ", *_share(name, count, counts)))
        for name, count in figures
    ]
    whole, plain = max(counts.samples, 1), counts.kept - counts.enhanced
    parts = [("kept", plain), ("curable", counts.enhanced), ("dropped", counts.dropped)]
    bar = draw_bar([(kind, count / whole) for kind, count in parts], tall=True)
    return join([tag("dl", *values, class_="figures"), bar, _reasons(counts)])


def _share(name: str, count: int, counts: ScreeningCounts) -> list[Markup]:
    return [] if name == "samples" else [tag("small", percent(count, counts.samples))]


def _reasons(counts: ScreeningCounts) -> Markup:
    if not counts.reasons:
        return tag("p", "Nothing is dropped.")
    largest = max(counts.reasons.values())
    rows = [
        tag(
            "tr",
            tag("th", _link(reason, counts), scope="row"),
            tag("td", f"{count:,}", class_="number"),
            tag("td", percent(count, counts.samples), class_="number"),
            tag("td", draw_bar([("dropped", count / largest)]), class_="track"),
        )
        for reason, count in counts.reasons.items()
    ]
    return _table("Dropped by reason", ("Reason", "#Dropped", "#Share", ""), rows)


def _link(reason: str, counts: ScreeningCounts) -> Markup:
    known = reason in counts.criteria
    return tag("a", breakable(reason), href=f"#criterion-{reason}") if known else markup(reason)


def _table(caption: str, columns: Sequence[str], rows: list[Markup]) -> Markup:
    """Draw a table; a column whose name begins with # holds numbers, one without a name bars.

    Columns whose name begins with ~ give way on narrow screens.
    """
    head = tag("thead", tag("tr", *(_head(column) for column in columns)))
    return tag("table", tag("caption", caption), head, tag("tbody", join(rows)))


def _head(column: str) -> Markup:
    name = column.lstrip("~#")
    kinds = {"track": not name, "number": "#" in column, "spare": "~" in column}
    classes = " ".join(kind for kind, holds in kinds.items() if holds) or None
    return tag("th", name, scope="col", class_=classes) if name else tag("td", class_=classes)


def criteria_table(content: ReportContent, counts: ScreeningCounts) -> Markup:
    """Draw what is looked for: every criterion with its threshold and what it flags."""
    note = tag(
        "p",
        "A sample is flagged where its score reaches the threshold; scores run from 0 to 1, higher "
        "is worse. A sample that several criteria flag is dropped for the first of them only.",
        class_="note",
    )
    columns = ("Criterion", "~Flagged are", "#Threshold", "#Flagged", "#Share", "~")
    most = max([count.flagged for count in counts.criteria.values()], default=0)
    rows = [_criterion_row(criterion, counts, max(most, 1)) for criterion in content.criteria]
    return join([note, _table("What is looked for", columns, rows)])


def _criterion_row(criterion: CriterionView, counts: ScreeningCounts, most: int) -> Markup:
    flagged, judged = counts.criteria[criterion.name].flagged, criterion.threshold is not None
    link = tag("a", breakable(criterion.name), href=f"#criterion-{criterion.name}")
    kind = "curable" if criterion.cured else "dropped"
    return tag(
        "tr",
        tag("th", link, tag("span", criterion.meaning, class_="meaning"), scope="row"),
        tag("td", _ACTIONS[criterion.action], class_="spare"),
        tag("td", bound(criterion), class_="number"),
        tag("td", f"{flagged:,}" if judged else _NONE, class_="number"),
        tag("td", percent(flagged, counts.samples) if judged else _NONE, class_="number"),
        tag("td", draw_bar([(kind, flagged / most)]), class_="track spare"),
    )


def loss_tables(counts: ScreeningCounts) -> Markup:
    """Draw the dropped share of every class and of every source, the mean marked."""
    note = tag(
        "p",
        f"The mark is the mean: {counts.mean:.1%} of the labeled samples are dropped. A class is "
        f"warned of if it loses more than {FACTOR:g} times that, and at least {FEWEST} samples.",
        class_="note",
    )
    named = (("Classes", "Class", counts.classes), ("Sources", "Source", counts.sources))
    tables = [_loss_table(caption, column, losses, counts) for caption, column, losses in named]
    return join([note, *tables])


def _loss_table(
    caption: str, column: str, losses: tuple[Loss, ...], counts: ScreeningCounts
) -> Markup:
    most = max([loss.share for loss in losses] + [counts.mean, 1e-9])
    rows = [_loss_row(loss, counts, most, column == "Class") for loss in losses]
    return _table(caption, (column, "~#Samples", "#Dropped", "#Share", ""), rows)


def _loss_row(loss: Loss, counts: ScreeningCounts, most: float, is_class: bool) -> Markup:
    unfair = is_class and loss.name in {one.loss.name for one in counts.unfair}
    details = []
    if unfair:
        details.append(tag("span", " warning", class_="flag"))
    if is_class and loss.name in counts.most_for:
        reason, count = counts.most_for[loss.name]
        details.append(tag("span", f"mostly {reason} ({count:,})", class_="meaning"))
    return tag(
        "tr",
        tag("th", loss.name or NO_LABEL, *details, scope="row"),
        tag("td", f"{loss.samples:,}", class_="number spare"),
        tag("td", f"{loss.dropped:,}", class_="number"),
        tag("td", percent(loss.dropped, loss.samples), class_="number"),
        tag("td", draw_bar([("dropped", loss.share / most)], counts.mean / most), class_="track"),
        class_="unfair" if unfair else None,
    )
