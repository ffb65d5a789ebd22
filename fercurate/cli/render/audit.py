"""What ``fercurate audit`` prints."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from fercurate.cli.output import Output
from fercurate.cli.render.tables import Row, table

if TYPE_CHECKING:  # only names of types: a command imports no more than it runs
    from fercurate.pipeline.audit.audit import AuditReport

_SHOWN_PAIRS = 10


def show_audit(output: Output, report: "AuditReport", name: str, max_leak: float) -> None:
    """Print what leaks between the splits of a store or an export."""
    output.show(report.to_json(max_leak), audit_lines(report, name, max_leak))


def audit_lines(report: "AuditReport", name: str, max_leak: float) -> Iterator[str]:
    """The splits, a table a kind of leak, the first pairs that leak, and the verdict."""
    splits = ", ".join(f"{split} {count:,}" for split, count in report.splits.items())
    yield f"{name}: {report.kind} with {splits}"
    identical = report.identical
    yield (
        f"\nidentical pictures: {identical['groups']:,} groups with {identical['images']:,} "
        f"members; {identical['groups_across_splits']:,} groups lie in more than one split; "
        f"{identical['contradictory_groups']:,} have contradictory labels"
    )
    yield f"nearly identical, not identical: {report.near_pairs:,} pairs"
    for kind, matrix in report.matrices.items():
        yield from _leak_lines(report.titles[kind], matrix)
    yield from _pair_lines(report)
    yield from _verdict_lines(report, max_leak)


def _leak_lines(title: str, matrix: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    if not any(count for row in matrix.values() for count in row.values()):
        return
    yield f"\n{title}: rows of a split that share one with another split"
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
    yield f"\nevaluation rows with an identical picture in train: {report.with_train_duplicate:,}"
    verdict = "FOUND" if report.findings(max_leak) else "passed"
    yield (
        f"{verdict}: {report.leaked:,} of {report.evaluation_rows:,} evaluation rows leak "
        f"({report.share:.2%}; allowed {max_leak:.2%})"
    )
    if report.share > max_leak:
        yield "  to repair it in an export, write into its recipe: leaks: drop_train"
    if report.class_order:
        yield f"FOUND: {report.class_order}"
