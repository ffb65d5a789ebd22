"""What ``fercurate attributes`` prints."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fercurate.cli.output import Output
from fercurate.cli.render.tables import Row, table
from fercurate.domain.text import plural

if TYPE_CHECKING:  # only names of types: a command imports no more than it runs
    from fercurate.pipeline.attributes.add import AddAttributesReport
    from fercurate.pipeline.attributes.listing import AttributeFacts, AttributeList


def show_added_attributes(output: Output, report: "AddAttributesReport") -> None:
    """Print what was added."""
    output.show(report.to_json(), added_lines(report))


def added_lines(report: "AddAttributesReport") -> Iterator[str]:
    """What the table held, and what became of it."""
    yield f"{', '.join(report.counts)} of {report.samples:,} of {report.stored:,} samples"
    if report.missing:
        yield f"  {report.missing:,} rows are of no stored sample, and are left out"
    rows: list[Row] = [[a, v, n] for a, values in report.counts.items() for v, n in values.items()]
    yield from table(["attribute", "value", "samples"], rows)
    if report.dry_run:
        yield f"nothing was stored (dry run): {plural(report.changed, 'value')} would be new"
    elif report.changed:
        yield f"stored: {plural(report.changed, 'value')} in {report.store.name}"
    else:
        yield f"stored already, nothing was changed: {report.store.name}"


def show_attributes(output: Output, listed: "AttributeList") -> None:
    """Print the attributes of a store."""
    output.show(listed.to_json(), attribute_lines(listed))


def attribute_lines(listed: "AttributeList") -> Iterator[str]:
    """A table of each attribute: samples by value and class."""
    count = len(listed.attributes)
    named = "1 attribute" if count == 1 else f"{count} attributes"
    yield f"{listed.store.name}: {listed.stored:,} samples, {named}"
    if not count:
        yield "add some with: fercurate attributes add STORE FILE"
    for one in listed.attributes:
        sources = ", ".join(f"{name} {n:,}" for name, n in one.sources.items())
        yield f"{one.name}: {plural(one.samples, 'sample')} ({sources})"
        yield from _table(one)


def _table(one: "AttributeFacts") -> Iterator[str]:
    names = one.expressions
    rows: list[Row] = [
        [value, *(counts.get(name, 0) for name in names), sum(counts.values())]
        for value, counts in one.counts.items()
    ]
    yield from table([one.name, *(name or "no label" for name in names), "all"], rows)
