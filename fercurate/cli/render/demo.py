"""What ``fercurate demo`` prints: what each of its commands would, under headings."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fercurate.cli.output import Output
from fercurate.cli.render.audit import audit_lines
from fercurate.cli.render.build import build_document, build_lines
from fercurate.cli.render.ingest import ingest_lines
from fercurate.cli.render.stats import balance_lines
from fercurate.pipeline.audit.report import AuditReport
from fercurate.pipeline.building.build import BuildReport
from fercurate.pipeline.demo import DemoResult, DemoStep
from fercurate.pipeline.stats.class_balance import ClassBalance

_MAX_LEAK = 1.0


def show_demo(output: Output, steps: Iterable[DemoStep | DemoResult]) -> None:
    """Print each step of a demo as it comes, or all of them as one JSON document."""
    documents = []
    for step in steps:
        if isinstance(step, DemoStep):
            output.heading(step.title)
        elif output.as_json:
            documents.append(_document(step))
        else:
            output.lines(_lines(step))
    if output.as_json:
        output.document({"schema_version": 1, "kind": "demo", "steps": documents})


def _document(step: DemoResult) -> Mapping[str, Any]:
    match step.result:
        case ClassBalance() as balance:
            return balance.to_json()
        case AuditReport() as report:
            return report.to_json(_MAX_LEAK)
        case BuildReport() as report:
            return build_document(report, step.path)
        case report:
            return report.to_json()


def _lines(step: DemoResult) -> Iterator[str]:
    match step.result:
        case ClassBalance() as balance:
            return balance_lines(balance, step.path.name)
        case AuditReport() as report:
            return audit_lines(report, step.path.name, _MAX_LEAK)
        case BuildReport() as report:
            return build_lines(report, step.path)
        case report:
            return ingest_lines(report)
