"""What ``fercurate verify`` prints."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fercurate.cli.output import Output

if TYPE_CHECKING:  # only names of types: a command imports no more than it runs
    from fercurate.pipeline.verify.findings import VerifyReport

_SHOWN = 20


def show_verification(output: Output, report: "VerifyReport") -> None:
    """Print what was checked, and what was found."""
    output.show(report.to_json(), verification_lines(report))


def verification_lines(report: "VerifyReport") -> Iterator[str]:
    """What was checked, rows made again, findings with their places, and the verdict."""
    yield f"{report.path.name}: {report.kind}"
    for what, count in report.checked.items():
        yield f"  checked: {what} {count:,}"
    replay = report.replay
    if replay is not None:
        for kind, count in replay.rows.items():
            yield f"  made again: {kind} {count:,}, equal {replay.equal[kind]:,}"
    for remark in report.remarks:
        yield f"  note: {remark}"
    for one in report.findings[:_SHOWN]:
        yield f"FOUND {one.place}: {one.what}"
    more = len(report.findings) - _SHOWN + report.more
    if more > 0:
        yield f"  ... {more:,} more with --json"
    total = len(report.findings) + report.more
    yield "passed: all as it was written" if report.passed else f"FOUND: {total:,} faults"
