"""What ``fercurate diff`` prints."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fercurate.cli.output import Output
from fercurate.cli.render.tables import Row, table

if TYPE_CHECKING:  # only names of types: a command imports no more than it runs
    from fercurate.pipeline.diff.report import DiffReport
    from fercurate.pipeline.diff.samples import SampleDiff

_SHOWN = 8
_WIDE, _DIGEST = 60, 12


def show_diff(output: Output, report: "DiffReport") -> None:
    """Print what differs between two sides."""
    output.show(report.to_json(), diff_lines(report))


def diff_lines(report: "DiffReport") -> Iterator[str]:
    """Samples by kind with their tables, rows, and facts."""
    yield f"A {report.first}"
    yield f"B {report.second}"
    if report.samples is not None:
        yield from _sample_lines(report.samples)
    if report.rows is not None:
        yield "\nrows by what made them"
        names = list(report.rows.to_json())
        counts = report.rows.to_json()
        ops = sorted({op for one in counts.values() for op in one})
        rows: list[Row] = [[op, *(counts[name].get(op, 0) for name in names)] for op in ops]
        yield from table(["made by", *(name.replace("_", " ") for name in names)], rows)
    yield from _fact_lines(report)
    if report.equal:
        yield "\nnothing differs"


def _fact_lines(report: "DiffReport") -> Iterator[str]:
    """Recipe keys, versions and the like in a table; files by their names alone."""
    facts = [f for f in report.facts if f.group != "files"]
    if facts:
        yield "\nfacts"
        cut = [[f.group, f.name, _short(f.before), _short(f.after)] for f in facts]
        yield from table(["of", "what", "A", "B"], cut)
    files = [f.name for f in report.facts if f.group == "files"]
    if files:
        named = ", ".join(files[:_SHOWN])
        more = ", ... (all with --json)" if len(files) > _SHOWN else ""
        yield f"\nfiles with other bytes, or in one of them alone: {len(files):,}\n  {named}{more}"


def _short(text: str) -> str:
    """A value that fits into a table: the begin of a digest, or of a long text."""
    wide = _DIGEST if len(text) == 64 and text.isalnum() else _WIDE
    return text if len(text) <= wide else f"{text[:wide]}..."


def _sample_lines(samples: "SampleDiff") -> Iterator[str]:
    yield f"\nsamples: {samples.before:,} in A, {samples.after:,} in B"
    for kind, some in samples.changes.items():
        if not some:
            continue
        yield f"\n{kind}: {len(some):,}"
        for name, counts in samples.counts(kind).items():
            listed = ", ".join(f"{key} {count:,}" for key, count in counts.items())
            yield f"  by {name.removesuffix('es' if name == 'classes' else 's')}: {listed}"
        named = ", ".join(one.sample_id for one in some[:_SHOWN])
        yield f"  {named}{', ... (all with --json)' if len(some) > _SHOWN else ''}"
