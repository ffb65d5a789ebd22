"""Taking turns: which sample is copied next, and by which operation."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fercurate.balance.targets import Counts
from fercurate.domain.segments.base import Numbers, Rows


def in_turns(
    rows: Rows, labels: NDArray[np.int64], missing: Counts, draws: Sequence[bool]
) -> list[tuple[Rows, Numbers]]:
    """Share out just as many copies of each class as are missing (C,) among operations.

    ``rows`` (N,) come in the order in which they are to be used, ``labels`` (N,) are theirs;
    ``draws`` tells of each operation whether it draws at random. Pictures and operations take
    turns: no picture is used again before all others of its class are, and then by the next
    operation. Exact operations alone give at most N * len(draws) copies of a class. Returns for
    each operation the rows (M,) that it copies, and the number (M,) of each copy.
    """
    rounds = [_turns(rows[labels == c], int(m), draws) for c, m in enumerate(missing)]
    shares = []
    for place in range(len(draws)):
        chosen = np.concatenate([r[0][r[1] == place] for r in rounds] or [rows[:0]])
        numbers = np.concatenate([r[2][r[1] == place] for r in rounds] or [rows[:0]])
        shares.append((chosen, numbers))
    return shares


def _turns(rows: Rows, count: int, draws: Sequence[bool]) -> tuple[Rows, Numbers, Numbers]:
    """For each of so many copies: its picture, the place of its operation, the copy's number.

    In the first turns each operation serves every picture once, later only those that draw.
    """
    if not count:
        return rows[:0], rows[:0], rows[:0]
    turn, picture = np.divmod(np.arange(count), len(rows))
    drawing = np.array([place for place, random in enumerate(draws) if random] or [0])
    first = (turn + picture) % len(draws)
    later = drawing[(turn + picture) % len(drawing)]
    return rows[picture], np.where(turn < len(draws), first, later), turn + 1
