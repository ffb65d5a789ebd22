"""What ``fercurate audit`` prints."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from fercurate.cli.output import Output
from fercurate.cli.render.tables import Row, table

if TYPE_CHECKING:  # only names of types: a command imports no more than it runs
    from fercurate.pipeline.audit.report import AuditReport

_SHOWN_PAIRS = 10


def show_audit(output: Output, report: "AuditReport", name: str, max_leak: float) -> None:
    """Print what leaks between the splits of a store or an export."""
    output.show(report.to_json(max_leak), audit_lines(report, name, max_leak))


def audit_lines(report: "AuditReport", name: str, max_leak: float) -> Iterator[str]:
    """The splits, a table a kind of leak, the first pairs that leak, and the verdict."""
    splits = ", ".join(f"{split} {count:,}" for split, count in report.splits.items())
    yield f"{name}: {report.kind} with {splits or 'no splits'}"
    identical = report.identical
    yield (
        f"\nidentical pictures: {identical['groups']:,} groups with {identical['images']:,} "
        f"members; {identical['groups_across_splits']:,} groups lie in more than one split; "
        f"{identical['contradictory_groups']:,} have contradictory labels"
    )
    yield from _duplicate_lines(report)
    for kind, matrix in report.matrices.items():
        yield from _leak_lines(report.titles[kind], matrix)
    yield from _pair_lines(report)
    yield from _verdict_lines(report, max_leak)


def gist_of_audit(report: "AuditReport") -> Iterator[str]:
    """How many evaluation rows leak, in one line."""
    identical = report.with_train_duplicate
    yield (
        f"{report.leaked:,} of {report.evaluation_rows:,} evaluation rows share a picture or a "
        f"person with another split, {identical:,} of them an identical picture with train"
    )


def _duplicate_lines(report: "AuditReport") -> Iterator[str]:
    """How many pairs are near duplicates or changed copies, or that they were not looked for."""
    near = report.near_pairs
    said = "not looked for" if near is None else f"{near:,} pairs"
    yield f"nearly identical, not identical: {said}"
    recall = report.near_recall
    if recall is not None:
        yield (
            f"  recall of the near-duplicate search, measured on {recall.sampled:,} pictures: "
            f"{recall.share:.1%} ({recall.known:,} of {recall.pairs:,} pairs)"
        )
    if not report.compares:
        return
    counts = report.changed_pairs
    known = [f"{kind} {count:,}" for kind, count in counts.items() if count is not None]
    unknown = [kind for kind, count in counts.items() if count is None]
    if known:
        yield f"changed copies between splits, in pairs: {', '.join(known)}"
    if unknown:
        yield f"changed copies not looked for: {', '.join(unknown)}"


def _leak_lines(title: str, matrix: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    if not any(count for row in matrix.values() for count in row.values()):
        return
    yield f"\n{title.rstrip(',')}: rows of a split that share one with another split"
    names = list(matrix)
    rows: list[Row] = [
        [first, *(matrix[first].get(second, 0) for second in names)] for first in names
    ]
    yield from table(["split", *names], rows)


def _pair_lines(report: "AuditReport") -> Iterator[str]:
    for pair in report.pairs[:_SHOWN_PAIRS]:
        yield f"  {pair.sample} ({pair.split}) ~ {pair.other} ({pair.other_split}): {pair.kind}"
    if len(report.pairs) > _SHOWN_PAIRS:
        yield "  ... more with --json"


def _verdict_lines(report: "AuditReport", max_leak: float) -> Iterator[str]:
    yield ""
    if report.compares:
        yield from _share_lines(report, max_leak)
    else:
        yield "no splits to compare"
    if report.class_order:
        yield f"FOUND: {report.class_order}"


def _share_lines(report: "AuditReport", max_leak: float) -> Iterator[str]:
    yield f"evaluation rows with an identical picture in train: {report.with_train_duplicate:,}"
    for kind, count in report.leaked_by_kind.items():
        if count and kind != "identical":
            yield f"evaluation rows with {report.titles[kind]} in another split: {count:,}"
    verdict = "FOUND" if report.findings(max_leak) else "passed"
    yield (
        f"{verdict}: {report.leaked:,} of {report.evaluation_rows:,} evaluation rows leak "
        f"({report.share:.2%}; allowed {max_leak:.2%})"
    )
    if report.leaked_by_change:
        rest = report.leaked - report.leaked_by_change
        yield f"  {report.leaked_by_change:,} of them by changed copies alone, {rest:,} otherwise"
    if report.share > max_leak:
        yield "  to repair it in an export, write into its recipe: leaks: drop_train"
