"""What ``fercurate inspect`` prints."""

import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

from fercurate.cli.output import Output
from fercurate.files.regular import real_path

if TYPE_CHECKING:  # only names of types: a command imports no more than it runs
    from fercurate.pipeline.inspect.inspect import PathReport


def show_path(output: Output, report: "PathReport") -> None:
    """Print what lies in a path, and as what it would be read."""
    output.show(report.to_json(), path_lines(report))


def path_lines(report: "PathReport") -> Iterator[str]:
    """What was found, a line a kind, what is recognized, and what to do."""
    name = real_path(report.path).name or str(report.path)
    yield f"{name}: {report.inventory.files:,} file{'' if report.inventory.files == 1 else 's'}"
    for line in report.inventory.lines():
        yield textwrap.fill(line, 96, initial_indent="  ", subsequent_indent="    ")
    yield ""
    for recognition in report.recognized:
        yield f"{recognition.source} ({recognition.layout}): {recognition.why}"
    if report.problem:
        yield report.problem
    yield textwrap.fill(f"next: {report.fix}", 96, subsequent_indent="  ")
