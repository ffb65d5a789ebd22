"""What ``fercurate trace`` prints: one screen."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from fercurate.cli.output import Output

if TYPE_CHECKING:  # only names of types: a command imports no more than it runs
    from fercurate.pipeline.trace.report import TraceReport

_ROWS = 12


def show_trace(output: Output, report: "TraceReport") -> None:
    """Print everything about one picture or row."""
    output.show(report.to_json(), trace_lines(report))


def trace_lines(report: "TraceReport") -> Iterator[str]:
    """What it is, where it comes from, how it was judged, where it stands, what was made of it."""
    target = report.target
    named = target.sample_id if target.kind in {"sample", "row"} else report.what
    yield click.style(named, bold=True) + f", by {target.found_by}"
    if target.kind == "reject":
        yield f"not stored: {target.row_name} of {target.sample_id}: {report.reason}"
        yield f"  {target.reject[1]}"
        return
    if target.kind == "removed":
        yield f"not stored: {report.reason}"
        return
    if target.others:
        yield f"  as well: {', '.join(target.others)}"
    if report.row is not None:
        yield f"row {report.row.file}:{report.row.row} ({report.row.sample_id})"
    yield from _sample_lines(report.sample)
    yield from _decided_lines(report)
    yield from _judged_lines(report)
    yield from _decision_lines(report.decision)
    yield from _row_lines(report)
    for remark in report.remarks:
        yield f"note: {remark}"


def _sample_lines(sample: dict[str, Any]) -> Iterator[str]:
    if not sample:
        return
    raw = sample.get("raw", {"file": sample.get("origin", ""), "line": sample.get("line", "")})
    line = f":{raw['line']}" if raw.get("line") else ""
    yield f"raw     {raw['file']}{line} of {raw.get('reader', sample['source'])}"
    ingest = raw.get("ingest")
    if ingest:
        yield f"        by {ingest['command']} on {ingest['time']}"
        for one in ingest["inputs"]:
            yield f"        {one['name']}, SHA-256 {one['sha256']}"
    people = [f"{name} {sample[name]}" for name in ("subject", "sequence") if sample.get(name)]
    split = f"native split {sample['native_split']}" if sample["native_split"] else ""
    yield f"label   {sample['native_label']!r} = {sample['expression'] or 'no expression'}"
    rest = ", ".join(part for part in (split, *people) if part)
    if rest:
        yield f"        {rest}"
    told = sample.get("attributes")
    if told:
        yield f"person  {', '.join(f'{name} {value}' for name, value in told.items())}"
    votes = sample.get("votes")
    if votes:
        yield f"votes   {', '.join(f'{name} {count}' for name, count in votes.items() if count)}"


def _decided_lines(report: "TraceReport") -> Iterator[str]:
    for one in report.decided:
        before = f" (was {one['given']})" if one["given"] else ""
        when = f"{one['at'][:10]}, {one['mode']}"
        yield f"decided {one['question']}: {one['answer']}{before}, by {one['by']} on {when}"


def _judged_lines(report: "TraceReport") -> Iterator[str]:
    if all(one["score"] is None for one in report.criteria.values()):
        return
    yield f"scores  by {report.policy}"
    for name, one in report.criteria.items():
        if one["score"] is None:
            continue
        limit = "" if one["threshold"] is None else f", {one['action']} from {one['threshold']:g}"
        mark = click.style("  FAILS", fg="red") if one["fails"] else ""
        yield f"        {name:<16} {one['score']:.3f}{limit}{mark}"


def _decision_lines(decision: dict[str, Any]) -> Iterator[str]:
    if not decision:
        return
    if decision.get("class"):
        yield f"class   {decision['class']}: {decision['class_by']}"
    if decision["split"]:
        fold = f", fold {decision['fold']}" if "fold" in decision else ""
        yield f"split   {decision['split']}{fold} of {decision['recipe']}: {decision['why']}"
    else:
        why = decision["why"].removeprefix(f"{decision['stage']}: ")
        yield f"not in {decision['recipe']}: {decision['stage']}: {why}"
    for one in decision.get("group", []):
        where = one["split"] or f"left out ({one['reason']})"
        yield f"        with {one['sample_id']}: {one['class']}, {where}"
    more = decision.get("group_size", 1) - 1 - len(decision.get("group", []))
    if more > 0:
        yield f"        and {more:,} more of its group"


def _row_lines(report: "TraceReport") -> Iterator[str]:
    if not report.rows:
        return
    yield f"rows    {len(report.rows):,} of the export"
    for one in report.rows[:_ROWS]:
        mix = "" if one.mix is None else f" {one.mix:.3f} of the way"
        parents = f" from {' and '.join(one.parents)}" if one.parents else ""
        yield f"        {one.file}:{one.row} {one.label} {one.op}{mix}{parents}"
        if one.values:
            yield f"          {one.values}"
    if len(report.rows) > _ROWS:
        yield f"        ... {len(report.rows) - _ROWS:,} more with --json"
