"""What ``fercurate ingest`` prints."""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fercurate.cli.output import Output
from fercurate.domain.sample import REJECT_MEANINGS, RejectCode

if TYPE_CHECKING:  # only names of types: a command imports no more than it runs
    from fercurate.pipeline.ingest.ingest import IngestReport


def show_ingest(output: Output, reports: "Sequence[IngestReport]") -> None:
    """Print what was read of each corpus, and what was rejected."""
    output.show(ingest_document(reports), ingest_lines(reports))


def ingest_document(reports: "Sequence[IngestReport]") -> dict[str, Any]:
    """JSON-ready values with stable keys."""
    return {"schema_version": 1, "kind": "ingest", "inputs": [_input(one) for one in reports]}


def ingest_lines(reports: "Sequence[IngestReport]") -> Iterator[str]:
    """A few lines a corpus."""
    for report in reports:
        yield from _lines(report)


def _input(report: "IngestReport") -> dict[str, Any]:
    recognition, change = report.recognition, report.change
    return {
        "path": report.path,
        "source": recognition.source,
        "layout": recognition.layout,
        "why": recognition.why,
        "variant": report.variant,
        "records": report.records,
        "added": change.added,
        "unchanged": change.unchanged,
        "rejected": change.rejected,
        "rejects": {str(code): count for code, count in change.rejects.items()},
        "reject_examples": [asdict(reject) for reject in report.examples],
        "changed": report.committed,
    }


def _lines(report: "IngestReport") -> Iterator[str]:
    change, name = report.change, Path(report.path).name
    if report.dry_run:
        yield f"{name}: recognized as {report.recognition.source}; nothing was read (dry run)"
        return
    yield (
        f"{name}: {report.records:,} rows read; {change.added:,} added, "
        f"{change.unchanged:,} unchanged, {change.rejected:,} rejected"
    )
    if report.variant:
        yield textwrap.fill(report.variant, 96, initial_indent="  ", subsequent_indent="  ")
    for code, count in sorted(change.rejects.items()):
        yield f"  {code}  {count:,}  {REJECT_MEANINGS[RejectCode(code)]}"
    for reject in report.examples:
        yield f"    {reject.where}: {reject.message} ({reject.code})"
    if change.rejected > len(report.examples):
        yield f"    ... and {change.rejected - len(report.examples):,} more, kept in the store"
