"""The columns of an export; text is made block by block so that memory does not grow with rows."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.manifest import Manifest
from fercurate.domain.plan import ORIGINAL, BuildPlan, Parents, ResamplePlan, Segment
from fercurate.domain.text import Encoded
from fercurate.export.hdf5 import TextColumn

BLOCK_ROWS = 16384
_COPIED = ("source", "subject", "sequence")
_Make = Callable[[Segment], Encoded]


def text_columns(plan: ResamplePlan, manifest: Manifest) -> dict[str, TextColumn]:
    """Return every text column of a split's export, for the rows of its plan in order.

    ``sample_id`` is the sample's own id, or ``parent#operation`` for derived rows, with a slash
    and the number of the copy where an operation can make several. The parent stands in
    ``parent_a``, the second one of synthetic rows in ``parent_b``.
    """
    ids = manifest.encoded("id")

    def column(width: int, make: _Make) -> TextColumn:
        return TextColumn(width, lambda: (make(block) for block in _blocks(plan)))

    def copied(name: str) -> TextColumn:
        values = manifest.encoded(name)
        return column(values.dtype.itemsize, lambda block: values[block.rows])

    ops = {segment.op: segment.op.encode() for segment in plan.segments}
    ends = max((_ending(s.op, s.copies) for s in plan.segments), default=0)
    mixtures = [segment.blend for segment in plan.segments if segment.blend is not None]
    first = max((_endings(mixture.first) for mixture in mixtures), default=0)
    second = max((_endings(mixture.second) for mixture in mixtures), default=-ids.dtype.itemsize)
    return {name: copied(name) for name in _COPIED} | {
        "sample_id": column(ids.dtype.itemsize + first + ends, lambda b: _own(b, ids)),
        "op": column(
            max((len(op) for op in ops.values()), default=0),
            lambda b: np.full(len(b.rows), ops[b.op]),
        ),
        "parent_a": column(ids.dtype.itemsize + first, lambda b: _first(b, ids)),
        "parent_b": column(max(ids.dtype.itemsize + second, 1), lambda b: _second(b, ids)),
    }


def row_names(parents: Parents, ids: Encoded) -> Encoded:
    """The ``sample_id`` (N,) of samples and of copies of them; ``ids`` are of all samples."""
    names = ids[parents.rows]
    for op in dict.fromkeys(parents.ops.tolist()):
        if op == ORIGINAL:
            continue
        chosen = np.flatnonzero(parents.ops == op)
        derived = np.char.add(names[chosen], b"#" + str(op).encode())
        names = names.astype(f"S{max(names.dtype.itemsize, derived.dtype.itemsize)}")
        names[chosen] = derived
    numbered = np.flatnonzero(parents.copies > 0)
    return _numbered(names, numbered, parents.copies[numbered]) if len(numbered) else names


def _numbered(names: Encoded, rows: NDArray[np.int64], copies: NDArray[np.int64]) -> Encoded:
    """Names of which some rows get a slash and a number."""
    longer = np.char.add(names[rows], np.char.add(b"/", copies.astype(np.bytes_)))
    names = names.astype(f"S{max(names.dtype.itemsize, longer.dtype.itemsize)}")
    names[rows] = longer
    return names


def _ending(op: str, copies: NDArray[np.int64] | None) -> int:
    """How many bytes an operation adds to a name at most."""
    number = 0 if copies is None else 1 + len(str(int(copies.max(initial=0))))
    return 0 if op == ORIGINAL else 1 + len(op.encode()) + number


def _endings(parents: Parents) -> int:
    ops = set(parents.ops.tolist())
    return max((_ending(str(op), parents.copies) for op in ops), default=0)


def _blocks(plan: ResamplePlan) -> Iterator[Segment]:
    for segment in plan.segments:
        for start in range(0, len(segment.rows), BLOCK_ROWS):
            yield segment.take(slice(start, start + BLOCK_ROWS))


def _own(block: Segment, ids: Encoded) -> Encoded:
    if block.blend is None:
        return row_names(block.parents(), ids)
    names = np.char.add(row_names(block.blend.first, ids), b"#" + block.op.encode())
    assert block.copies is not None
    return _numbered(names, np.arange(len(names)), block.copies)


def _first(block: Segment, ids: Encoded) -> Encoded:
    if block.blend is not None:
        return row_names(block.blend.first, ids)
    return ids[block.rows] if block.derived else np.full(len(block.rows), b"")


def _second(block: Segment, ids: Encoded) -> Encoded:
    if block.blend is not None:
        return row_names(block.blend.second, ids)
    return np.full(len(block.rows), b"")


def number_columns(plan: ResamplePlan, build: BuildPlan) -> dict[str, NDArray[Any]]:
    """Return the number columns that follow from the plan alone, for the rows in order.

    Targets of synthetic rows lie between those of their parents, as their pixels do.
    """
    rows = plan.rows
    mixes = [np.zeros(len(s.rows)) if s.blend is None else s.blend.mix for s in plan.segments]
    numbers: dict[str, NDArray[Any]] = {"mix": np.concatenate(mixes)}
    if build.enhanced is not None:
        numbers["enhanced"] = build.enhanced[rows].astype(np.uint8)
    if build.folds is not None:
        numbers["fold"] = build.folds[rows]
    if build.labeling.targets is not None:
        targets = build.labeling.targets
        numbers["targets"] = np.concatenate([_targets(s, targets) for s in plan.segments])
    return numbers


def _targets(segment: Segment, targets: NDArray[np.float32]) -> NDArray[np.float32]:
    if segment.blend is None:
        return targets[segment.rows]
    first, second = (targets[p.rows] for p in (segment.blend.first, segment.blend.second))
    mixed = first + segment.blend.mix[:, None] * (second - first)
    return mixed.astype(np.float32)


def vote_column(plan: ResamplePlan, votes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return FER+ votes (M, 10) of a split's rows; nobody has voted on synthetic ones."""
    counts = votes[plan.rows]
    start = 0
    for segment in plan.segments:
        if segment.blend is not None:
            counts[start : start + len(segment.rows)] = 0
        start += len(segment.rows)
    return counts
