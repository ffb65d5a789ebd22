"""Offline copies: of every original, or just enough to bring classes to their targets."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.plan import REPEAT, Rows, Segment

Counts = NDArray[np.int64]


def numbered_copies(rows: Rows, operation: str, times: int) -> tuple[Segment, ...]:
    """Plan ``times`` copies of every row by an operation that draws at random."""
    return tuple(Segment(operation, rows, np.full(len(rows), n + 1)) for n in range(times))


def fill_with_copies(
    rows: Rows, labels: NDArray[np.int64], missing: Counts, operations: Sequence[tuple[str, bool]]
) -> tuple[Segment, ...]:
    """Plan just as many copies of each class as are missing (C,).

    ``rows`` (N,) come in the order in which they are to be used, ``labels`` (N,) are theirs. Each
    operation is a label and whether it draws at random. Pictures and operations take turns: no
    picture is used again before all others of its class are, and then by the next operation.
    Exact operations alone give at most N * len(operations) copies of a class.
    """
    rounds = [_turns(rows[labels == c], int(m), operations) for c, m in enumerate(missing)]
    segments = []
    for place, (operation, stochastic) in enumerate(operations):
        chosen = np.concatenate([r[0][r[1] == place] for r in rounds] or [rows[:0]])
        numbers = np.concatenate([r[2][r[1] == place] for r in rounds] or [rows[:0]])
        if len(chosen):
            segments.append(Segment(operation, chosen, numbers if stochastic else None))
    return tuple(segments)


def _turns(
    rows: Rows, count: int, operations: Sequence[tuple[str, bool]]
) -> tuple[Rows, NDArray[np.int64], NDArray[np.int64]]:
    """For each of so many copies: its picture, the place of its operation, the copy's number.

    In the first turns each operation serves every picture once, later only those that draw.
    """
    if not count:
        return rows[:0], rows[:0], rows[:0]
    turn, picture = np.divmod(np.arange(count), len(rows))
    drawn = np.array([p for p, (_, stochastic) in enumerate(operations) if stochastic] or [0])
    first = (turn + picture) % len(operations)
    later = drawn[(turn + picture) % len(drawn)]
    return rows[picture], np.where(turn < len(operations), first, later), turn + 1


def repeats(rows: Rows, labels: NDArray[np.int64], missing: Counts) -> tuple[Segment, ...]:
    """Plan as many unchanged repetitions of each class as are missing (C,).

    ``rows`` (N,) come in the order in which they are to be used: none is repeated again before
    all others of its class are.
    """
    return fill_with_copies(rows, labels, missing, [(REPEAT, True)])


def keep_some(labels: NDArray[np.int64], goal: Counts) -> NDArray[np.bool_]:
    """Mask (N,) of the first ``goal`` (C,) members of each class; ``labels`` (N,) in order."""
    kept = np.zeros(len(labels), dtype=bool)
    for label, count in enumerate(goal):
        kept[np.flatnonzero(labels == label)[: int(count)]] = True
    return kept
