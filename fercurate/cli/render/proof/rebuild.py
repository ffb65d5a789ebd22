"""What ``fercurate rebuild`` prints."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fercurate.cli.output import Output

if TYPE_CHECKING:  # only names of types: a command imports no more than it runs
    from fercurate.pipeline.rebuild.rebuild import RebuildReport


def show_rebuild(output: Output, report: "RebuildReport") -> None:
    """Print whether an export came out the same."""
    output.show(report.to_json(), rebuild_lines(report))


def rebuild_lines(report: "RebuildReport") -> Iterator[str]:
    """How many files are the same, and which are not."""
    yield f"{report.export.name} built again in {report.output}"
    yield f"  {report.equal:,} files have the digests of the lock"
    kinds = {
        "other bytes": report.changed,
        "not made": report.missing,
        "not in the lock": report.extra,
    }
    for what, names in kinds.items():
        if names:
            yield f"FOUND {what}: {', '.join(names)}"
    if report.same:
        yield "passed: every file is the same"
