"""What ``fercurate build`` prints."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fercurate.cli.output import Output
from fercurate.cli.render.export import layout_lines
from fercurate.cli.render.proof.bundle import match_lines
from fercurate.cli.render.tables import Row, files_in_words, table

if TYPE_CHECKING:  # only names of types: a command imports no more than it runs
    from fercurate.pipeline.building.build import BuildReport


def show_build(output: Output, report: "BuildReport", folder: Path | str) -> None:
    """Print what a build wrote, or would write."""
    output.show(build_document(report, folder), build_lines(report, folder))


def build_document(report: "BuildReport", folder: Path | str) -> dict[str, Any]:
    """JSON-ready values with stable keys."""
    extent = {} if report.extent is None else {"extent": report.extent.to_json()}
    since = {"since_last_build": report.since} if report.since else {}
    told = {} if report.matches is None else {"bundle": dict(report.matches)}
    written = {"output": str(folder), "files": list(report.files)}
    laid_out = {"layouts": [one.to_json() for one in report.layouts]} if report.layouts else {}
    return report.summary | written | extent | since | told | laid_out


def gist_of_build(report: "BuildReport") -> Iterator[str]:
    """A table of splits and classes."""
    classes = report.summary["scheme"]["classes"]
    rows: list[Row] = [
        [name, *(split["classes"][c] for c in classes), split["rows"], split["derived"]]
        for name, split in report.summary["splits"].items()
    ]
    return table(["split", *classes, "all", "derived"], rows)


def build_lines(report: "BuildReport", folder: Path | str) -> Iterator[str]:
    """A table of splits and classes, what was left out and why, and the files."""
    summary = report.summary
    verb = "written" if report.files else "planned (nothing was written)"
    yield f"{summary['name']}: {verb}"
    yield from gist_of_build(report)
    if summary["folds"]:
        sizes = [sum(counts.values()) for counts in summary["folds"]]
        yield f"{len(sizes)} folds, which test {min(sizes):,} to {max(sizes):,} samples each"
    for reason, counts in summary["dropped"].items():
        yield f"left out: {sum(counts.values()):,} ({reason})"
    if report.extent is not None:
        megabytes = report.extent.bytes / 1e6
        yield f"pictures: {megabytes:,.1f} MB, made by one core in {_lasting(report.seconds)}"
    if report.since:
        yield report.since
    if report.matches is not None:
        yield from match_lines(report.matches)
    if report.files:
        yield f"in {folder}: {files_in_words(report.files)}"
        yield from _next_lines(report.files, folder)
    for layout in report.layouts:
        yield from layout_lines(layout)


_LOOKED_AT = ("sheet_real.png", "datasheet.md")
"""What a person looks at first."""


def _next_lines(files: Sequence[str], folder: Path | str) -> Iterator[str]:
    """What to do with an export that lies here."""
    if isinstance(folder, Path):
        seen = [str(folder / name) for name in _LOOKED_AT if name in files]
        train = f"python {folder / 'train.py'}" if "train.py" in files else ""
        then = f"; then: {train}" if train else ""
        yield f"look at {' and '.join(seen)}{then}"


def _lasting(seconds: float) -> str:
    """A length of time as people say it; estimates are no more exact."""
    if seconds < 60:
        return "under a minute"
    minutes = seconds / 60
    return f"about {minutes:.0f} minutes" if minutes < 90 else f"about {minutes / 60:.0f} hours"
