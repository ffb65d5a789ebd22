"""What ``fercurate remove``, ``compact`` and ``merge`` print."""

import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING

from fercurate.cli.output import Output
from fercurate.cli.render.care.contents import megabytes
from fercurate.domain.text import plural

if TYPE_CHECKING:  # only names of types: a command imports no more than it runs
    from fercurate.pipeline.care.compact import CompactReport
    from fercurate.pipeline.care.merge import MergeReport
    from fercurate.pipeline.care.removal import RemoveReport


def show_removal(output: Output, report: "RemoveReport", may_return: bool) -> None:
    """Print what a removal took out of a store."""
    output.show(report.to_json(), removal_lines(report, may_return))


def removal_lines(report: "RemoveReport", may_return: bool) -> Iterator[str]:
    """How many samples of which class went, what stays, and what is left to do."""
    verb = "removed" if report.changed else "would be removed (nothing was changed)"
    yield f"{report.store.name}: {report.removed:,} samples {verb}, {report.left:,} left"
    for source, classes in report.classes.items():
        listed = ", ".join(f"{name} {count:,}" for name, count in classes.items())
        yield f"  {source}: {listed or 'its rejects'}"
    if report.identical:
        named = ", ".join(report.identical_ids)
        more = ", ..." if report.identical > len(report.identical_ids) else ""
        what = plural(report.identical, "sample")
        yield (
            f"  {what} with the very same pictures stay: {named}{more}; name them with --ids to "
            "remove them too"
        )
    if not may_return:
        yield f"  {report.tombstones:,} pictures may not come back by another ingest"
    if report.changed:
        yield (
            "  their bytes go with: fercurate compact; exports built before still hold them: "
            "build those again"
        )


def show_compaction(output: Output, report: "CompactReport") -> None:
    """Print what a compaction saved."""
    output.show(report.to_json(), compaction_lines(report))


def compaction_lines(report: "CompactReport") -> Iterator[str]:
    """What it saved, and what of."""
    done, name = report.done, report.store.name
    if not report.changed:
        yield f"{name}: nothing to compact ({megabytes(done.bytes_before)})"
        return
    yield f"{name}: {megabytes(done.saved)} saved, {megabytes(done.bytes_after)} left"
    yield f"  {done.parts_before:,} parts are now {done.parts_after:,}, {done.written:,} new ones"
    if done.samples:
        yield f"  the bytes of {done.samples:,} removed samples are gone"
    for one in done.measurements:
        yield f"  measurements dropped: {one}"


def show_merge(output: Output, report: "MergeReport") -> None:
    """Print what two stores gave."""
    output.show(report.to_json(), merge_lines(report))


def merge_lines(report: "MergeReport") -> Iterator[str]:
    """How many samples of each, and what both hold."""
    rows = report.rows
    yield f"{report.store.name}: {rows.total:,} samples"
    yield f"  {report.first.name} {rows.first:,}, {report.second.name} {rows.second:,}"
    if rows.shared:
        yield f"  {rows.shared:,} are in both and kept once"
    if rows.removed:
        yield f"  {rows.removed:,} had been removed for good from the other store"
    yield f"next: fercurate stats {shlex.quote(str(report.store))}"
