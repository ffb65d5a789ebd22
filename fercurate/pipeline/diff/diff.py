"""Diff: what differs between two exports, two stores, or two locks."""

from pathlib import Path

from fercurate.errors import UsageError
from fercurate.pipeline.diff.facts import compare_facts
from fercurate.pipeline.diff.report import DiffReport
from fercurate.pipeline.diff.rows import compare_rows
from fercurate.pipeline.diff.samples import compare_samples
from fercurate.pipeline.diff.sides import read_side


def diff(first: Path, second: Path) -> DiffReport:
    """Compare two sides of one kind.

    Raises:
        InputError: one is neither an export nor a store nor a lock.
        UsageError: they are of different kinds.
        StoreError, ExportError: one is damaged.
    """
    a, b = read_side(first), read_side(second)
    if a.kind != b.kind:
        raise UsageError(f"{a.kind} and {b.kind}", where=f"{first}, {second}", expected="one kind")
    samples = None
    if a.samples is not None and b.samples is not None:
        samples = compare_samples(a.samples, b.samples)
    rows = compare_rows(first, second) if a.kind == "export" else None
    return DiffReport(first, second, a.kind, samples, rows, compare_facts(a, b))
