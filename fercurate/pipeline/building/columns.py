"""The columns of an export; text is made block by block so that memory does not grow with rows."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from fercurate.domain.manifest import Manifest
from fercurate.domain.plan import BuildPlan, SplitPlan
from fercurate.domain.segments.base import Segment
from fercurate.domain.text import Encoded
from fercurate.export.hdf5 import NumberColumn, TextColumn

BLOCK_ROWS = 16384
_COPIED = ("source", "subject", "sequence")
_Make = Callable[[Segment], Encoded]


def text_columns(plan: SplitPlan, manifest: Manifest) -> dict[str, TextColumn]:
    """Return every text column of a split's export, for the rows of its plan in order.

    ``sample_id`` is the sample's own id, or ``parent#operation`` for derived rows, with a slash
    and the number of the copy where an operation can make several. The parent stands in
    ``parent_a``, the second one of synthetic rows in ``parent_b``.
    """
    ids = manifest.encoded("id")
    width = ids.dtype.itemsize

    def column(width: int, make: _Make) -> TextColumn:
        return TextColumn(width, lambda: (make(block) for block in _blocks(plan)))

    def copied(name: str) -> TextColumn:
        text = manifest.coded(name)
        width = text.values.dtype.itemsize
        return column(width, lambda block: text.values[text.codes[block.rows]])

    ops = {segment.op: segment.op.encode() for segment in plan.segments}
    ends = max(segment.ending for segment in plan.segments)
    pairs = [pair for one in plan.segments if (pair := one.parent_endings) is not None]
    first = max((pair[0] for pair in pairs), default=0)
    second = max((pair[1] for pair in pairs), default=-width)
    return {name: copied(name) for name in _COPIED} | {
        "sample_id": column(width + first + ends, lambda block: block.names(ids)),
        "op": column(
            max(len(op) for op in ops.values()),
            lambda block: np.full(len(block.rows), ops[block.op]),
        ),
        "parent_a": column(width + first, lambda block: block.parent_names(ids)[0]),
        "parent_b": column(max(width + second, 1), lambda block: block.parent_names(ids)[1]),
    }


def _blocks(plan: SplitPlan) -> Iterator[Segment]:
    for segment in plan.segments:
        for start in range(0, len(segment), BLOCK_ROWS):
            yield segment.take(slice(start, start + BLOCK_ROWS))


def number_columns(plan: SplitPlan, build: BuildPlan) -> dict[str, NumberColumn]:
    """Return the number columns that follow from the plan alone, for the rows in order.

    Targets of synthetic rows lie between those of their parents, as their pixels do.
    """
    numbers = {"mix": _numbers(plan, np.float64, lambda block: block.mix)}
    if build.enhanced is not None:
        numbers["enhanced"] = sample_column(plan, build.enhanced.astype(np.uint8))
    if build.folds is not None:
        numbers["fold"] = sample_column(plan, build.folds)
    if build.labeling.truth is not None:
        numbers["true_label"] = sample_column(plan, build.labeling.truth)
    targets = build.labeling.targets
    if targets is not None:
        shares, classes = targets, targets.shape[1:]
        numbers["targets"] = _numbers(plan, np.float32, lambda b: b.targets(shares), classes)
    return numbers


def sample_column(plan: SplitPlan, values: NDArray[Any]) -> NumberColumn:
    """Return a column of what samples (N,) have, for the rows of a split; derived ones inherit."""
    return _numbers(plan, values.dtype, lambda block: values[block.rows])


def vote_column(plan: SplitPlan, votes: NDArray[np.uint8]) -> NumberColumn:
    """Return FER+ votes (M, 10) of a split's rows; nobody has voted on synthetic ones."""
    return _numbers(plan, votes.dtype, lambda block: block.votes(votes), votes.shape[1:])


def _numbers(
    plan: SplitPlan,
    dtype: DTypeLike,
    make: Callable[[Segment], NDArray[Any]],
    shape: tuple[int, ...] = (),
) -> NumberColumn:
    return NumberColumn(np.dtype(dtype), shape, lambda: (make(block) for block in _blocks(plan)))
