"""What ``fercurate doctor`` prints."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fercurate.cli.output import Output

if TYPE_CHECKING:  # only names of types: a command imports no more than it runs
    from fercurate.pipeline.doctor.finding import MachineReport


def show_machine(output: Output, report: "MachineReport") -> None:
    """Print a line for each finding, with what to do below it."""
    document = {"schema_version": 1, "kind": "machine", **report.to_json()}
    output.show(document, _lines(report))


def _lines(report: "MachineReport") -> Iterator[str]:
    width = max(len(one.name) for one in report.findings)
    for one in report.findings:
        yield f"{one.state:<5}  {one.name:<{width}}  {one.facts}"
        if one.remedy:
            yield f"{'':<5}  {'':<{width}}  -> {one.remedy}"
    faults = report.faults
    yield f"{faults} fault{'s' if faults != 1 else ''}" if faults else "no faults"
