"""Offline copies: every original once more for each operation."""

from collections.abc import Sequence

from fercurate.domain.plan import ORIGINAL, ResamplePlan, Rows, Segment


def plan_copies(
    split: str, rows: Rows, operations: Sequence[str], folder: str = ""
) -> ResamplePlan:
    """Plan the originals of a split followed by one copy of each for every operation.

    ``rows`` (N,) are manifest rows, ``operations`` labels such as ``rotate(degrees=90)``;
    the plan has N * (1 + len(operations)) rows.
    """
    copies = tuple(Segment(operation, rows) for operation in operations)
    return ResamplePlan(split, (Segment(ORIGINAL, rows), *copies), folder)
