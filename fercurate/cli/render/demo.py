"""What ``fercurate demo`` prints: the gist of each of its commands, or all that they would."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from fercurate.cli.output import Output
from fercurate.cli.render.audit import audit_lines, gist_of_audit
from fercurate.cli.render.build import build_document, build_lines, gist_of_build
from fercurate.cli.render.ingest import gist_of_ingest, ingest_lines
from fercurate.cli.render.stats import balance_lines, table_of_splits
from fercurate.pipeline.audit.report import AuditReport
from fercurate.pipeline.building.build import BuildReport
from fercurate.pipeline.demo import DemoRequest, DemoResult, DemoStep
from fercurate.pipeline.stats.class_balance import ClassBalance

_MAX_LEAK = 1.0
_HEADED = tuple(
    f"fercurate {verb}" for verb in ("ingest", "stats (store)", "audit (store)", "build")
)
"""The steps that have a heading in a short demo: their results have lines of their own."""


def show_demo(
    output: Output, steps: Iterable[DemoStep | DemoResult], request: DemoRequest, verbose: bool
) -> None:
    """Print each step of a demo as it comes, or all of them as one JSON document.

    Unless it is ``verbose``, a step has a few lines, and the text ends with what to look at.
    """
    documents: list[Mapping[str, Any]] = []
    built: list[Path] = []
    for step in steps:
        if isinstance(step, DemoResult) and isinstance(step.result, BuildReport):
            built.append(step.path)
        if isinstance(step, DemoStep):
            if verbose:
                output.heading(step.title)
            elif not output.as_json and step.title.startswith(_HEADED):
                output.lines([f"== {step.title}"])
        elif output.as_json:
            documents.append(_document(step))
        else:
            output.lines(_lines(step) if verbose else _gist(step))
    if output.as_json:
        output.document({"schema_version": 1, "kind": "demo", "steps": documents})
    elif not verbose:
        output.lines(_ending(request, built[0]))


def _gist(step: DemoResult) -> Iterator[str]:
    """A few lines of a result; the balance of an export stands in its build."""
    match step.result:
        case ClassBalance() as balance:
            return table_of_splits(balance) if balance.kind == "store" else iter(())
        case AuditReport() as report:
            return gist_of_audit(report)
        case BuildReport() as report:
            return gist_of_build(report)
        case report:
            return gist_of_ingest(report)


def _ending(request: DemoRequest, built: Path) -> Iterator[str]:
    folder, seed = request.folder, f" --seed {request.seed}" if request.seed else ""
    yield f"look at {built / 'sheet_real.png'} and {built / 'datasheet.md'}"
    yield f"then: fercurate filter {folder / 'store.h5'} --report {folder / 'screening'}"
    yield f"all that was said: fercurate demo {folder}{seed} --overwrite --verbose"


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
