"""Segments of rows as JSON has them, for workers that make their pictures."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.segments.base import Parents, Rows, Segment
from fercurate.domain.segments.kinds import DrawnCopies, ExactCopies, Mixtures, Originals, Repeats


def told_segment(segment: Segment) -> dict[str, Any]:
    """A segment as JSON has it."""
    kind = type(segment).__name__
    match segment:
        case Mixtures(operation=operation, first=first, second=second, shares=shares):
            return {
                "kind": kind,
                "operation": operation,
                "first": _told_parents(first),
                "second": _told_parents(second),
                "shares": shares.tolist(),
                "numbers": segment.numbers.tolist(),
            }
        case DrawnCopies(operation=operation, numbers=numbers):
            told = {"operation": operation, "numbers": numbers.tolist()}
        case ExactCopies(operation=operation, kind=family):
            told = {"operation": operation, "family": family}
        case Repeats(numbers=numbers):
            told = {"numbers": numbers.tolist()}
        case _:
            told = {}
    return {"kind": kind, "rows": segment.rows.tolist(), **told}


def segment_of(told: Mapping[str, Any]) -> Segment:
    """The segment that ``told_segment`` told.

    Raises:
        ValueError: there is no such kind.
    """
    match told["kind"]:
        case "Mixtures":
            first, second = _parents(told["first"]), _parents(told["second"])
            shares = np.array(told["shares"], dtype=np.float64)
            return Mixtures(
                first.rows, told["operation"], first, second, shares, _whole(told["numbers"])
            )
        case "DrawnCopies":
            return DrawnCopies(_whole(told["rows"]), told["operation"], _whole(told["numbers"]))
        case "ExactCopies":
            return ExactCopies(_whole(told["rows"]), told["operation"], told["family"])
        case "Repeats":
            return Repeats(_whole(told["rows"]), _whole(told["numbers"]))
        case "Originals":
            return Originals(_whole(told["rows"]))
    raise ValueError(f"no segment of the kind {told['kind']!r}")


def looked_at(segment: Segment) -> Rows:
    """The manifest rows whose pictures a segment is made from; some may come twice."""
    if isinstance(segment, Mixtures):
        return np.concatenate([segment.first.rows, segment.second.rows])
    return segment.rows


def _told_parents(parents: Parents) -> dict[str, Any]:
    return {
        "rows": parents.rows.tolist(),
        "ops": parents.ops.tolist(),
        "copies": parents.copies.tolist(),
    }


def _parents(told: Mapping[str, Any]) -> Parents:
    ops = np.array(told["ops"], dtype=object)
    return Parents(_whole(told["rows"]), ops, _whole(told["copies"]))


def _whole(values: list[int]) -> NDArray[np.int64]:
    return np.array(values, dtype=np.int64)
