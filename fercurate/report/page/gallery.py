"""Galleries of a report: pictures with their captions, duplicate groups, doubtful labels."""

from collections.abc import Iterable
from dataclasses import dataclass

from fercurate.domain.verdict import KEEP
from fercurate.report.content import CriterionView, LabelDoubt, ReportContent, Rows
from fercurate.report.page.markup import Markup, join, tag
from fercurate.report.samples import (
    DOUBTS,
    GROUP_SAMPLES,
    GROUPS,
    SHEET_WORST,
    SampleChoice,
    labels_contradict,
    rank_duplicates,
)
from fercurate.report.thumbnails import Thumbnails, data_uri, load_thumbnails

NO_LABEL = "no label"
_KEPT = "kept"


@dataclass(frozen=True)
class _Gallery:
    """Draws pictures of a report with what is known of them."""

    content: ReportContent
    thumbnails: Thumbnails

    def class_of(self, row: int) -> str:
        return str(self.content.classes[row]) or NO_LABEL

    def fate_of(self, row: int) -> str:
        reason = self.content.reasons[row]
        return _KEPT if reason == KEEP else f"dropped: {reason}"

    def tile(self, row: int, remark: str, *caption: Markup) -> Markup:
        """Draw a picture, described by id, class and a remark; caption and id stand below."""
        name, image = str(self.content.ids[row]), self.thumbnails[row]
        text = f"{name}, {self.class_of(row)}, {remark}"
        return tag(
            "figure",
            tag("img", src=data_uri(image), alt=text, width=image.width, height=image.height),
            tag("figcaption", *caption, tag("span", name, class_="id")),
            class_="tile",
            data_class=self.class_of(row),
            data_source=str(self.content.sources[row]),
        )

    def scored(self, row: int, criterion: CriterionView) -> Markup:
        """Draw a picture with its score; its fate is told where the score does not explain it."""
        score, fate = f"{criterion.scores[row]:.3f}", self.fate_of(row)
        told = _surprise(criterion, row, str(self.content.reasons[row]))
        return self.tile(
            row,
            f"{criterion.name} {score}, {fate}",
            tag("span", score, class_="score"),
            tag("span", self.class_of(row), class_="class"),
            *([tag("span", told, class_="fate")] if told else []),
        )


def _surprise(criterion: CriterionView, row: int, reason: str) -> str:
    """The fate of a sample, if it is not what this criterion alone would make of it."""
    flagged = bool(criterion.flagged[row])
    if reason == (criterion.name if flagged and criterion.action == "drop" else KEEP):
        return ""
    if reason == KEEP:
        return _KEPT
    return f"also {reason}" if flagged else f"dropped: {reason}"


def _tiles(tiles: Iterable[Markup], kind: str = "tiles") -> Markup:
    return tag("div", join(list(tiles)), class_=kind)


def draw_criterion(
    content: ReportContent, criterion: CriterionView, shown: SampleChoice, thumbnails: Thumbnails
) -> Markup:
    """Draw what a criterion flags, the worst first, and what lies next to its threshold."""
    gallery = _Gallery(content, thumbnails)

    def part(title: str, rows: Rows, note: str = "") -> Markup:
        text = tag("p", note, class_="note") if note else Markup()
        tiles = _tiles(gallery.scored(int(row), criterion) for row in rows)
        return tag("div", tag("h3", title), text, tiles) if len(rows) else Markup()

    if criterion.threshold is None:
        return part("Highest scores", shown.worst)
    bound = f"{criterion.threshold:g}"
    sides = (
        part(f"Just flagged (from {bound})", shown.above),
        part(f"Just not flagged (below {bound})", shown.below),
    )
    worst = part("Flagged, the worst first", shown.worst, _rest(criterion, shown))
    return join([worst, tag("div", *sides, class_="sides")]) if any(sides) else worst


def _rest(criterion: CriterionView, shown: SampleChoice) -> str:
    """What is flagged beyond the pictures shown, and where to see more of it."""
    flagged = int(criterion.flagged.sum())
    more = flagged - len(shown.worst)
    sheet = f"sheets/{criterion.name}.png shows the worst {min(flagged, SHEET_WORST)}"
    return f"{more:,} more are flagged; {sheet}." if more else ""


def draw_duplicates(content: ReportContent) -> Markup:
    """Draw the duplicate groups side by side, those with contradicting labels first."""
    groups = rank_duplicates(content)[:GROUPS]
    rows = (int(row) for group in groups for row in group[:GROUP_SAMPLES])
    gallery = _Gallery(content, load_thumbnails(content.read, rows))
    drawn = [_group(gallery, rank, group) for rank, group in enumerate(groups, 1)]
    return tag("div", join(drawn), class_="groups")


def _group(gallery: _Gallery, rank: int, group: Rows) -> Markup:
    more = f", {len(group) - GROUP_SAMPLES:,} more not shown" if len(group) > GROUP_SAMPLES else ""
    differ = labels_contradict(gallery.content, group)
    flag = [tag("span", "labels differ", class_="flag")] if differ else []
    title = tag("p", f"Group {rank}: {len(group):,} samples{more} ", *flag)
    tiles = _tiles(_duplicate(gallery, rank, int(row)) for row in group[:GROUP_SAMPLES])
    return tag("div", title, tiles, class_="group")


def _duplicate(gallery: _Gallery, rank: int, row: int) -> Markup:
    fate = gallery.fate_of(row)
    return gallery.tile(
        row,
        f"copy of group {rank}, {fate}",
        tag("span", gallery.class_of(row), class_="class"),
        tag("span", fate, class_="fate"),
    )


def draw_doubts(content: ReportContent) -> Markup:
    """Draw the label-noise ranking: each picture with its given and its suggested label."""
    doubts = content.doubts[:DOUBTS]
    thumbnails = load_thumbnails(content.read, (doubt.row for doubt in doubts))
    gallery = _Gallery(content, thumbnails)
    return _tiles((_doubt(gallery, doubt) for doubt in doubts), "tiles doubts")


def _doubt(gallery: _Gallery, doubt: LabelDoubt) -> Markup:
    chances = [
        ("given", doubt.given, f"{doubt.given_chance:.0%}"),
        ("other", doubt.other, f"{doubt.other_chance:.0%}"),
    ]
    return gallery.tile(
        doubt.row,
        f"given {doubt.given} {chances[0][2]}, suggested {doubt.other} {chances[1][2]}",
        *(
            tag("span", tag("span", label), tag("span", chance), class_=f"chance {kind}")
            for kind, label, chance in chances
        ),
    )
