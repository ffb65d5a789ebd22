"""What ``fercurate sources`` and ``fercurate rejects`` print."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fercurate.cli.output import Output
from fercurate.cli.render.tables import Row, table

if TYPE_CHECKING:  # only names of types: a command imports no more than it runs
    from fercurate.pipeline.care.contents import RejectList, SourceList

_EXAMPLES = 3


def show_sources(output: Output, listed: "SourceList") -> None:
    """Print what a store holds."""
    output.show(listed.to_json(), source_lines(listed))


def source_lines(listed: "SourceList") -> Iterator[str]:
    """A table of the sources, what each was recognized as, and the changes of the store."""
    total = sum(one.samples for one in listed.sources)
    yield f"{listed.store.name}: {total:,} samples, {megabytes(listed.bytes)} in parts"
    rows: list[Row] = [
        [one.name, ", ".join(one.readers), one.samples, one.rejects, megabytes(one.bytes), one.when]
        for one in listed.sources
    ]
    yield from table(["source", "reader", "samples", "rejects", "pictures", "ingested"], rows)
    for one in listed.sources:
        for variant in one.variants:
            yield f"\n{one.name}: {', '.join(one.inputs)}\n  {variant}"
    if listed.removed:
        yield f"\nremoved and not yet compacted: {listed.removed:,} samples"
    if listed.tombstones:
        yield f"pictures that may not come back: {listed.tombstones:,}"
    yield "\nchanges, oldest first"
    for change in listed.changes:
        yield f"  {change.time}  {change.command}"


def show_rejects(output: Output, listed: "RejectList") -> None:
    """Print what could not be ingested."""
    output.show(listed.to_json(), reject_lines(listed))


def reject_lines(listed: "RejectList") -> Iterator[str]:
    """Counts by source and code, each with its first rejects."""
    yield f"{listed.store.name}: {len(listed.rejects):,} rejects"
    for source, codes in listed.counts().items():
        for code, count in codes.items():
            own = [one for one in listed.rejects if (one[0], one[3]) == (source, code)]
            meaning = f" ({own[0][4]})" if own[0][4] else ""
            yield f"\n{source}: {code} {count:,}{meaning}"
            for _, origin, line, _, _, message in own[:_EXAMPLES]:
                place = f"{origin}:{line}" if line > 0 else origin
                yield f"  {place}: {message}"
            if count > _EXAMPLES:
                yield f"  ... {count - _EXAMPLES:,} more with --csv or --json"


def megabytes(count: int) -> str:
    """Bytes as people say them."""
    return f"{count / 1e6:,.1f} MB"
