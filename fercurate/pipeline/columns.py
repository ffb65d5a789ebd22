"""The text columns of an export, made block by block so that memory does not grow with rows."""

from collections.abc import Iterator

import numpy as np

from fercurate.domain.manifest import Manifest
from fercurate.domain.plan import ResamplePlan, Rows, Segment
from fercurate.domain.text import Encoded
from fercurate.export.hdf5 import TextColumn

BLOCK_ROWS = 16384
_COPIED = ("source", "subject", "sequence")


def text_columns(plan: ResamplePlan, manifest: Manifest) -> dict[str, TextColumn]:
    """Return every text column of a split's export, for the rows of its plan in order.

    ``sample_id`` is the sample's own id, or ``parent#operation`` for derived rows, whose parent
    stands in ``parent_a``.
    """
    ids = manifest.encoded("id")
    ops = {segment.op: segment.op.encode() for segment in plan.segments}
    longest = max((len(op) for op in ops.values()), default=0)
    columns = {name: _copied(plan, manifest.encoded(name)) for name in _COPIED}
    return columns | {
        "sample_id": TextColumn(ids.dtype.itemsize + 1 + longest, lambda: _sample_ids(plan, ids)),
        "op": TextColumn(longest, lambda: (np.full(len(r), ops[s.op]) for s, r in _blocks(plan))),
        "parent_a": TextColumn(ids.dtype.itemsize, lambda: _parents(plan, ids)),
        "parent_b": TextColumn(1, lambda: (np.full(len(r), b"") for _, r in _blocks(plan))),
    }


def _blocks(plan: ResamplePlan) -> Iterator[tuple[Segment, Rows]]:
    for segment in plan.segments:
        for start in range(0, len(segment.rows), BLOCK_ROWS):
            yield segment, segment.rows[start : start + BLOCK_ROWS]


def _copied(plan: ResamplePlan, values: Encoded) -> TextColumn:
    return TextColumn(values.dtype.itemsize, lambda: (values[rows] for _, rows in _blocks(plan)))


def _sample_ids(plan: ResamplePlan, ids: Encoded) -> Iterator[Encoded]:
    for segment, rows in _blocks(plan):
        suffix = b"#" + segment.op.encode()
        yield np.char.add(ids[rows], suffix) if segment.derived else ids[rows]


def _parents(plan: ResamplePlan, ids: Encoded) -> Iterator[Encoded]:
    for segment, rows in _blocks(plan):
        yield ids[rows] if segment.derived else np.full(len(rows), b"")
